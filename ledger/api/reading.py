"""Blocks, records, instruments, registers, holdings, proofs, participants: what a node knows of the ledger."""

from dataclasses import asdict
from typing import Any

from rest_framework import serializers as s
from rest_framework.request import Request
from rest_framework.response import Response

from ledger import selectors
from ledger.api import schemas
from ledger.api.base import View
from ledger.api.bodies import clean, limit_of, whole
from ledger.api.callers import Caller, acts_for, allow, is_supervisor, write_down
from ledger.api.errors import not_found
from ledger.api.examples import describe
from ledger.api.visibility import is_party, is_public, public_part
from ledger.protocol.reasons import Reason, Rejected
from ledger.protocol.transactions.base import OUTPOINT
from ledger.selectors.holdings import OutputView
from ledger.store import chain


class Blocks(View):
    """Committed blocks."""

    @describe(
        "blocks",
        parameters=[schemas.query("before", "only heights below"), schemas.query("limit", "1 to 500")],
        responses=schemas.answers("BlockLine", schemas.BLOCK, many=True),
    )
    def get(self, request: Request) -> Response:
        """Newest first."""
        found = selectors.blocks(before=whole(request, "before"), limit=limit_of(request))
        return Response([{name: getattr(block, name) for name in schemas.BLOCK} for block in found])


class Block(View):
    """One block."""

    lasting = True

    @describe("block", responses={200: dict, 404: schemas.REFUSED})
    def get(self, request: Request, height: int) -> Response:
        """Header and certificate as signed, and its transactions by id, kind and whole digest."""
        block = _block(height)
        lines = selectors.transactions_of(height, limit=2_000)
        transactions = [{"id": line.id, "kind": line.kind, "digest": line.digest} for line in lines]
        return Response(
            {
                "hash": block.hash,
                "header": block.header,
                "certificate": block.certificate,
                "transactions": transactions,
            }
        )


class Certificate(View):
    """What proves a block final."""

    lasting = True

    @describe("certificate", responses={200: dict, 404: schemas.REFUSED})
    def get(self, request: Request, height: int) -> Response:
        """Header, certificate and the validators whose signatures it holds."""
        block = _block(height)
        return Response(
            {
                "header": block.header,
                "certificate": block.certificate,
                "validators": selectors.validators_at(height),
            }
        )


class Proof(View):
    """That an entry is in the state."""

    @describe(
        "proof",
        parameters=[schemas.query("output", "an outpoint", str), schemas.query("key", "a record's key", str)],
        responses=schemas.answers("Proof", schemas.PROOF, private=True),
    )
    def get(self, request: Request) -> Response:
        """Entry, path, and the certified header that carries the state root. It proves at least, not all.

        Of an output: for its owner, its issuer and supervisors. Of a record that is not public: for whom it concerns.
        """
        outpoint, key = request.query_params.get("output", ""), request.query_params.get("key", "")
        if bool(outpoint) == bool(key) or (outpoint and not OUTPOINT.match(outpoint)):
            raise Rejected(Reason.MALFORMED, "output", "Give either output=<id>:<index> or key=<record key>.")
        found = selectors.proof(outpoint=outpoint, key=clean(key))
        if found is None:
            raise not_found(f"live {outpoint or key}", "output" if outpoint else "key")
        if outpoint or not is_public(key, found.entry["value"]):
            allow(request, own=_concerns(request.user, found.entry), event="proof", subject=outpoint or key)
        return Response(asdict(found))


class Record(View):
    """A record."""

    @describe("record", responses=schemas.answers("Record", schemas.RECORD))
    def get(self, request: Request, key: str) -> Response:
        """As it stands: value, version, and the height that wrote it; of what is not public, the public part."""
        found = selectors.record(clean(key))
        if found is None:
            raise not_found(f"record {key}", "key")
        value = found.value if _may_see_all(request, key, found.value) else public_part(key, found.value)
        return Response({**asdict(found), "value": value})


class Participants(View):
    """Who was admitted."""

    @describe(
        "participants",
        parameters=[schemas.query("after", "an address", str), schemas.query("limit", "1 to 500")],
        responses=schemas.answers("Participant", schemas.RECORD, many=True),
    )
    def get(self, request: Request) -> Response:
        """Institutions with their roles, suspended ones included, by address."""
        after = clean(request.query_params.get("after", ""))
        found = selectors.participants(after=after, limit=limit_of(request))
        return Response([asdict(participant) for participant in found])


