"""The acts of `govern`: the next version, who votes and by which key, who the authorities are."""

from collections.abc import Mapping
from typing import Final

from msgspec import Struct
from msgspec.structs import asdict, replace

from ledger.protocol.encoding import Hex32, Hex64, Positive, canonical, digest
from ledger.protocol.keys import verify
from ledger.protocol.reasons import Reason, Rejected
from ledger.protocol.records import (
    Network,
    NetworkRoles,
    NodeName,
    Participant,
    Role,
    Upgrade,
    Validator,
    participant_key,
)
from ledger.protocol.state import Delta, Needs, State, Turn
from ledger.protocol.validators import change, check_set, check_settled
from ledger.protocol.values import Address, Strict

UPGRADE_AHEAD: Final = 10  # blocks


class GovernAct(Strict, tag_field="act"):
    """A change of the network itself."""

    def check_form(self, chain: str) -> None:
        """Refuse what no state could make right."""

    def parties(self, turn: Turn) -> set[str]:
        """Institutions that sign besides the quorum, because it gives them or their node something."""
        return set()

    def needs(self, state: State) -> Needs:
        """What `execute` is going to look at, as far as that is known by now."""
        return Needs()

    def execute(self, turn: Turn) -> Delta:
        """What the act changes; refused where the state does not allow it."""
        raise AssertionError(f"{type(self).__name__} does nothing")


class UpgradeAct(GovernAct, tag="upgrade"):
    """The next protocol version is in force from this height on."""

    height: Positive
    version: Positive

    def execute(self, turn: Turn) -> Delta:
        network = turn.state.network
        delta = Delta()
        delta.written["network"] = replace(network, upgrade=self._upgrade(network, turn))
        return delta

    def _upgrade(self, network: Network, turn: Turn) -> Upgrade:
        before = network.upgrade
        if before is not None and before.height > turn.height:
            raise Rejected(Reason.BAD_UPGRADE, "body.act", "An upgrade is pending.")
        if self.version != (before.version if before else 1) + 1 or self.height < turn.height + UPGRADE_AHEAD:
            raise Rejected(Reason.BAD_UPGRADE, "body.act")
        return Upgrade(height=self.height, version=self.version)


class NewValidator(Validator):
    """A validator with the proof that its node has the key."""

    proof: Hex64


class ValidatorsAct(GovernAct, tag="validators"):
    """One validator more, or one less."""

    add: NewValidator | None = None
    remove: NodeName | None = None

    def check_form(self, chain: str) -> None:
        if (self.add is None) == (self.remove is None):
            raise Rejected(Reason.MALFORMED, "body.act", "Give either add or remove.")
        if self.add is not None:
            check_possession(chain, self.add.name, self.add.node_key, self.add.proof, "body.act.add.proof")

    def parties(self, turn: Turn) -> set[str]:
        if self.add is None:
            return set()
        _participant(turn.state, self.add.institution, "body.act.add.institution")
        return {self.add.institution}

    def needs(self, state: State) -> Needs:
        return Needs(records={participant_key(self.add.institution)} if self.add else set())

    def execute(self, turn: Turn) -> Delta:
        check_settled(turn)
        validators = turn.state.network.validators
        if self.add is not None:
            added = Validator(
                institution=self.add.institution, name=self.add.name, node_key=self.add.node_key
            )
            validators = (*validators, added)
        else:
            _named(turn, self.remove or "")
            validators = tuple(each for each in validators if each.name != self.remove)
        check_set(validators)
        if self.add is not None:
            _check_share(validators, self.add.institution)
        return change(turn, validators)


class NodeKeyAct(GovernAct, tag="node_key"):
    """A validator goes on with another key: the old one leaves and the new one comes at the same height."""

    name: NodeName
    node_key: Hex32
    proof: Hex64

    def check_form(self, chain: str) -> None:
        check_possession(chain, self.name, self.node_key, self.proof, "body.act.proof")

    def parties(self, turn: Turn) -> set[str]:
        return {_named(turn, self.name).institution}

    def execute(self, turn: Turn) -> Delta:
        check_settled(turn)
        old = _named(turn, self.name)
        new: Validator = replace(old, node_key=self.node_key)
        if any(each.node_key == self.node_key for each in turn.state.network.validators):
            raise Rejected(Reason.BAD_CHANGE, "body.act.node_key", "A validator has that node key already.")
        return change(turn, tuple(new if each == old else each for each in turn.state.network.validators))


