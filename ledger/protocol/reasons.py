"""Why the ledger refuses: one Reason in checking order, its ISO 20022 code, and a sentence for people."""

from enum import StrEnum
from typing import Final


class Reason(StrEnum):
    """Every refusal, in checking order: a transaction with several faults is refused for the first."""

    # bytes and schema
    OVERSIZED = "OVERSIZED"
    MALFORMED = "MALFORMED"
    NOT_CANONICAL = "NOT_CANONICAL"
    UNKNOWN_KIND = "UNKNOWN_KIND"
    # which network, and what it names
    WRONG_CHAIN = "WRONG_CHAIN"
    BAD_VALIDITY = "BAD_VALIDITY"
    DUPLICATE_INPUT = "DUPLICATE_INPUT"
    WRONG_INPUTS = "WRONG_INPUTS"
    BAD_IDENTIFIER = "BAD_IDENTIFIER"
    # when, and what travels beside it
    NOT_YET_VALID = "NOT_YET_VALID"
    EXPIRED = "EXPIRED"
    BAD_NOTE = "BAD_NOTE"
    # who signs, in form
    BAD_CARD = "BAD_CARD"
    BAD_WITNESS = "BAD_WITNESS"
    BAD_SIGNATURE = "BAD_SIGNATURE"
    # this node only
    ALREADY_PENDING = "ALREADY_PENDING"
    CONFLICTS_WITH_PENDING = "CONFLICTS_WITH_PENDING"
    # what it consumes
    ALREADY_COMMITTED = "ALREADY_COMMITTED"
    UNKNOWN_INPUT = "UNKNOWN_INPUT"
    SPENT = "SPENT"
    STALE = "STALE"
    # who must sign
    UNKNOWN_RECORD = "UNKNOWN_RECORD"
    WRONG_ROLE = "WRONG_ROLE"
    WRONG_WITNESSES = "WRONG_WITNESSES"
    # roles and proposals
    PROPOSAL_CLOSED = "PROPOSAL_CLOSED"
    PROPOSAL_LAPSED = "PROPOSAL_LAPSED"
    NOT_A_PARTICIPANT = "NOT_A_PARTICIPANT"
    SAME_WALLET = "SAME_WALLET"
    BAD_DEADLINE = "BAD_DEADLINE"
    STALE_BASIS = "STALE_BASIS"
    # value
    NOT_CONSERVED = "NOT_CONSERVED"
    HELD = "HELD"
    FROZEN = "FROZEN"
    LOCKED = "LOCKED"
    # instruments
    INSTRUMENT_EXISTS = "INSTRUMENT_EXISTS"
    INSTRUMENT_CLOSED = "INSTRUMENT_CLOSED"
    OVER_ISSUE = "OVER_ISSUE"
    HOLDERS_DO_NOT_ADD_UP = "HOLDERS_DO_NOT_ADD_UP"
    # receivers
    WALLET_UNKNOWN = "WALLET_UNKNOWN"
    HOLDER_MISMATCH = "HOLDER_MISMATCH"
    NOT_ELIGIBLE = "NOT_ELIGIBLE"
    OVER_HOLDER_LIMIT = "OVER_HOLDER_LIMIT"
    TOO_MANY_HOLDERS = "TOO_MANY_HOLDERS"
    # the network itself
    NOT_ENOUGH_VALIDATORS = "NOT_ENOUGH_VALIDATORS"
    BAD_UPGRADE = "BAD_UPGRADE"
    BAD_CHANGE = "BAD_CHANGE"
    BAD_CHUNK = "BAD_CHUNK"
    BAD_EVIDENCE = "BAD_EVIDENCE"
    BAD_BLOCK = "BAD_BLOCK"


