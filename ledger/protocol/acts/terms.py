"""What registration and amendment share: the terms of an instrument, as far as no state is needed to judge them."""

from collections.abc import Iterable

from ledger.protocol.encoding import check_text
from ledger.protocol.keys import address_bytes
from ledger.protocol.records import Document, Rules, Term


def check_words(fisn: str, documents: Iterable[Document], terms: Iterable[Term]) -> None:
    """Refuse what a signatory could not see in the texts that people read."""
    for text in [fisn, *(each.title for each in documents), *(each.text for each in terms)]:
        check_text(text, "body.act")
    for term in terms:
        check_text(term.label, "body.act.terms")


def check_claim_issuers(rules: Rules) -> None:
    """Refuse a claim issuer whose address has a wrong checksum."""
    if rules.claims is not None:
        for number, issuer in enumerate(rules.claims.issuers):
            address_bytes(issuer, f"body.act.rules.claims.issuers[{number}]")
