"""The words that people read for the ledger's codes, in one place."""

from collections.abc import Iterable
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext, pgettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

KINDS: Final[dict[str, Promise]] = {
    "transfer": _("Transfer"),
    "propose": _("Proposal"),
    "approve": _("Approval"),
    "refuse": _("Refusal"),
    "retract": _("Retraction"),
    "attest": _("Identity claim"),
    "revoke": _("Claim revoked"),
    "rotate": _("Change of key"),
    "govern": _("Network decision"),
    "allot": _("Allotment"),
    "evidence": _("Evidence"),
}

ACTS: Final[dict[str, Promise]] = {
    "register": _("initial registration"),
    "increase": _("capital increase"),
    "decrease": _("capital decrease"),
    "withdraw": _("withdrawal"),
    "amend": _("amendment"),
    "admit": _("admission"),
    "suspend": _("suspension"),
}

CHANGES: Final = (
    "increase",
    "decrease",
    "withdraw",
    "amend",
)  # acts by which an instrument's issuer changes it

ROLES: Final[dict[str, Promise]] = {
    "csd": _("central securities depository"),
    "regulator": _("regulator"),
    "exchange": _("exchange"),
    "central_bank": _("central bank"),
    "issuer": _("issuer"),
    "notary": _("notary"),
    "claim_issuer": _("claim issuer"),
    "broker": _("broker"),
    "bank": _("bank"),
    "ccp": _("central counterparty"),
    "observer": _("observer"),
}

INSTRUMENT_STATES: Final[dict[str, tuple[str, Promise]]] = {
    "allotting": ("warn", _("Being allotted")),
    "active": ("good", pgettext_lazy("instrument", "Active")),
    "withdrawn": ("", _("Withdrawn")),
}

INVESTOR_CLASSES: Final[dict[str, Promise]] = {
    "RETL": _("retail investors"),
    "PROF": _("professional investors"),
    "ELIG": _("eligible counterparties"),
}

CFI_CATEGORIES: Final[dict[str, Promise]] = {
    "ES": _("Ordinary share"),
    "EP": _("Preference share"),
    "DB": _("Bond"),
    "DT": _("Medium-term note"),
    "CI": _("Fund unit"),
    "CE": _("Exchange-traded fund"),
    "E": _("Equity"),
    "D": _("Debt instrument"),
    "C": _("Fund"),
    "R": _("Entitlement"),
}


def labelled(label: str | Promise, value: str | Promise) -> str:
    """The two with a colon between, as the language writes it."""
    return gettext("%(label)s: %(value)s") % {"label": label, "value": value}


def listed(parts: Iterable[object]) -> str:
    """One after the other, with the language's comma between."""
    return pgettext("between the parts of a list", ", ").join(str(part) for part in parts)


def reason_given(reason: dict[str, str]) -> str:
    """Why somebody refused: its ISO code in words, and what was written."""
    code = reason["code"]
    return labelled(f"{REFUSALS.get(code, '')} ({code})".strip(), reason["text"])


def instrument_type(cfi: str) -> Promise | str:
    """The instrument's type by the first letters of its ISO 10962 code."""
    return CFI_CATEGORIES.get(cfi[:2]) or CFI_CATEGORIES.get(cfi[:1], cfi)


# ISO 20022 codes by which an approver may refuse (docs/protocol.md, section 6).
REFUSALS: Final[dict[str, Promise]] = {
    "DSEC": _("The instrument's terms are not right"),
    "DQUA": _("The quantity is not right"),
    "REFE": _("A reference is wrong or missing"),
    "REGD": _("A holder may not be registered"),
    "FLIM": _("A limit is exceeded"),
    "SAFE": _("The wallet or its signatories are not right"),
    "LATE": _("It comes too late"),
    "LACK": _("Something is lacking"),
    "PODU": _("It was asked already"),
    "RSTR": _("A restriction stands against it"),
    "PRSY": _("It waits for something else first"),
    "BLOC": _("It is blocked"),
    "NARR": _("For the reason in words"),
    "OTHR": _("Another reason"),
}
