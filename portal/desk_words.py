"""Sentences that scripts of the desk's pages show, `{name}` to be replaced there; in the visitor's language."""

from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

JUDGING: Final[dict[str, Promise]] = {
    "no-copy": _("This node has no sealed copy of this document yet. Try again in a minute."),
    "not-proven": _("This node could not prove the request to your wallet. Try again in a moment."),
    "other-act": _(
        "What this page shows is not what the ledger holds. Do not sign; tell your network operator."
    ),
    "reason-needed": _("Say in words what is wrong, so that the proposer can correct it."),
}
ASKING: Final[dict[str, Promise]] = {
    "isin-form": _("An ISIN has 12 characters: two letters, nine letters or digits, one digit."),
    "isin-digit": _("The check digit of this ISIN is wrong: compare it with your source."),
    "lei-form": _("A LEI has 20 characters: capital letters and digits, the last two are digits."),
    "lei-digit": _("The check digits of this LEI are wrong: compare it with your source."),
    "cfi-form": _("A CFI code has six capital letters, such as ESVUFR."),
    "cfi-category": _("No category of ISO 10962 begins with this letter."),
    "fisn-form": _("A short name has 1 to 35 characters, such as SIEMENS AG/NAM.AKT."),
    "currency-form": _("A currency has three capital letters, such as EUR."),
    "currency-unknown": _("No currency of ISO 4217 has this code."),
    "decimals-form": _("A whole number from 0 to 8."),
    "nominal-form": _("An amount such as 1,000.00, or nothing where there is no par value."),
    "quantity-form": _(
        "A quantity above zero, such as 1,200, with no more decimals than the instrument has."
    ),
    "count-form": _("A whole number above zero."),
    "lock-up-form": _("A day and a time, such as 2027-01-31T09:00; they are UTC."),
    "countries-form": _("Countries are two letters each, such as DE, FR."),
    "claims-need-issuer": _("Choose who attests holders: classes and countries are read from their claims."),
    "row-address": _("Row {row}: “{value}” is no wallet address."),
    "row-quantity": _("Row {row}: “{value}” is no quantity that this instrument allows."),
    "row-locked": _("Row {row}: “{value}” is no day; write it as 2027-01-31."),
    "too-many-rows": _("A list has at most 1,000,000 rows."),
    "more-faults": _("and {count} more"),
    "holders-total": _("First holders: {count}. Units together: {total}."),
    "preview": _("The first {shown} of {count} rows"),
    "column-wallet": _("Wallet"),
    "column-quantity": _("Units"),
    "column-locked": _("Locked until"),
    "over-authorised": _("Together they get more than the {most} units that may be issued."),
    "paper-size": _("{kb} kB"),
    "paper-kept": _("sealed with the last request"),
    "papers-again": _(
        "Another notary has to read the documents: choose the files again, so that they are sealed for it."
    ),
    "nothing-changed": _("Nothing differs from what stands now: change what is to be amended."),
    "fix-first": _("Something is not right yet: look at the marked field."),
    "fix-holders": _("Some rows of the first holders are not right yet."),
    "no-holders": _("Name at least one first holder."),
    "ticked-total": _("Ticked: {units} units"),
    "destination-needed": _("Say in words where the register goes on."),
    "no-outputs": _("Choose at least one holding."),
    "sealing": _("Sealing document {at} of {all} …"),
    "lodging": _("Lodging a list of {count} holders …"),
    "other-list": _("The node answered with another list than this page has computed. Nothing was asked."),
    "outputs-form": _(
        "Write each holding as its transaction and number, one a line: 64 hexadecimal digits, a colon, a number."
    ),
}
DRAFTED: Final[dict[str, Promise]] = {
    "pending": _("Submitted. The validators are about to put it into a block."),
    "committed": _("In a block; this page is checking its certificate."),
    "void": _("It can never be committed any more: its time has passed, or something it needs has changed."),
    "refused": _("This node does not carry it."),
    "unknown": _("On its way to this node."),
    "verified": _(
        "Final in block {height}. This page has checked the signatures of {signatures} of {validators} validators."
    ),
}
ADMITTING: Final[dict[str, Promise]] = {
    "lei-form": ASKING["lei-form"],
    "lei-digit": ASKING["lei-digit"],
    "role-needed": _("Choose at least one role."),
    "reason-needed": _("Say why, in words that the participant and the regulator can check."),
    "handed-in": _("Your card is handed in. The depository sees your application."),
}