# ISO 20022 code (settlement status reasons, ../shared vocabulary) and what a person is told.
SENTENCES: Final[dict[Reason, tuple[str, str]]] = {
    Reason.OVERSIZED: ("NARR", "It is larger than the network carries. Split it."),
    Reason.MALFORMED: ("NARR", "A field is missing, unknown, or not of the form that the protocol gives it."),
    Reason.NOT_CANONICAL: (
        "NARR",
        "These are not the canonical bytes. Encode it by RFC 8785 and sign again.",
    ),
    Reason.UNKNOWN_KIND: ("NARR", "The network has no such kind of transaction, or nobody may submit it."),
    Reason.WRONG_CHAIN: ("NARR", "It was signed for another network."),
    Reason.BAD_VALIDITY: ("LATE", "It must be valid for one second at least and for 24 hours at most."),
    Reason.NOT_YET_VALID: ("NARR", "Its time has not come: submit it again later."),
    Reason.EXPIRED: ("LATE", "Its time has passed: make and sign a new one."),
    Reason.DUPLICATE_INPUT: ("NARR", "The same input is listed twice."),
    Reason.WRONG_INPUTS: ("NARR", "The inputs are not what this kind of transaction consumes."),
    Reason.BAD_IDENTIFIER: ("DSEC", "An identifier is not well-formed, or its check digit is wrong."),
    Reason.BAD_NOTE: ("NARR", "The sealed note is not of the form that the protocol gives it."),
    Reason.BAD_CARD: ("NARR", "A wallet card is not acceptable."),
    Reason.BAD_WITNESS: ("NARR", "The witnesses are not in order, or one is not of the right form."),
    Reason.BAD_SIGNATURE: ("NARR", "A signature does not fit."),
    Reason.ALREADY_PENDING: ("PODU", "This node has it already and will carry it."),
    Reason.CONFLICTS_WITH_PENDING: ("PODU", "A pending transaction consumes the same. Wait for its end."),
    Reason.ALREADY_COMMITTED: ("PODU", "It is on the ledger already."),
    Reason.UNKNOWN_INPUT: ("LACK", "What it consumes does not exist."),
    Reason.SPENT: ("LACK", "What it consumes was spent by another transaction."),
    Reason.STALE: ("REFE", "The record that it replaces has another version by now. Read it and sign again."),
    Reason.UNKNOWN_RECORD: ("REFE", "What it refers to does not exist."),
    Reason.PROPOSAL_CLOSED: ("REFE", "The proposal is closed: executed, refused or retracted."),
    Reason.PROPOSAL_LAPSED: ("LATE", "The proposal's deadline has passed."),
    Reason.WRONG_ROLE: ("REFE", "This act does not ask for that role."),
    Reason.WRONG_WITNESSES: (
        "SAFE",
        "Not signed by exactly the wallets that must sign, with the cards in force.",
    ),
    Reason.NOT_A_PARTICIPANT: ("REFE", "No admitted, active participant with the role that this needs."),
    Reason.SAME_WALLET: ("REFE", "One wallet cannot fill two roles of one act."),
    Reason.BAD_DEADLINE: ("LATE", "The deadline must lie ahead, by 90 days at most."),
    Reason.STALE_BASIS: ("REFE", "What was judged is not what stands there now. Look again and sign again."),
    Reason.NOT_CONSERVED: ("DQUA", "For every asset, outputs must equal inputs."),
    Reason.HELD: ("PRSY", "The units are on hold."),
    Reason.FROZEN: ("BLOC", "The wallet or the quantity is frozen by a legal act."),
    Reason.LOCKED: ("RSTR", "The units are locked up until a later time."),
    Reason.INSTRUMENT_EXISTS: ("DSEC", "An instrument with this ISIN is registered already."),
    Reason.INSTRUMENT_CLOSED: (
        "DSEC",
        "The instrument is not open for this: not fully allotted, or withdrawn.",
    ),
    Reason.OVER_ISSUE: ("DQUA", "More would be issued than is authorised."),
    Reason.HOLDERS_DO_NOT_ADD_UP: (
        "DQUA",
        "The holders' quantities do not add up to the quantity of the act.",
    ),
    Reason.WALLET_UNKNOWN: ("REGD", "A receiver's wallet is not known: a claim issuer must attest it first."),
    Reason.HOLDER_MISMATCH: ("REGD", "The wallet belongs to another holder, or shows another card."),
    Reason.NOT_ELIGIBLE: ("REGD", "The receiver has no valid claim that this instrument accepts."),
    Reason.OVER_HOLDER_LIMIT: ("FLIM", "The receiver would hold more than the instrument allows one holder."),
    Reason.TOO_MANY_HOLDERS: ("FLIM", "The instrument would have more holders than it allows."),
    Reason.NOT_ENOUGH_VALIDATORS: (
        "REFE",
        "Institutions behind more than two thirds of validators must sign.",
    ),
    Reason.BAD_UPGRADE: (
        "REFE",
        "An upgrade goes to the next version, ten blocks ahead at least, one at a time.",
    ),
    Reason.BAD_CHANGE: (
        "REFE",
        "Validators change one at a time, each name and key once, and four of them stay at least.",
    ),
    Reason.BAD_CHUNK: ("NARR", "This is not the next chunk of the allotment."),
    Reason.BAD_EVIDENCE: (
        "NARR",
        "It must be two different messages that one validator of that height signed in one place.",
    ),
    Reason.BAD_BLOCK: ("NARR", "The block does not follow from its parent."),
}


class Rejected(Exception):
    """An input that the rules refuse; `str()` is a sentence for people."""

    def __init__(self, reason: Reason, field: str = "", detail: str = "") -> None:
        super().__init__(detail or SENTENCES[reason][1])
        self.reason = reason
        self.field = field
        self.detail = detail or SENTENCES[reason][1]

    @property
    def iso(self) -> str:
        """The ISO 20022 reason code."""
        return SENTENCES[self.reason][0]
