"""Sealed documents over the API: who may lodge, who is answered, what is refused."""

from collections.abc import Callable

import msgspec
import pytest
from django.core.management import call_command

from clients.signing import Signer
from ledger.documents import CHUNK_BYTES, KEPT_DOCUMENTS
from ledger.models import ApiLookup, Outbox, SealedChunk, SealedDocument
from ledger.store import documents
from tests.ledger.api.program import Api
from tests.ledger.sealed import digest_of, lodging, noise, sealed_copy, signed_by
from tests.ledger.world import NodeTown
from tests.protocol.world import person

Prove = Callable[[Signer], Api]


def lodge(api: Api, town: NodeTown, **changes: object) -> tuple[int, dict[str, object]]:
    """One of the issuer's people hands in a document for regulator and notary."""
    made = {"signer": town.issuer.members[0], "readers": (town.regulator, town.notary)} | changes
    sealed, ciphertext = sealed_copy(town.chain, town.issuer, **made)  # type: ignore[arg-type]
    answer = api.post("documents", msgspec.to_builtins(lodging(sealed, ciphertext)))
    return answer.status_code, answer.json()


def test_a_person_of_the_issuer_lodges_and_the_readers_people_are_answered(
    town: NodeTown, as_wallet: Prove
) -> None:
    clerk = as_wallet(town.issuer.members[0])
    status, said = lodge(clerk, town, ciphertext=noise(2 * CHUNK_BYTES + 5))
    assert status == 200 and SealedChunk.objects.count() == 3
    for reader in (town.regulator.members[1], town.notary.members[2], town.notary, town.issuer.members[0]):
        copy = as_wallet(reader).get(f"documents/{digest_of('articles')}").json()
        assert copy["id"] == said["id"]
        sealed = msgspec.convert(copy["sealed"], documents.Sealed)
        assert sealed.header.id == said["id"]
        assert msgspec.convert(copy["ciphertext"], bytes) == noise(2 * CHUNK_BYTES + 5)


def test_nobody_else_is_answered(town: NodeTown, as_wallet: Prove, api: Api) -> None:
    lodge(as_wallet(town.issuer.members[0]), town)
    path = f"documents/{digest_of('articles')}"
    assert api.get(path).status_code == 403
    assert as_wallet(town.house).get(path).status_code == 403
    assert as_wallet(town.bank).get(path).status_code == 403
    assert [row.granted for row in ApiLookup.objects.filter(event="document", address__gt="")] == [
        False,
        False,
    ]
    assert as_wallet(town.csd).get(path).status_code == 200  # a supervisor, whose look is written down
    assert ApiLookup.objects.filter(event="document", granted=True).count() == 1


def test_a_supervisors_look_is_written_down_with_its_purpose_also_where_it_is_a_reader(
    town: NodeTown, as_wallet: Prove
) -> None:
    lodge(as_wallet(town.issuer.members[0]), town)
    path = f"documents/{digest_of('articles')}"
    assert as_wallet(town.regulator.members[1]).get(f"{path}?purpose=judging+request+7").status_code == 200
    assert as_wallet(town.notary.members[1]).get(f"{path}?purpose=mine").status_code == 200
    row = ApiLookup.objects.get(event="document")
    assert (row.address, row.purpose, row.granted) == (
        town.regulator.members[1].address,
        "judging request 7",
        True,
    )
    assert as_wallet(town.csd).get(f"{path}?purpose=%00{'x' * 500}").status_code == 200


def test_only_people_of_active_participants_lodge(town: NodeTown, as_wallet: Prove, api: Api) -> None:
    ann = person("ann")
    sealed, ciphertext = sealed_copy(town.chain, ann, signer=ann)
    body = msgspec.to_builtins(lodging(sealed, ciphertext))
    assert api.post("documents", body).status_code == 403
    refused = as_wallet(ann).post("documents", body)
    assert (refused.status_code, refused.json()["reason"]) == (400, "NOT_A_PARTICIPANT")
    status, said = lodge(as_wallet(ann), town, signer=ann)  # in the issuer's name
    assert (status, said["reason"]) == (400, "WRONG_WITNESSES")
    status, said = lodge(as_wallet(town.notary.members[0]), town)  # with a token of another card
    assert status == 403
    assert SealedDocument.objects.count() == 0


