"""`allot`: the next chunk of a long list of first holders; built by rule, signed by nobody."""

from typing import Annotated, ClassVar

from msgspec import Meta
from msgspec.structs import replace

from ledger.protocol.acts.issue import CHUNK_OUTPUTS
from ledger.protocol.encoding import Hex32, canonical, digest, unhex
from ledger.protocol.merkle import inclusion, leaf_hash
from ledger.protocol.reasons import Reason, Rejected
from ledger.protocol.records import Allotment, Instrument, Wallet, instrument_key, wallet_key
from ledger.protocol.rules import check_receiver, enter, instrument_of, needs_of
from ledger.protocol.state import Delta, Needs, State, Turn
from ledger.protocol.transactions.base import Transaction
from ledger.protocol.values import Hold, Output, Strict, isin_of


class AllotBody(Strict):
    """Which allotment, and the Merkle path of this chunk under the list's root."""

    path: Annotated[tuple[Hex32, ...], Meta(max_length=16)]
    proposal: Hex32


class Allot(Transaction, tag="allot"):
    """Its outputs are the chunk as it was listed; who may not receive yet gets his units in trust."""

    body: AllotBody
    rule_built: ClassVar[bool] = True

    def check_form(self) -> None:
        super().check_form()
        self._check_ruled_times()
        if not 1 <= len(self.outputs) <= CHUNK_OUTPUTS:
            raise Rejected(Reason.BAD_CHUNK, "outputs")

    def keys(self) -> tuple[str, ...]:
        return (f"allotment/{self.body.proposal}",)

    def needs(self, state: State, id: str) -> Needs:
        needs = needs_of(state, [], self.outputs)
        needs.records.add(self.keys()[0])
        if allotment := state.known(self.keys()[0], Allotment):
            needs.records.add(wallet_key(allotment.issuer))
            needs.counters.add(f"promised/{allotment.asset}")
            if issuer := state.known(wallet_key(allotment.issuer), Wallet):  # who gets what he holds in trust
                needs.counters.add(f"position/{allotment.asset}/{issuer.holder}")
        return needs

    def effect(self, turn: Turn) -> Delta:
        allotment = turn.state.get(self.keys()[0], Allotment, field="body.proposal")
        allotted = self._check_chunk(allotment)
        delta = Delta()
        enter(turn, {}, [self._entitled(turn, output, allotment) for output in self.outputs], delta)
        delta.count(f"promised/{allotment.asset}", allotment.allotted - allotted)
        delta.written[self.keys()[0]] = replace(allotment, allotted=allotted, next=allotment.next + 1)
        if allotment.next + 1 == allotment.chunks and allotment.initial:
            instrument = instrument_of(turn.state, allotment.asset)
            active: Instrument = replace(instrument, status="active")
            delta.written[instrument_key(isin_of(allotment.asset))] = active
        return delta

    def _check_chunk(self, allotment: Allotment) -> int:
        leaf = leaf_hash(chunk_digest(self.outputs))
        path = [unhex(text) for text in self.body.path]
        if not inclusion(leaf, allotment.next, allotment.chunks, path, unhex(allotment.root)):
            raise Rejected(Reason.BAD_CHUNK, "outputs")
        last = allotment.next + 1 == allotment.chunks
        if any(o.asset != allotment.asset or o.hold for o in self.outputs) or (
            not last and len(self.outputs) != CHUNK_OUTPUTS
        ):
            raise Rejected(Reason.BAD_CHUNK, "outputs", "A chunk is 500 outputs of the allotted asset.")
        allotted = allotment.allotted + sum(output.quantity for output in self.outputs)
        if allotted > allotment.quantity or (last and allotted != allotment.quantity):
            raise Rejected(Reason.HOLDERS_DO_NOT_ADD_UP, "outputs")
        return allotted

    def _entitled(self, turn: Turn, output: Output, allotment: Allotment) -> Output:
        try:
            check_receiver(turn, output, "outputs")
        except Rejected:
            hold = Hold(to=output.owner, kind="allotment")
            return replace(output, owner=allotment.issuer, hold=hold)
        return output


def chunk_digest(outputs: tuple[Output, ...]) -> bytes:
    """The leaf data of one chunk of a long list."""
    return digest("tallystick/chunk/1", canonical(outputs))