class RolesAct(GovernAct, tag="roles"):
    """Who is CSD, regulator and central bank; the only way back when one of them has lost its wallet."""

    roles: NetworkRoles

    def parties(self, turn: Turn) -> set[str]:
        """Who gets an authority signs for it; who loses one need not."""
        new = {each for _, _, each in self._changes(turn.state)}
        for each in sorted(new):
            _participant(turn.state, each, "body.act.roles")
        return new

    def needs(self, state: State) -> Needs:
        before = state.known("network", Network)
        named = [*_roles(self.roles).values(), *(_roles(before.roles).values() if before else ())]
        return Needs(records={participant_key(each) for each in named})

    def execute(self, turn: Turn) -> Delta:
        if len(set(_roles(self.roles).values())) != len(_roles(self.roles)):
            raise Rejected(Reason.SAME_WALLET, "body.act.roles")
        changes = self._changes(turn.state)
        if not changes:
            raise Rejected(Reason.BAD_CHANGE, "body.act.roles", "Nothing would change.")
        delta = Delta()
        delta.written["network"] = replace(turn.state.network, roles=self.roles)
        held: dict[str, set[Role]] = {}
        for role, old, new in changes:
            held.setdefault(old, set(_roles_of(turn.state, old))).discard(role)
            held.setdefault(new, set(_roles_of(turn.state, new))).add(role)
        for each, roles in held.items():
            if participant := turn.state.find(participant_key(each), Participant):
                delta.written[participant_key(each)] = replace(participant, roles=tuple(sorted(roles)))
        return delta

    def _changes(self, state: State) -> list[tuple[Role, str, str]]:
        """Each role that goes from one institution to another."""
        before, after = _roles(state.network.roles), _roles(self.roles)
        return [(role, before[role], after[role]) for role in sorted(after) if before[role] != after[role]]


AnyGovernAct = UpgradeAct | ValidatorsAct | NodeKeyAct | RolesAct

# By protocol version, as KINDS.
_VERSION_2: Final = (UpgradeAct, ValidatorsAct, NodeKeyAct, RolesAct)
GOVERN_ACTS: Final[dict[int, tuple[type[GovernAct], ...]]] = {1: (UpgradeAct,), 2: _VERSION_2, 3: _VERSION_2}


class _Possession(Struct, frozen=True):
    chain: str
    name: str
    node_key: str


def possession_message(chain: str, name: str, node_key: str) -> bytes:
    """What a node key signs before it may vote under this name."""
    return digest("tallystick/node/1", canonical(_Possession(chain, name, node_key)))


def check_possession(chain: str, name: str, node_key: str, proof: str, field: str) -> None:
    """Refuse a node key that nobody showed to have."""
    message = possession_message(chain, name, node_key)
    if not verify(bytes.fromhex(node_key), message, bytes.fromhex(proof)):
        raise Rejected(Reason.BAD_SIGNATURE, field, "The node key has not signed for this name and chain.")


def _participant(state: State, address: Address, field: str) -> None:
    participant = state.find(participant_key(address), Participant)
    if participant is None or participant.status != "active":
        raise Rejected(Reason.NOT_A_PARTICIPANT, field, f"{address} is no active participant.")


def _named(turn: Turn, name: str) -> Validator:
    for validator in turn.state.network.validators:
        if validator.name == name:
            return validator
    raise Rejected(Reason.BAD_CHANGE, "body.act", f"There is no validator {name}.")


def _check_share(validators: tuple[Validator, ...], institution: str) -> None:
    """One institution that fails or lies must not stop the others."""
    if 3 * sum(each.institution == institution for each in validators) >= len(validators):
        sentence = "One institution would be behind a third of the validators or more."
        raise Rejected(Reason.BAD_CHANGE, "body.act.add.institution", sentence)


def _roles(roles: NetworkRoles) -> Mapping[Role, Address]:
    return asdict(roles)  # type: ignore[return-value]


def _roles_of(state: State, address: str) -> tuple[Role, ...]:
    participant = state.find(participant_key(address), Participant)
    return participant.roles if participant else ()
