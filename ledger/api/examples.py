"""An example for every answer, and for every body, of the OpenAPI page."""

from typing import Any, Final

from drf_spectacular.utils import OpenApiExample, extend_schema

from ledger.api import schemas

ID: Final = "6f1c" + "0" * 60
ADDRESS: Final = "tally1" + "q" * 58
CARD: Final = {"scheme": "ed25519+x25519", "seal": "5a" * 32, "sign": "d7" * 32}
CHAIN: Final = "demo-0123456789abcdef"
ISIN: Final = "DE0007236101"
TIME: Final = 1_795_000_000
TRANSFER: Final = {
    "body": {},
    "chain": CHAIN,
    "expires": TIME + 600,
    "from": TIME,
    "inputs": [f"{ID}:0"],
    "kind": "transfer",
    "outputs": [{"asset": f"{ISIN}.1", "owner": ADDRESS, "quantity": 30}],
}
HEADER: Final = {
    "chain": CHAIN,
    "height": 8,
    "next_validators_root": "0d" * 32,
    "previous": "0a" * 32,
    "previous_certificate": "0b" * 32,
    "proposer": "csd",
    "state_root": "0c" * 32,
    "time": TIME,
    "transactions_root": "0e" * 32,
    "validators_root": "0d" * 32,
    "version": 1,
}
CERTIFICATE: Final = {
    "block": "1b" * 32,
    "height": 8,
    "precommits": [
        {"signature": "2c" * 64, "validator": name} for name in ("central_bank", "csd", "exchange")
    ],
    "round": 0,
}
VALIDATOR: Final = {"institution": ADDRESS, "name": "csd", "node_key": "3d" * 32}
ROLES: Final = {"central_bank": ADDRESS, "csd": ADDRESS, "regulator": ADDRESS}
PARTICIPANT: Final = {"name": "Depository", "roles": ["csd"], "status": "active"}
RECORD: Final = {"key": f"participant/{ADDRESS}", "version": 1, "value": PARTICIPANT, "height": 0}
OUTPUT: Final = {
    "outpoint": f"{ID}:0",
    "asset": f"{ISIN}.1",
    "owner": ADDRESS,
    "quantity": 30,
    "created_height": 7,
    "position": 214,
}
HOLDER: Final = {"owner": ADDRESS, "holder": "4e" * 16, "quantity": 30, "outputs": 1, "locked": 0}
INSTRUMENT: Final = {
    "isin": ISIN,
    "version": 1,
    "value": {"edition": 1, "fisn": "SIEMENS AG/NAM.AKT. O.N.", "status": "active"},
    "height": 6,
    "issued": 800,
    "holders": 28,
}
BULK: Final = {
    "transactions": [{"transaction": TRANSFER, "witnesses": [{"card": CARD, "signature": "7f" * 64}]}]
}
SEALED: Final = {
    "card": CARD,
    "header": {
        "by": ADDRESS,
        "chain": CHAIN,
        "document": "2d" * 32,
        "iv": "1e" * 12,
        "length": 48_016,
        "readers": [{"address": ADDRESS, "enc": "3e" * 32, "key": "4e" * 48, "to": "5a" * 32}],
        "root": "6e" * 32,
    },
    "signature": "7f" * 64,
}
REFUSED: Final = {
    "id": ID,
    "status": "refused",
    "reason": "NOT_ELIGIBLE",
    "iso": "REGD",
    "field": "outputs[0].owner",
    "detail": "The receiver has no valid claim that this instrument accepts.",
}

BODIES: Final[dict[str, Any]] = {
    "submit": BULK,
    "dry_run": {"transactions": [{"transaction": TRANSFER, "witnesses": []}]},
    "lodge_list": {"rows": [{"asset": f"{ISIN}.1", "owner": ADDRESS, "quantity": 30}]},
    "lodge_document": {"ciphertext": "q83v…", "sealed": SEALED},
    "token": {"address": ADDRESS, "card": CARD, "signature": "7f" * 64, "time": TIME},
}
ANSWERS: Final[dict[str, Any]] = {
    "submit": {"answers": [{"id": ID, "status": "pending"}, REFUSED]},
    "dry_run": {"answers": [{"id": ID, "status": "acceptable"}, REFUSED]},
    "lodge_list": {"root": "5f" * 32, "chunks": 200, "rows": 100_000, "total": 250_000},
    "lodge_document": {"id": "8e" * 32},
    "document": {"id": "8e" * 32, "sealed": SEALED, "ciphertext": "q83v…"},
    "token": {"token": "pZ0f…", "expires": TIME + 43_200},
    "status": {"id": ID, "status": "committed", "kind": "transfer", "height": 8, "index": 0, "block": "1b" * 32,
               "reason": None, "detail": None, "final": True},
    "notes": {"notes": ["9a" * 272, "9b" * 272]},
    "network": {"chain": CHAIN, "label": "demo", "version": 1, "node": "csd", "height": 8, "time": TIME,
                "state_root": "0c" * 32, "pending": 0, "roles": ROLES, "validators": [VALIDATOR],
                "working_on": {"height": 9, "round": 0, "step": "propose"}, "halted": "",
                "peers": [{"name": "regulator", "height": 8, "round": 0, "step": "propose", "tip": "1b" * 32,
                           "seconds_ago": 0.4}]},
    "genesis": {"institutions": [{"card": CARD, "holder": "4e" * 16, "name": "Depository", "roles": ["csd"]}],
                "label": "demo", "roles": ROLES, "seals": [], "time": TIME, "validators": [VALIDATOR], "version": 1},
    "reasons": [{"reason": "SPENT", "iso": "LACK", "sentence": "What it consumes was spent by another transaction."}],
    "blocks": [{"height": 8, "hash": "1b" * 32, "time": TIME, "proposer": "csd", "transaction_count": 1}],
    "block": {"hash": "1b" * 32, "header": HEADER, "certificate": CERTIFICATE,
              "transactions": [{"id": ID, "kind": "transfer", "digest": "8c" * 32}]},
    "certificate": {"header": HEADER, "certificate": CERTIFICATE, "validators": [VALIDATOR]},
    "handovers": [{"header": HEADER, "certificate": CERTIFICATE, "validators": [VALIDATOR]}],
    "proof": {"entry": {name: OUTPUT[name] for name in ("asset", "outpoint", "owner", "quantity")}, "position": 214,
              "size": 231, "root": "6a" * 32, "path": ["6b" * 32] * 8, "height": 7, "header": HEADER,
              "certificate": CERTIFICATE},
    "record": RECORD,
    "participants": [RECORD],
    "instruments": [INSTRUMENT],
    "instrument": INSTRUMENT,
    "register": {"isin": ISIN, "asset": f"{ISIN}.1", "height": 8, "time": TIME, "rows": [HOLDER]},
    "outputs": [OUTPUT],
}  # fmt: skip


def describe(operation: str, *, responses: dict[int, Any], **options: Any) -> Any:
    """What the page says of one operation, its examples included."""
    examples = [OpenApiExample("answer", ANSWERS[operation], response_only=True, status_codes=["200"])]
    if operation in BODIES:
        examples.append(OpenApiExample("body", BODIES[operation], request_only=True))
    answers = {**schemas.ANYWHERE, **responses}
    return extend_schema(operation_id=operation, examples=examples, responses=answers, **options)
