"""Why the ledger refuses: one Reason, the field it is about, and a sentence for people."""

from enum import StrEnum


class Reason(StrEnum):
    """Every refusal, in checking order."""

    OVERSIZED = "OVERSIZED"
    MALFORMED = "MALFORMED"
    NOT_CANONICAL = "NOT_CANONICAL"
    BAD_CARD = "BAD_CARD"
    BAD_WITNESS = "BAD_WITNESS"
    BAD_SIGNATURE = "BAD_SIGNATURE"
    BAD_NOTE = "BAD_NOTE"


class Rejected(Exception):
    """An input that the rules refuse; `str()` is a sentence for people."""

    def __init__(self, reason: Reason, field: str, detail: str) -> None:
        super().__init__(detail)
        self.reason = reason
        self.field = field
        self.detail = detail
