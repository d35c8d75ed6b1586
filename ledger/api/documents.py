"""Sealed documents: handed in by a participant's people, handed out to whom they are sealed for."""

from base64 import b64encode
from typing import Annotated, Any

import msgspec
from drf_spectacular.utils import inline_serializer
from msgspec import Meta
from rest_framework import serializers as s
from rest_framework.request import Request
from rest_framework.response import Response

from ledger import services
from ledger.api import schemas
from ledger.api.base import View
from ledger.api.bodies import clean, hex32, read
from ledger.api.callers import Caller, acts_for, allow, is_supervisor
from ledger.api.errors import forbidden, not_found
from ledger.api.examples import describe
from ledger.documents import LONGEST, Sealed
from ledger.protocol.keys import address
from ledger.protocol.values import Strict
from ledger.store import documents

TEXT_MAX = 4 * (-(-LONGEST // 3))


class Lodging(Strict):
    """The body of POST documents."""

    ciphertext: Annotated[str, Meta(max_length=TEXT_MAX)]
    sealed: Sealed


COPY = {
    "id": s.CharField(help_text="the name of this copy"),
    "sealed": s.DictField(help_text="header, card and signature: protocol.md § 14"),
    "ciphertext": s.CharField(help_text="base64"),
}


class Documents(View):
    """Sealed documents."""

    throttle_scope = "bulk"

    @describe(
        "lodge_document",
        request=inline_serializer("Lodging", {name: COPY[name] for name in ("sealed", "ciphertext")}),
        responses=schemas.answers("Lodged", {"id": COPY["id"]}, private=True),
    )
    def post(self, request: Request) -> Response:
        """Lodge a sealed document; the other nodes fetch it. For the people of participants."""
        if not isinstance(request.user, Caller):
            raise forbidden("This is for participants: prove your wallet at POST /api/tokens.")
        lodging = read(request, Lodging, limit=TEXT_MAX + 100_000)
        if address(lodging.sealed.card) != request.user.card:
            raise forbidden("The document is signed by another card than the one that proved this token.")
        return Response({"id": services.lodge_document(sealed=lodging.sealed, ciphertext=lodging.ciphertext)})


class Document(View):
    """One document."""

    @describe(
        "document",
        parameters=[
            schemas.query("by", "the participant that handed it in", str),
            schemas.query("purpose", "why a supervisor looks: written down beside the look", str),
        ],
        responses=schemas.answers("SealedCopy", COPY, private=True),
    )
    def get(self, request: Request, digest: str) -> Response:
        """The newest sealed copy of it, for its readers' people and for supervisors, whose looks are written down."""
        by = clean(request.query_params.get("by", ""))
        copies = documents.whole_copies(hex32(digest, "digest"), by=by)
        if not copies:
            raise not_found(f"document {digest}", "digest")
        own = [sealed for sealed in copies if _may_read(request.user, sealed)]
        watched = is_supervisor(request.user)
        allow(request, own=bool(own), event="document", subject=digest, log=watched)
        return Response(_said((own or copies)[0]))


def _may_read(caller: object, sealed: Sealed) -> bool:
    header = sealed.header
    readers = {header.by, *(reader.address for reader in header.readers)}
    return isinstance(caller, Caller) and any(acts_for(caller, each) for each in sorted(readers))


def _said(sealed: Sealed) -> dict[str, Any]:
    name = sealed.header.id
    text = b64encode(documents.ciphertext(name)).decode()
    return {"id": name, "sealed": msgspec.to_builtins(sealed), "ciphertext": text}
