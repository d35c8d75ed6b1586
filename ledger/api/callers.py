"""Who asks: a program that has proved to hold a wallet, by its bearer token; and what it may see."""

import secrets
import time
from dataclasses import dataclass
from hashlib import sha256
from typing import Annotated, Final

from django.core.cache import cache
from django.utils import timezone
from msgspec import Meta
from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request
from rest_framework.throttling import AnonRateThrottle

from ledger import selectors
from ledger.api.errors import forbidden
from ledger.documents import is_of
from ledger.models import ApiLookup, Token
from ledger.protocol.encoding import Count, Hex64, canonical, digest
from ledger.protocol.keys import MOST_MEMBERS, Card, MemberSignature, Witness, address, verify_witness
from ledger.protocol.reasons import Reason, Rejected
from ledger.protocol.values import Address, Strict
from ledger.store import chain
from ledger.store.documents import card_in_force

TOKEN_SECONDS: Final = 12 * 3600
PROOF_SECONDS: Final = 300  # how far a proof's time may be from this node's


class Possession(Strict):
    """The body of POST tokens: a signature over digest("tallystick/token/1", JCS({address, chain, time}))."""

    address: Address
    card: Card
    signature: Hex64 | Annotated[tuple[MemberSignature, ...], Meta(max_length=MOST_MEMBERS)]
    time: Count


@dataclass(frozen=True, slots=True)
class Caller:
    """A wallet that a program has proved to hold."""

    address: str
    card: str
    is_authenticated: bool = True

    @property
    def pk(self) -> str:
        """What the rate limits count by."""
        return self.address


class TokenAuthentication(BaseAuthentication):
    """`Authorization: Bearer …`; a token ends with its time, and with the card that proved it."""

    def authenticate(self, request: Request) -> tuple[Caller, None] | None:
        """The caller, or None without a token."""
        scheme, _, token = request.headers.get("Authorization", "").partition(" ")
        if scheme.lower() != "bearer" or not token:
            return None
        row = Token.objects.filter(digest=_token_digest(token), expires__gt=int(time.time())).first()
        if row is None or row.card != _card_in_force(row.address):
            raise AuthenticationFailed(
                "The token is unknown, has lapsed, or its wallet has another card by now."
            )
        return Caller(row.address, row.card), None

    def authenticate_header(self, request: Request) -> str:
        """So that a missing token is 401 and not 403."""
        return "Bearer"


class AddressThrottle(AnonRateThrottle):
    """Counts the requests of one network address, with a token or without: fresh wallets cost nothing."""

    def get_cache_key(self, request: Request, view: object) -> str:
        """By address alone."""
        return str(self.cache_format % {"scope": self.scope, "ident": self.get_ident(request)})


def prove(proof: Possession) -> None:
    """Returns if the wallet's card in force has signed for this chain just now; Rejected otherwise."""
    now = int(time.time())
    if abs(now - proof.time) > PROOF_SECONDS:
        times = f"The proof is of {proof.time} (UTC seconds); it is {now} (UTC seconds) here."
        raise Rejected(Reason.EXPIRED, "time", f"{times} Sign again.")
    claim = {"address": proof.address, "chain": chain.tip().chain, "time": proof.time}
    witness = Witness(card=proof.card, signature=proof.signature)
    verify_witness(witness, digest("tallystick/token/1", canonical(claim)))
    if address(proof.card) != _card_in_force(proof.address):
        raise Rejected(Reason.WRONG_WITNESSES, "card", "This is not the wallet's card in force.")


def grant(proof: Possession) -> tuple[str, int]:
    """A token for a wallet whose card in force has signed, and when it ends."""
    prove(proof)
    now = int(time.time())
    token = secrets.token_urlsafe(32)
    Token.objects.filter(expires__lte=now).delete()
    Token.objects.create(
        digest=_token_digest(token),
        address=proof.address,
        card=address(proof.card),
        expires=now + TOKEN_SECONDS,
    )
    return token, now + TOKEN_SECONDS


def is_supervisor(caller: object) -> bool:
    """The regulator's or the CSD's wallet, or one of its people's."""
    network = selectors.record("network")
    roles = network.value["roles"] if network else {}
    offices = [roles[office] for office in ("regulator", "csd") if office in roles]
    return isinstance(caller, Caller) and any(acts_for(caller, each) for each in offices)


def allow(
    request: Request, *, own: bool, event: str, subject: str, height: int | None = None, log: bool = False
) -> None:
    """Let an owner or a supervisor pass; every other look is refused, and every look but an owner's is written down."""
    granted = isinstance(request.user, Caller) and (own or is_supervisor(request.user))
    if log or not (own and granted):
        write_down(request, event=event, subject=subject, height=height, granted=granted)
    if not granted:
        raise forbidden(
            "This is shown to whom it concerns and to supervisors: prove your wallet at POST /api/tokens."
        )


def write_down(
    request: Request, *, event: str, subject: str, granted: bool = True, height: int | None = None
) -> None:
    """Who looked at what, before it is answered; of refusals to nobody in particular, one a second."""
    known = isinstance(request.user, Caller)
    if not known and not cache.add(f"api lookup {event}", True, timeout=1):
        return
    ApiLookup.objects.create(
        happened_at=timezone.now(),
        address=request.user.address if known else "",
        event=event,
        subject=subject[:250],
        height=height,
        granted=granted,
        purpose=request.query_params.get("purpose", "").replace("\x00", "")[:120],
    )


def acts_for(caller: Caller, owner: str) -> bool:
    """Whether this is the wallet itself, or one of the people whose cards make up its joint card."""
    return caller.address == owner or is_of(caller.card, card_in_force(owner), owner)


def require_role(request: Request, role: str, owner: str = "") -> str:
    """Let an active participant with this role pass, by its own wallet or one of its people's; its address."""
    caller = request.user if isinstance(request.user, Caller) else None
    owner = owner or (caller.address if caller else "")
    found = selectors.record(f"participant/{owner}") if caller and acts_for(caller, owner) else None
    if found is None or found.value["status"] != "active" or role not in found.value["roles"]:
        raise forbidden(
            f"This is for participants with the role {role}: prove your wallet at POST /api/tokens."
        )
    return owner


def _card_in_force(owner: str) -> str:
    card = card_in_force(owner)
    return owner if card is None else address(card)


def _token_digest(token: str) -> bytes:
    return sha256(token.encode()).digest()