def test_what_does_not_fit_its_header_is_refused(town: NodeTown, as_wallet: Prove) -> None:
    clerk, signer = as_wallet(town.issuer.members[0]), town.issuer.members[0]
    sealed, ciphertext = sealed_copy(town.chain, town.issuer, signer=signer)
    forged = msgspec.structs.replace(sealed, signature="7f" * 64)
    other = msgspec.structs.replace(sealed.header, length=len(ciphertext) + 1)
    low = msgspec.structs.replace(sealed.header.readers[0], to="00" * 32)
    weak = msgspec.structs.replace(sealed.header, readers=(low,))
    cases = [
        (lodging(sealed, noise(1_000, seed=2)), "BAD_CHUNK"),
        (lodging(sealed, ciphertext[:-1]), "MALFORMED"),
        (lodging(forged, ciphertext), "BAD_SIGNATURE"),
        (lodging(signed_by(signer, other), ciphertext), "MALFORMED"),
        (lodging(signed_by(signer, weak), ciphertext), "BAD_CARD"),
        (
            lodging(sealed_copy("other-0123456789abcdef", town.issuer, signer=signer)[0], ciphertext),
            "WRONG_CHAIN",
        ),
        (lodging(sealed, ciphertext) | {"ciphertext": "no base64!"}, "MALFORMED"),
        (lodging(sealed, ciphertext) | {"more": 1}, "MALFORMED"),
        ({"ciphertext": "A" * 11_000_000, "sealed": sealed}, "OVERSIZED"),
    ]
    for body, reason in cases:
        answer = clerk.post("documents", msgspec.to_builtins(body))
        assert (answer.status_code, answer.json()["reason"]) == (400, reason), reason
        assert answer.json()["detail"]
    assert SealedDocument.objects.count() == 0 and Outbox.objects.count() == 0


def test_lodged_twice_it_is_one_copy(town: NodeTown, as_wallet: Prove) -> None:
    clerk = as_wallet(town.issuer.members[0])
    assert lodge(clerk, town) == lodge(clerk, town)
    assert SealedDocument.objects.count() == 1


@pytest.mark.parametrize(("name", "limit"), [("KEPT_BYTES", 2_500), ("KEPT_DOCUMENTS", 2)])
def test_a_participant_has_so_much_room(
    town: NodeTown, as_wallet: Prove, monkeypatch: pytest.MonkeyPatch, name: str, limit: int
) -> None:
    monkeypatch.setattr(documents, name, limit)
    clerk = as_wallet(town.issuer.members[0])
    assert [lodge(clerk, town, document=each)[0] for each in "abc"] == [200, 200, 400]
    assert lodge(clerk, town, document="c")[1]["reason"] == "OVERSIZED"
    call_command("erase_documents", digest_of("a"))
    assert lodge(clerk, town, document="c")[0] == 200
    assert KEPT_DOCUMENTS > 2


def test_erased_documents_are_gone_and_stay_gone(town: NodeTown, as_wallet: Prove) -> None:
    clerk = as_wallet(town.issuer.members[0])
    lodge(clerk, town)
    call_command("erase_documents", digest_of("articles"))
    assert SealedChunk.objects.count() == 0 and SealedDocument.objects.get().sealed is None
    status, said = lodge(clerk, town)
    assert (status, said["reason"]) == (400, "ALREADY_COMMITTED")
    assert clerk.get(f"documents/{digest_of('articles')}").status_code == 404


def test_a_digest_that_is_none_and_one_that_nobody_knows(api: Api) -> None:
    assert api.get("documents/xyz").json()["reason"] == "MALFORMED"
    assert api.get(f"documents/{'0' * 64}").status_code == 404
