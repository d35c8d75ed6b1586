"""The client against a small HTTP server: what is tried again, what never, and where it turns when a node is down."""

import json
import socket
from typing import Any

import pytest

from clients import build
from clients.api import NodeClient, NodeError, Refused, StillWaiting
from clients.keys import generate
from clients.signing import Signed, sign

ALICE = generate()


def signed(number: int = 1) -> Signed:
    frame = build.Frame.at("demo-0123456789abcdef", 1_800_000_000)
    return sign(build.transaction(frame, "transfer", {}, [f"{number:064x}:0"]), ALICE)


def nowhere() -> str:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{free.getsockname()[1]}/api"


def pending(body: bytes) -> Any:
    return {"answers": [{"status": "pending"} for _ in json.loads(body)["transactions"]]}


def test_a_read_is_tried_again_while_the_node_has_no_time(serve: Any):
    server = serve({("GET", "/api/network"): [(503, {}), (502, {}), (200, {"height": 7})]})
    assert NodeClient(server.url).network() == {"height": 7}


def test_a_submission_is_sent_once_whatever_comes_back(serve: Any):
    server = serve({("POST", "/api/transactions"): [(503, {})]})
    with pytest.raises(NodeError, match="ask for the status"):
        NodeClient(server.url).submit([signed()])
    assert server.count("POST", "/api/transactions") == 1


def test_where_a_node_is_down_the_next_one_is_asked(serve: Any):
    server = serve({("POST", "/api/transactions"): [(200, pending)]})
    client = NodeClient(nowhere(), server.url)
    assert [answer.status for answer in client.submit([signed()])] == ["pending"]
    with pytest.raises(NodeError, match="does not answer"):
        NodeClient(nowhere()).network()


def test_the_bytes_on_the_wire_are_the_signed_ones_a_thousand_at_a_time(serve: Any):
    server = serve({("POST", "/api/transactions"): [(200, pending)]})
    some = [signed(number) for number in range(3)] * 400
    assert len(NodeClient(server.url).submit(some)) == 1_200
    first, second = (body for method, _, body, _ in server.seen if method == "POST")
    assert first == b'{"transactions":[' + b",".join(each.raw for each in some[:1_000]) + b"]}"
    assert len(json.loads(second)["transactions"]) == 200


def test_a_refusal_carries_the_nodes_reason(serve: Any):
    said = {"reason": "NOT_AUTHORISED", "detail": "Ask with the issuer's token.", "field": "token"}
    server = serve({("GET", "/api/instruments/X/register"): [(403, said)]})
    with pytest.raises(Refused) as refusal:
        NodeClient(server.url).register("X")
    assert (refusal.value.reason, refusal.value.field) == ("NOT_AUTHORISED", "token")
    assert "issuer's token" in str(refusal.value)


def test_what_is_not_there_is_none_and_an_unknown_transaction_is_unknown(serve: Any):
    client = NodeClient(serve({}).url)
    assert client.record("proposal/00") is None
    assert client.status("00").status == "unknown"


def test_it_waits_until_a_transaction_is_committed(serve: Any):
    one = signed()
    path = f"/api/transactions/{one.id}"
    states = [
        (200, {"status": "pending"}),
        (200, {"status": "pending"}),
        (200, {"status": "committed", "height": 9}),
    ]
    server = serve({("POST", "/api/transactions"): [(200, pending)], ("GET", path): states})
    assert NodeClient(server.url).settle([one])[0].height == 9
    assert server.count("GET", path) == 3


def test_a_void_transaction_is_a_refusal_with_its_reason(serve: Any):
    one = signed()
    void = {"status": "void", "reason": "SPENT", "detail": "Its input was spent."}
    answers = {
        ("POST", "/api/transactions"): [(200, pending)],
        ("GET", f"/api/transactions/{one.id}"): [(200, void)],
    }
    with pytest.raises(Refused, match="SPENT"):
        NodeClient(serve(answers).url).settle([one])


def test_a_node_that_never_had_the_transaction_gets_the_same_bytes_again(serve: Any):
    one = signed()
    states = [(404, {}), (200, {"status": "committed", "height": 3})]
    server = serve(
        {("POST", "/api/transactions"): [(200, pending)], ("GET", f"/api/transactions/{one.id}"): states}
    )
    assert NodeClient(server.url).settle([one])[0].height == 3
    bodies = {body for method, _, body, _ in server.seen if method == "POST"}
    assert len(bodies) == 1
    assert server.count("POST", "/api/transactions") == 2


def test_waiting_ends_with_a_sentence(serve: Any):
    server = serve({("GET", "/api/transactions/00"): [(200, {"status": "pending"})]})
    with pytest.raises(StillWaiting, match="still pending"):
        NodeClient(server.url).wait_final(["00"], within_seconds=0.1)


def test_a_wallet_proves_itself_to_each_node_once(serve: Any):
    server = serve(
        {
            ("GET", "/api/network"): [(200, {"chain": "demo-0123456789abcdef"})],
            ("POST", "/api/tokens"): [(200, {"token": "secret"})],
            ("GET", f"/api/wallets/{ALICE.address}/outputs"): [(200, [])],
        }
    )
    client = NodeClient(server.url).as_wallet(ALICE)
    assert client.outputs(ALICE.address) == client.outputs(ALICE.address) == []
    assert server.count("POST", "/api/tokens") == 1
    assert {said for _, path, _, said in server.seen if "outputs" in path} == {"Bearer secret"}
