"""`govern`: the network's own changes, by institutions behind more than two thirds of the validators."""

from typing import Annotated, Final

from msgspec import Meta
from msgspec.structs import replace

from ledger.protocol.acts.base import check_sorted
from ledger.protocol.encoding import Positive
from ledger.protocol.reasons import Reason, Rejected
from ledger.protocol.records import Network, Upgrade
from ledger.protocol.state import Delta, Needs, State, Turn
from ledger.protocol.transactions.base import Transaction
from ledger.protocol.values import Address, Strict

UPGRADE_AHEAD: Final = 10  # blocks


class UpgradeAct(Strict, tag_field="act", tag="upgrade"):
    """The next protocol version is in force from this height on."""

    height: Positive
    version: Positive


class GovernBody(Strict):
    """What changes, and who signs for it."""

    act: UpgradeAct
    signers: Annotated[tuple[Address, ...], Meta(min_length=1, max_length=64)]


class Govern(Transaction, tag="govern"):
    """Consumes the network's record: one change at a time."""

    body: GovernBody

    def check_form(self) -> None:
        super().check_form()
        check_sorted(self.body.signers, "body.signers")

    def keys(self) -> tuple[str, ...]:
        return ("network",)

    def signers(self, state: State) -> set[str]:
        return set(self.body.signers)

    def needs(self, state: State, id: str) -> Needs:
        return Needs(records={"network", *(f"wallet/{address}" for address in self.body.signers)})

    def effect(self, turn: Turn) -> Delta:
        network = turn.state.network
        owners = [validator.institution for validator in network.validators]
        if set(self.body.signers) - set(owners):
            raise Rejected(Reason.NOT_ENOUGH_VALIDATORS, "body.signers", "Validators' institutions sign.")
        if 3 * sum(owner in self.body.signers for owner in owners) <= 2 * len(owners):
            raise Rejected(Reason.NOT_ENOUGH_VALIDATORS, "body.signers")
        delta = Delta()
        delta.written["network"] = replace(network, upgrade=self._upgrade(network, turn))
        return delta

    def _upgrade(self, network: Network, turn: Turn) -> Upgrade:
        act, before = self.body.act, network.upgrade
        if before is not None and before.height > turn.height:
            raise Rejected(Reason.BAD_UPGRADE, "body.act", "An upgrade is pending.")
        if act.version != (before.version if before else 1) + 1 or act.height < turn.height + UPGRADE_AHEAD:
            raise Rejected(Reason.BAD_UPGRADE, "body.act")
        return Upgrade(height=act.height, version=act.version)
