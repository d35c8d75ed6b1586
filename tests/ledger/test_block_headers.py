"""A block that does not follow our tip is refused, whatever part of its header is wrong."""

import pytest
from msgspec.structs import replace

from ledger import services
from ledger.protocol.block import Block, certificate_digest
from ledger.protocol.reasons import Reason
from tests.ledger.world import NodeTown

pytestmark = pytest.mark.django_db
ANOTHER = "ab" * 32


def refused_field(block: Block) -> str:
    """The header's field for which the block is refused; empty if it is not."""
    refusal = services.check_block(block=block)
    assert refusal is None or refusal.reason is Reason.BAD_BLOCK
    return refusal.field if refusal else ""


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("chain", "other-0123456789abcdef"),
        ("height", 99),
        ("previous", ANOTHER),
        ("previous_certificate", ANOTHER),
        ("state_root", ANOTHER),
        ("transactions_root", ANOTHER),
        ("validators_root", ANOTHER),
        ("version", 9),
        ("proposer", "issuer"),
    ],
)
def test_each_field_follows_from_the_parent_or_the_block(town: NodeTown, field: str, value: object):
    town.register({"ann": 100})
    block = town.build()
    assert refused_field(block) == ""
    assert refused_field(replace_header(block, **{field: value})) == field


def test_time_does_not_run_back(town: NodeTown):
    town.register({"ann": 100})
    block, tip_time = town.build(), town.blocks[-1].header.time
    assert refused_field(replace_header(block, time=tip_time)) == ""
    assert refused_field(replace_header(block, time=tip_time - 1)) == "time"


def test_the_certificate_inside_is_the_one_that_the_header_names(town: NodeTown):
    town.register({"ann": 100})
    block = town.build()
    assert block.certificate is not None
    turned = replace(block.certificate, precommits=block.certificate.precommits[::-1])
    assert refused_field(Block(block.header, turned, block.transactions)) == "previous_certificate"
    without = replace(block.header, previous_certificate=certificate_digest(None))
    assert refused_field(Block(without, None, block.transactions)) == "previous_certificate"


def replace_header(block: Block, **changes: object) -> Block:
    """The same block under a changed header."""
    return Block(replace(block.header, **changes), block.certificate, block.transactions)
