"""People at their desks, for tests: organisations of this portal, and signatures as their browsers would make them."""

import json
from typing import Any

import msgspec
from django.test import Client
from django.utils import timezone

from clients.build import Json, transaction_id
from clients.keys import Wallet
from ledger.protocol.encoding import canonical
from ledger.protocol.keys import signature_message
from portal.models import Account, Application, ClaimRequest, Organisation
from tests.ledger.world import NodeTown
from tests.portal.conftest import home, organisation, signed_in
from tests.protocol.town import BOND
from tests.protocol.world import institution


def institution_of(town: NodeTown, name: str) -> Organisation:
    """The organisation of a participant that runs no node; the home's own for the CSD; a candidate has no address."""
    party = getattr(town, name, None)
    return home() if name == "csd" else organisation(name.capitalize(), party.address if party else None)


def person_of(town: NodeTown, name: str, number: int = 0, role: str = "sign") -> tuple[Client, Wallet]:
    """One of its people, signed in, and the wallet that this person holds."""
    wallet: Wallet = getattr(town, name, institution(name)).members[number]
    if known := Account.objects.filter(username=f"{name} {number}").first():
        client = Client()
        client.force_login(known)
        return client, wallet
    return signed_in(f"{name} {number}", role, institution_of(town, name)), wallet


def post(client: Client, url: str, body: Any) -> Any:
    """JSON, as a page's script posts it."""
    text = msgspec.json.encode(body)
    return client.post(url, text, content_type="application/json")


def draft(client: Client, transaction: Json, **more: Any) -> Any:
    """The answer to a new draft."""
    return post(client, "/drafts/", {"transaction": canonical(transaction).decode(), **more})


def signature(wallet: Wallet, transaction: Json) -> Json:
    """What a person's browser posts to a draft."""
    message = signature_message(bytes.fromhex(transaction_id(transaction)))
    return {"card": msgspec.to_builtins(wallet.card), "signature": wallet.signature(message)}


def sign(client: Client, wallet: Wallet, transaction: Json) -> Any:
    """The answer to this person's signature."""
    url = f"/drafts/{transaction_id(transaction)}/signatures"
    return post(client, url, signature(wallet, transaction))


def said(answer: Any) -> Json:
    """Its JSON."""
    found: Json = json.loads(answer.content)
    return found


def desk_places(town: NodeTown) -> dict[str, str]:
    """Pages of desks that need something to be there: a request, a draft of ida's, an application, claims."""
    ida, _wallet = person_of(town, "issuer")
    Account.objects.filter(username="issuer 0").update(username="ida")
    act = town.registration(
        {"ann": 100}, BOND, fisn="BOND", documents=[{"digest": "ab" * 32, "title": "Terms"}]
    )
    first = act | {"fisn": "BONDS"}
    town.submit(town.refused(town.propose(first, town.issuer), "regulator", first))
    request = town.propose(act, town.issuer)
    asked = town.proposal(act, town.issuer, deadline=town.time + 3_600).transaction
    assert draft(ida, asked, comment="As the board decided").status_code == 201
    candidate = signed_in("nina", "sign", organisation("Newcomer"))
    body = {
        "name": "Newcomer",
        "roles": ["issuer"],
        "needed": 1,
        "card": institution("newcomer").members[0].card,
    }
    assert post(candidate, "/participants/application/", body).status_code == 200
    person_of(town, "house")
    asked_for = ClaimRequest.objects.create(
        account=Account.objects.get(username="ida"), organisation=institution_of(town, "issuer"), card={},
        wallet=town.at("ann"), issuer=town.house.address, investor_class="RETL", country="DE", made_at=timezone.now(),
    )  # fmt: skip
    return {
        "claim-answer": f"/claims/requests/{asked_for.pk}/",
        "claim-revocation": f"/claims/{town.at('ann')}/revocation/",
        "request": f"/requests/{request}/",
        "draft": f"/drafts/{transaction_id(asked)}/",
        "draft-json": f"/drafts/{transaction_id(asked)}/draft.json",
        "participant-admission": f"/participants/admission/?application={Application.objects.get().pk}",
    }