class Instruments(View):
    """Instruments."""

    @describe(
        "instruments",
        parameters=[
            schemas.query("search", "in ISIN and short name", str),
            schemas.query("after", "an ISIN", str),
            schemas.query("limit", "1 to 500"),
        ],
        responses=schemas.answers("InstrumentLine", schemas.INSTRUMENT, many=True),
    )
    def get(self, request: Request) -> Response:
        """In ISIN order, with what is issued and how many hold it."""
        search, after = (
            clean(request.query_params.get("search", "")),
            clean(request.query_params.get("after", "")),
        )
        found = selectors.instruments(search=search, after=after, limit=limit_of(request))
        return Response([asdict(instrument) for instrument in found])


class Instrument(View):
    """One instrument."""

    @describe("instrument", responses=schemas.answers("Instrument", schemas.INSTRUMENT))
    def get(self, request: Request, isin: str) -> Response:
        """Its record and its totals."""
        return Response(asdict(_instrument(isin)))


class Register(View):
    """Who holds an instrument."""

    @describe(
        "register",
        parameters=[schemas.query("height", "as of the end of this height; now if left out")],
        responses=schemas.answers(
            "Register",
            {"isin": s.CharField(), "asset": s.CharField(), "height": s.IntegerField(), "time": s.IntegerField(),
             "rows": s.ListField(child=s.DictField())},
            private=True,
        ),
    )  # fmt: skip
    def get(self, request: Request, isin: str) -> Response:
        """For its issuer and supervisors; every look is written down."""
        instrument, height = _instrument(isin), whole(request, "height")
        own = isinstance(request.user, Caller) and acts_for(request.user, instrument.value["issuer"])
        allow(request, own=own, event="register", subject=isin, height=height, log=True)
        tip = chain.tip()
        at, time = (
            (tip.height, tip.time) if height is None or height > tip.height else (height, _time(height))
        )
        rows = selectors.register(instrument.asset, height=at, time=time)
        return Response(
            {
                "isin": isin,
                "asset": instrument.asset,
                "height": at,
                "time": time,
                "rows": [asdict(row) for row in rows],
            }
        )


class Outputs(View):
    """What a wallet holds."""

    @describe(
        "outputs",
        parameters=[schemas.query("after", "a position"), schemas.query("limit", "1 to 500")],
        responses=schemas.answers("Output", schemas.OUTPUT, many=True, private=True),
    )
    def get(self, request: Request, address: str) -> Response:
        """Its live outputs, oldest first, after a position; for that wallet and supervisors."""
        own = isinstance(request.user, Caller) and acts_for(request.user, clean(address))
        allow(request, own=own, event="holdings", subject=clean(address))
        after = whole(request, "after", default=-1)
        found = selectors.outputs_of(
            clean(address), after=-1 if after is None else after, limit=limit_of(request)
        )
        return Response([_output(output) for output in found])


def _block(height: int) -> selectors.BlockView:
    block = selectors.block_at(height) if height < 2**63 else None
    if block is None:
        raise not_found(f"block {height}", "height")
    return block


def _time(height: int) -> int:
    block = selectors.block_at(height)
    genesis = chain.genesis()
    return block.time if block else (genesis.time if genesis else 0)


def _may_see_all(request: Request, key: str, value: dict[str, Any]) -> bool:
    """Whether this caller is shown the whole record; where a supervisor is, that is written down."""
    if is_public(key, value) or is_party(request.user, key, value):
        return True
    if not is_supervisor(request.user):
        return False
    write_down(request, event="record", subject=key)
    return True


def _concerns(caller: object, entry: dict[str, Any]) -> bool:
    """Whether an entry of the state is this caller's: owner, issuer, or party to the record."""
    if "key" in entry:
        return is_party(caller, entry["key"], entry["value"])
    if not isinstance(caller, Caller):
        return False
    issuer = _instrument(entry["asset"].partition(".")[0]).value["issuer"]
    return any(acts_for(caller, each) for each in (entry["owner"], issuer))


def _instrument(isin: str) -> selectors.InstrumentView:
    found = selectors.instrument(clean(isin))
    if found is None:
        raise not_found(f"instrument {isin}", "isin")
    return found


def _output(view: OutputView) -> dict[str, Any]:
    said = asdict(view)
    held_for, locked_until = said.pop("held_for"), said.pop("locked_until")
    if held_for is not None:
        said["hold"] = {"for": held_for, "kind": "allotment"}
    return said if locked_until is None else {**said, "locked_until": locked_until}
