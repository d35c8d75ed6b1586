"""Makes kinds.json, every kind and act byte for byte: `python -m tests.vectors.make_kinds`."""

import json
from pathlib import Path
from typing import Final

from clients import acts, signing
from ledger.protocol import signed
from ledger.protocol.encoding import canonical
from ledger.protocol.reasons import Rejected
from tests.vectors import kinds_chain, kinds_refused
from tests.vectors.kinds_cases import FRAME_JSON, LONG_LIST, NOTE, Case, batch, every_case, long_list
from tests.vectors.kinds_cast import CHAIN, Cast, Json, cast

PATH: Final = Path(__file__).with_name("kinds.json")


def make() -> str:
    """The file's text; the same on every machine."""
    everybody = cast()
    sections = {
        "source": "python -m tests.vectors.make_kinds; frozen: a change here is a change of the protocol",
        "frame": FRAME_JSON,
        "wallets": everybody.described(),
        "cases": [signed_case(case, everybody) for case in every_case(everybody)],
        "batch": [_signed(each) for each in batch(everybody)],
        "long_list": _long_list(everybody),
        "note": {"text": NOTE, "case": "transfer with a note", "readers": ["bob", "regulator"]},
        **kinds_chain.sections(everybody),
        "refused": [_refused(name, raw) for name, raw in kinds_refused.every_refusal(everybody)],
    }
    return json.dumps(sections, indent=1, ensure_ascii=False) + "\n"


def verdict(raw: bytes, chain: str = CHAIN, version: int = 1) -> str:
    """The reason why these bytes are refused without looking at any state; empty if they are not."""
    try:
        submitted = signed.read(raw)
        signed.check_form(submitted, chain=chain, version=version)
        signed.check_notes(submitted)
        signed.check_signatures(submitted)
    except Rejected as refusal:
        return str(refusal.reason)
    return ""


def signed_case(case: Case, cast: Cast, version: int = 1) -> Json:
    """A case with its bytes, good in this protocol version."""
    made = signing.sign(case.transaction, *(cast[name] for name in case.signers), notes=case.notes)
    build = {"builder": case.builder, "parameters": case.parameters}
    replaced = {} if case.version is None else {"version": case.version}
    canonical_hex = {"canonical": canonical(case.transaction).hex()}
    return {
        "name": case.name,
        **build,
        **replaced,
        "signers": case.signers,
        **canonical_hex,
        **_signed(made, version),
    }


def _signed(made: signing.Signed, version: int = 1) -> Json:
    assert verdict(made.raw, version=version) == "", made.transaction
    submitted = signed.read(made.raw)
    assert submitted.id == made.id
    return {"id": made.id, "signed": made.raw.hex(), "whole_digest": submitted.digest}


def _long_list(cast: Cast) -> Json:
    """Output n (from 0) is n + 1 units of this asset for this owner."""
    first = long_list(cast)[0]
    return {
        "asset": first["asset"],
        "count": LONG_LIST,
        "owner": first["owner"],
        **acts.list_root(long_list(cast)),
    }


def _refused(name: str, raw: bytes) -> Json:
    reason = verdict(raw)
    assert reason, f"not refused: {name}"
    try:
        return {"name": name, "text": raw.decode(), "reason": reason}
    except UnicodeDecodeError:
        return {"name": name, "hex": raw.hex(), "reason": reason}


if __name__ == "__main__":
    PATH.write_text(make())
