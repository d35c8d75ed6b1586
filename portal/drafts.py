"""Drafts: a transaction that several people sign, each in his own browser; put together and submitted by this node."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Annotated, Final

import msgspec
from django.db.models import QuerySet, prefetch_related_objects
from django.db.transaction import atomic
from django.utils import timezone
from msgspec import Meta

from ledger import services
from ledger.protocol.encoding import Hex64, canonical, parse
from ledger.protocol.keys import SingleCard, Witness, address, verify_witness
from ledger.protocol.reasons import Reason, Rejected
from ledger.protocol.signatories import Signatory, signatories, witness_of
from ledger.protocol.signed import NOTE_HEX_MAX, SIGNED_MAX, Signed, Submission, submission
from ledger.protocol.state import State
from ledger.protocol.transactions import AnyTransaction
from ledger.protocol.transition import prefetch
from ledger.protocol.values import Strict
from ledger.services import Answer
from ledger.store import chain
from ledger.store.source import state_at
from portal import audit
from portal.models import Account, Draft, DraftSignature, DraftSigner
from portal.notices import News, tell
from portal.wallets import addresses_of

OPEN_MOST: Final = 200  # drafts of one organisation at a time
NOT_YOUR_MANDATE: Final = (
    "Your mandate is to view. Ask an administrator of your organisation for the mandate to prepare."
)


class NewDraft(Strict):
    """The body of POST /drafts/."""

    transaction: Annotated[str, Meta(max_length=SIGNED_MAX)]
    comment: Annotated[str, Meta(max_length=500, pattern=r"\A[^\x00]*\Z")] = ""
    notes: Annotated[tuple[Annotated[str, Meta(max_length=NOTE_HEX_MAX)], ...], Meta(max_length=2)] = ()


class NewSignature(Strict):
    """The body of POST /drafts/<id>/signatures: one person's card and its signature over the transaction's id."""

    card: SingleCard
    signature: Hex64


@dataclass
class Standing:
    """A draft with everything that is asked of it: whose signatures it has, and whose it lacks."""

    draft: Draft
    state: State | None = None  # of several drafts, loaded for all of them together

    @cached_property
    def unsigned(self) -> Submission:
        """The transaction as it would be submitted, without witnesses yet."""
        return read(self.draft.transaction, self.draft.notes)

    @cached_property
    def signatories(self) -> list[Signatory]:
        """Who has to sign, by the cards in force now."""
        state = self.state or _loaded([self.unsigned])
        return signatories(self.unsigned.transaction, state)

    @cached_property
    def signatures(self) -> dict[str, DraftSignature]:
        """Those that are here, by the address of the card."""
        return {row.card_address: row for row in self.draft.signatures.all()}

    @property
    def is_complete(self) -> bool:
        """Whether nobody is lacking."""
        return not any(one.lacking(self.signatures) for one in self.signatories)

    def signed(self) -> bytes:
        """The bytes to submit, once it is complete."""
        given = {key: row.signature for key, row in self.signatures.items()}
        cards = {key: msgspec.convert(row.card, SingleCard) for key, row in self.signatures.items()}
        witnesses = tuple(witness_of(one, cards, given) for one in self.signatories)
        notes = tuple(self.draft.notes) or None
        return canonical(
            Signed(transaction=self.unsigned.signed.transaction, witnesses=witnesses, notes=notes)
        )


def standings(found: Iterable[Draft]) -> list[Standing]:
    """Those of several drafts, in a fixed number of queries."""
    listed = list(found)
    prefetch_related_objects(listed, "signatures__account")
    state = _loaded([read(draft.transaction, draft.notes) for draft in listed])
    return [Standing(draft, state) for draft in listed]


def visible(account: Account) -> QuerySet[Draft]:
    """The drafts that this account may see: its organisation's, and those that one of its wallets has to sign."""
    mine = DraftSigner.objects.filter(address__in=addresses_of(account)).values("draft")
    return Draft.objects.filter(pk__in=mine) | Draft.objects.filter(organisation=account.organisation)


def spent_by_open(account: Account) -> set[str]:
    """The outpoints that open transfers of its organisation are going to consume; one query."""
    now = int(timezone.now().timestamp())
    waiting = _open_of(account, now).filter(kind="transfer").values_list("transaction", flat=True)
    return {each for text in waiting for each in msgspec.json.decode(text)["inputs"]}


def read(transaction: str, notes: Sequence[str] = ()) -> Submission:
    """The transaction of this canonical text, without witnesses; Rejected if it is none."""
    found: AnyTransaction = parse(transaction.encode(), AnyTransaction, limit=SIGNED_MAX)  # type: ignore[arg-type]
    return submission(Signed(transaction=found, witnesses=(), notes=tuple(notes) or None))


def make(*, account: Account, new: NewDraft) -> Draft:
    """A draft that its signers can see, unless the ledger would refuse the transaction now: then Rejected says why."""
    unsigned = read(new.transaction, new.notes)
    if (known := Draft.objects.filter(pk=unsigned.id).first()) is not None and known in visible(account):
        return known
    asked = signatories(unsigned.transaction, _loaded([unsigned]))
    people = {each for one in asked for each in (one.wallet, one.card_address, *one.people) if each}
    _check_own(account, asked, people)
    rehearse(unsigned, asked, account)
    with atomic():
        _check_room(account)
        draft, is_new = Draft.objects.get_or_create(
            txid=unsigned.id, defaults=_fields(account, new, unsigned)
        )
        if not is_new:  # two of its signers drafted it at once
            return draft
        DraftSigner.objects.bulk_create([DraftSigner(draft=draft, address=each) for each in sorted(people)])
        audit.record(event=audit.Event.DRAFT_MADE, account=account.username, subject=draft.txid)
        waits = {"act": draft.act or draft.kind}
        tell([News(each, "draft-waits", draft.txid, waits) for each in people], but=account)
    return draft


