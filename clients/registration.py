"""From what institutions hand in as files to what the ledger's acts say: a term sheet, a list of holders."""

from collections.abc import Mapping, Sequence

from clients.build import Json, output
from clients.files import Document, Holder, TermSheet, utc_seconds
from ledger.protocol.encoding import digest


def document_digest(content: bytes) -> str:
    """How a public document is named on the ledger."""
    return digest("tallystick/document/1", content).hex()


def terms(sheet: TermSheet, *, claim_issuers: Mapping[str, str], documents: Mapping[str, str]) -> Json:
    """The fields of `register` but the holders; addresses by participant key, digests by file name."""
    return {
        "authorised": sheet.authorised,
        "cfi": sheet.cfi,
        "currency": sheet.currency,
        "decimals": sheet.decimals,
        "documents": [_document(each, documents) for each in sheet.documents],
        "fisn": sheet.fisn,
        "isin": sheet.isin,
        "lei": sheet.issuer.lei,
        "nominal": sheet.nominal_minor,
        "quantity": sheet.quantity,
        "rules": _rules(sheet, claim_issuers),
        "terms": sheet.term_lines(),
    }


def first_holders(holders: Sequence[Holder], addresses: Mapping[str, str]) -> list[Json]:
    """The act's `holders`, in the file's order; the wallet of each is found by name."""
    return [
        _lock(holder) | {"owner": addresses[holder.name], "quantity": holder.quantity} for holder in holders
    ]


def list_rows(asset: str, holders: Sequence[Holder], addresses: Mapping[str, str]) -> list[Json]:
    """The outputs of a long list, in the file's order."""
    return [
        output(asset, addresses[holder.name], holder.quantity, _lock(holder).get("locked_until"))
        for holder in holders
    ]


def _document(document: Document, digests: Mapping[str, str]) -> Json:
    return {"digest": digests[document.file], "title": document.title}


def _rules(sheet: TermSheet, claim_issuers: Mapping[str, str]) -> Json:
    rules = sheet.rules
    limits = {
        "lock_up": utc_seconds(rules.lock_up) if rules.lock_up else None,
        "max_holders": rules.max_holders,
        "max_per_holder": rules.max_per_holder,
    }
    said: Json = {name: value for name, value in limits.items() if value is not None}
    if rules.claim_issuers:
        said["claims"] = {"issuers": sorted(claim_issuers[key] for key in rules.claim_issuers)}
        if rules.classes:
            said["claims"]["classes"] = sorted(rules.classes)
        if rules.countries:
            said["claims"]["countries"] = sorted(rules.countries)
    return said


def _lock(holder: Holder) -> dict[str, int]:
    return {} if holder.locked_until is None else {"locked_until": utc_seconds(holder.locked_until)}
