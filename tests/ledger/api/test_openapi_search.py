"""Every operation of the OpenAPI page, asked in ways that nobody meant: no 5xx, and answers as the page says."""

from collections import Counter
from collections.abc import Callable
from typing import Any, Final

import pytest
import schemathesis
from hypothesis import strategies as st
from schemathesis.checks import not_a_server_error
from schemathesis.generation import GenerationMode
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from clients.signing import Signer
from tests.fuzzing import search, sizes
from tests.ledger.api.program import Api
from tests.ledger.world import NodeTown
from tests.protocol.town import SHARE
from tests.protocol.world import person
from tests.wsgi import served

pytestmark = pytest.mark.django_db
CHECKS: Final = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]


@pytest.fixture
def lived(town: NodeTown) -> dict[str, list[str]]:
    """Names that mean something on this node, by the parameter that takes them."""
    coins = town.register({"ann": 100, "bob": 50})
    paid = town.pay("ann", "bob", 30)
    town.submit(paid)
    asked = town.propose(town.registration({"ann": 5}, "LU0378438732"), town.issuer)
    town.commit()
    waiting = town.pay("bob", "ann", 5)
    town.ask(waiting)
    ann, issuer, house = town.at("ann"), town.issuer.address, town.house.address
    claim = f"claim/{house}/{ann}/identity"
    numbers = [
        "0",
        "1",
        str(town.height),
        str(town.height + 1),
        "999999999999999",
        "9" * 40,
        "-1",
        "1.0",
        "\u00b2",
        "%00",
    ]
    return {
        "txid": [paid.id, waiting.id, asked, "f" * 64],
        "isin": [SHARE, "LU0378438732", "%00", "%ED%A0%80"],
        "address": [ann, issuer, ann.upper(), "\x00"],
        "key": [
            "network",
            f"wallet/{ann}",
            f"proposal/{asked}",
            f"participant/{issuer}",
            claim,
            "x" * 251,
            "\x00",
        ],
        "output": [coins[1].outpoint, f"{paid.id}:0", f"{paid.id}:9999", f"{paid.id}:00"],
        "search": ["siem", "%", "_", "\\", "\x00", "'", "x" * 251],
        **dict.fromkeys(("height", "before", "limit", "after"), numbers),
    }


@sizes(10, 60)
def test_every_operation(
    town: NodeTown, lived: dict[str, list[str]], as_wallet: Callable[[Signer], Api], examples: int
) -> None:
    wallets: list[Signer] = [person("ann"), town.issuer, town.csd]
    callers = [{}, {"Authorization": "Bearer nobody"}, *(as_wallet(wallet).headers for wallet in wallets)]
    names = st.fixed_dictionaries(
        {key: st.sampled_from(["", *known, *known[:1]]) for key, known in lived.items()}
    )
    schema = schemathesis.openapi.from_wsgi("/api/schema/?format=json", app=served)
    operations = [found.ok() for found in schema.get_all_operations()]
    answers: Counter[str] = Counter()

    def check(drawn: tuple[Any, dict[str, str], dict[str, str]]) -> None:
        case, caller, known = drawn
        for where in (case.path_parameters, case.query):
            for key in where or {}:
                where[key] = known.get(key) or where[key]
        response = case.call(headers=caller)
        case.validate_response(response, checks=CHECKS)
        answers[f"{case.operation.label} {response.status_code}"] += 1

    for operation in operations:
        for mode in GenerationMode:
            cases = operation.as_strategy(generation_mode=mode)
            search(examples, st.tuples(cases, st.sampled_from(callers), names), check)
    print(*sorted(answers.items()), sep="\n")
    assert len({label.rpartition(" ")[0] for label in answers}) == len(operations)
    assert sum(label.endswith(" 200") for label in answers) >= len(operations) - 5, (
        "too few of them reach anything"
    )