def _fields(account: Account, new: NewDraft, unsigned: Submission) -> dict[str, object]:
    return {
        "transaction": new.transaction,
        "notes": list(new.notes),
        "comment": new.comment,
        "kind": str(unsigned.transaction.__struct_config__.tag),
        "act": _act_of(unsigned),
        "expires": unsigned.transaction.expires,
        "made_by": account,
        "organisation": account.organisation,
        "made_at": timezone.now(),
    }


def rehearse(unsigned: Submission, asked: Sequence[Signatory], account: Account) -> None:
    """Rejected with the ledger's reason, if it would refuse this transaction whoever signed it."""
    wallets = {one.wallet for one in asked}
    caller = next(iter(sorted(wallets & addresses_of(account))), "")
    (answer,) = services.dry_run(raws=[canonical(unsigned.signed)], caller=caller)
    if answer.status == "refused":
        raise refusal_of(answer)


def add_signature(*, account: Account, draft: Draft, new: NewSignature) -> Draft:
    """One person's signature; with the last one the transaction is submitted to this node."""
    with atomic():
        draft = Draft.objects.select_for_update().get(pk=draft.pk)
        standing = Standing(draft)
        _check_open(draft)
        signer = address(new.card)
        if not any(signer in one.people for one in standing.signatories):
            detail = "This wallet is not one of those that have to sign. Unlock another one."
            raise Rejected(Reason.WRONG_WITNESSES, "card", detail)
        verify_witness(Witness(card=new.card, signature=new.signature), bytes.fromhex(draft.txid))
        DraftSignature.objects.get_or_create(
            draft=draft,
            card_address=signer,
            defaults={
                "card": msgspec.to_builtins(new.card),
                "signature": new.signature,
                "account": account,
                "signed_at": timezone.now(),
            },
        )
        audit.record(
            event=audit.Event.DRAFT_SIGNED, account=account.username, subject=draft.txid, card=signer
        )
    return submit(draft=draft)


def submit(*, draft: Draft) -> Draft:
    """Submit the draft if everybody has signed; what the node answers is kept."""
    standing = Standing(draft)
    if draft.status != Draft.Status.OPEN or not standing.is_complete:
        return draft
    (answer,) = services.submit(raws=[standing.signed()])
    if answer.status == "refused":
        draft.refusal = f"{answer.reason}: {answer.detail}"
    else:
        draft.status, draft.refusal = Draft.Status.SUBMITTED, ""
    draft.save(update_fields=["status", "refusal"])
    return draft


def withdraw(*, account: Account, draft: Draft) -> None:
    """Nobody signs it any more; what was signed is worth nothing until somebody submits it before it expires."""
    with atomic():
        draft = Draft.objects.select_for_update().get(pk=draft.pk)
        _check_open(draft)
        draft.status = Draft.Status.WITHDRAWN
        draft.save(update_fields=["status"])
        draft.signatures.all().delete()
        audit.record(event=audit.Event.DRAFT_WITHDRAWN, account=account.username, subject=draft.txid)


def refusal_of(answer: Answer) -> Rejected:
    """The node's answer as a refusal."""
    return Rejected(Reason(answer.reason), answer.field or "", answer.detail or "")


def _loaded(unsigned: Sequence[Submission]) -> State:
    state = state_at(chain.tip().state_size)
    prefetch(unsigned, state)
    return state


def _check_own(account: Account, asked: Sequence[Signatory], people: set[str]) -> None:
    if not people & addresses_of(account):
        detail = "None of your organisation's wallets has to sign this transaction: you cannot draft it."
        raise Rejected(Reason.WRONG_WITNESSES, "transaction", detail)
    if not asked:
        raise Rejected(
            Reason.UNKNOWN_KIND, "transaction", "Nobody signs this kind: proposers build it by rule."
        )


def _act_of(unsigned: Submission) -> str:
    act = getattr(getattr(unsigned.transaction, "body", None), "act", None)
    return str(act.__struct_config__.tag) if act is not None else ""


def _check_open(draft: Draft) -> None:
    if draft.status != Draft.Status.OPEN:
        raise Rejected(
            Reason.PROPOSAL_CLOSED, "draft", "This draft is closed: it was submitted or withdrawn."
        )
    if draft.expires <= int(timezone.now().timestamp()):
        raise Rejected(Reason.EXPIRED, "draft", "The time of this transaction has passed. Draft it again.")


def _check_room(account: Account) -> None:
    now = int(timezone.now().timestamp())
    if _open_of(account, now).count() >= OPEN_MOST:
        detail = f"Your organisation has {OPEN_MOST} open drafts. Withdraw some of them first."
        raise Rejected(Reason.OVERSIZED, "drafts", detail)


def _open_of(account: Account, now: int) -> QuerySet[Draft]:
    return Draft.objects.filter(organisation=account.organisation, status=Draft.Status.OPEN, expires__gt=now)
