"""One node's own work on a block, without consensus: admission, building, full check, one durable commit.

Run in a node's environment: `python -m bench.pipeline FILE` commits the stages of FILE, waits for a line on
standard input so that all nodes start together, then times its transfers and prints seconds.
"""

import sys
import time
from pathlib import Path

import django
import msgspec

BLOCK = 1_000


class Work(msgspec.Struct):
    """What to commit: stages first, then the transfers that are timed."""

    stages: list[list[bytes]]
    transfers: list[bytes]


def main(path: Path) -> None:
    """See the module's docstring."""
    django.setup()
    work = msgspec.msgpack.decode(path.read_bytes(), type=Work)
    for stage in work.stages:
        _block(stage)
    print("ready", flush=True)
    sys.stdin.readline()
    start = time.perf_counter()
    for at in range(0, len(work.transfers), BLOCK):
        _block(work.transfers[at : at + BLOCK])
    print(time.perf_counter() - start, flush=True)


def _block(raws: list[bytes]) -> None:
    from ledger import services
    from ledger.protocol.consensus.messages import Certificate, Signature
    from ledger.store import chain

    answers = services.admit_from_peer(raws=raws)
    refused = [answer for answer in answers if answer.status != "pending"]
    assert not refused, refused[0]
    tip = chain.tip()
    parent = chain.certificate_at(tip.height)
    block = services.build_block(time=int(time.time()), proposer="csd", certificate=parent)
    assert len(block.transactions) == len(raws)
    assert services.check_block(block=block) is None
    # No votes here: what this leaves out is consensus, and nothing else.
    votes = (Signature(signature="00" * 64, validator="csd"),)
    nobody = Certificate(block=block.hash, height=tip.height + 1, precommits=votes, round=0)
    services.commit_block(block=block, certificate=nobody)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
