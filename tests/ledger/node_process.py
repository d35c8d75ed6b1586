"""A node in a process of its own that does what it is told on standard input: one JSON line in, answers out.

It runs the driver on its real database and guard; what it would publish goes to standard output. The parent is
tests.ledger.process_network.
"""

import json
import sys
from datetime import timedelta
from typing import Any

import django


def main() -> None:
    """Serve until standard input ends."""
    django.setup()
    from ledger import driver, pulse, services
    from tests.protocol.world import HOUSES

    desk = services.NodeDesk()
    driver.open_node(desk)
    beats = pulse.Pulse(desk)
    peers = sorted({*desk.me.peer_keys, *HOUSES} - {desk.me.name})
    say(done=True)

    def publish(peer: str, envelopes: list[bytes]) -> bool:
        say(peer=peer, envelopes=[raw.hex() for raw in envelopes])
        return True

    for line in sys.stdin:
        told = json.loads(line)
        answer: Any = True
        match told["do"]:
            case "beat":
                beats.beat(desk.now() + timedelta(seconds=told["later"]))
            case "receive":
                driver.receive(desk, bytes.fromhex(told["envelope"]))
            case "submit":
                (given,) = services.submit(raws=[bytes.fromhex(told["raw"])])
                answer = given.status
        for peer in told["reachable"]:
            if peer in peers:
                pulse.send_waiting(desk, peer, publish)
        say(done=answer)


def say(**what: Any) -> None:
    """One line to the parent, which reads it even if this process dies at once."""
    print(json.dumps(what), flush=True)


if __name__ == "__main__":
    main()
