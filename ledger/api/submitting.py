"""Submit, dry-run, status, notes; lodge a long list; prove a wallet."""

from collections.abc import Callable, Sequence
from dataclasses import asdict
from functools import partial
from typing import Any

import msgspec
from drf_spectacular.utils import inline_serializer
from rest_framework import serializers as s
from rest_framework.request import Request
from rest_framework.response import Response

from ledger import selectors, services
from ledger.api import schemas
from ledger.api.base import View
from ledger.api.bodies import Bulk, Rows, clean, hex32, read
from ledger.api.callers import Caller, Possession, acts_for, allow, grant, require_role
from ledger.api.errors import not_found
from ledger.api.examples import describe
from ledger.protocol.keys import Card
from ledger.protocol.keys import address as address_of_card
from ledger.selectors import status as statuses
from ledger.services import Answer


class Transactions(View):
    """Signed transactions, one to a thousand."""

    throttle_scope = "bulk"

    @describe("submit", request=schemas.BULK, responses={200: schemas.ANSWERS})
    def post(self, request: Request) -> Response:
        """Submit: one answer each, in order. What is answered pending is durable on this node."""
        return _bulk(request, services.submit)


class DryRun(View):
    """The same without effect."""

    throttle_scope = "bulk"

    @describe("dry_run", request=schemas.BULK, responses={200: schemas.ANSWERS})
    def post(self, request: Request) -> Response:
        """What would be answered; nothing is stored.

        With empty witnesses, who signs is not judged, and only a wallet that would have to sign is answered.
        """
        caller = request.user.address if isinstance(request.user, Caller) else ""
        return _bulk(request, partial(services.dry_run, caller=caller))


class TransactionStatus(View):
    """One transaction."""

    @describe("status", responses={200: schemas.STATUS, 404: schemas.REFUSED})
    def get(self, request: Request, txid: str) -> Response:
        """Where it stands on this node; only committed and void are final."""
        found = statuses([hex32(txid, "id")])[txid]
        if found.status == "unknown":
            raise not_found(f"transaction {txid}", "id")
        return Response({**asdict(found), "final": found.final})


class Notes(View):
    """The sealed notes beside a transaction."""

    @describe(
        "notes", responses=schemas.answers("Notes", {"notes": s.ListField(child=s.CharField())}, private=True)
    )
    def get(self, request: Request, txid: str) -> Response:
        """The ciphertexts in the readers' order: for sender, receiver and regulator; empty once erased."""
        signed = selectors.transaction(hex32(txid, "id"))
        if signed is None:
            raise not_found(f"committed transaction {txid}", "id")
        allow(request, own=_is_party(request.user, signed), event="notes", subject=txid)
        return Response({"notes": selectors.notes(txid)})


class Lists(View):
    """Long lists of first holders."""

    throttle_scope = "bulk"

    @describe(
        "lodge_list",
        parameters=[schemas.query("for", "the issuer, where one of its people lodges the list", str)],
        request=inline_serializer("HolderList", {"rows": s.ListField(child=s.DictField())}),
        responses=schemas.answers(
            "LodgedList",
            {
                "root": s.CharField(),
                "chunks": s.IntegerField(),
                "rows": s.IntegerField(),
                "total": s.IntegerField(),
            },
            private=True,
        ),
    )
    def post(self, request: Request) -> Response:
        """Lodge a list; an act then names it by `{chunks, root}`. For issuers: it is stored at every validator."""
        issuer = require_role(request, "issuer", clean(request.query_params.get("for", "")))
        return Response(asdict(services.lodge_list(outputs=read(request, Rows).rows, issuer=issuer)))


class Tokens(View):
    """Bearer tokens for programs."""

    throttle_scope = "tokens"
    authentication_classes = ()

    @describe(
        "token",
        request=schemas.TOKEN_BODY,
        responses=schemas.answers("Token", {"token": s.CharField(), "expires": s.IntegerField()}),
    )
    def post(self, request: Request) -> Response:
        """Prove to hold a wallet by its signature; the token shows what concerns that wallet, for 12 hours."""
        token, expires = grant(read(request, Possession, limit=20_000))
        return Response({"token": token, "expires": expires})


def _bulk(request: Request, act: Callable[..., Sequence[Answer]]) -> Response:
    raws = [bytes(raw) for raw in read(request, Bulk).transactions]
    return Response({"answers": [_said(answer) for answer in act(raws=raws)]})


def _said(answer: Answer) -> dict[str, Any]:
    return {name: value for name, value in asdict(answer).items() if value is not None}


def _is_party(caller: object, signed: dict[str, Any]) -> bool:
    if not isinstance(caller, Caller):
        return False
    note = signed["transaction"]["body"].get("note", {"readers": []})
    cards = [address_of_card(msgspec.convert(witness["card"], Card)) for witness in signed["witnesses"]]  # type: ignore[arg-type]
    return caller.card in cards or any(acts_for(caller, reader["address"]) for reader in note["readers"])
