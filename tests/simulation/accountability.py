"""Who can be proved to have lied, from what the honest nodes keep for ever: logs, certificates, evidence."""

from collections import defaultdict
from collections.abc import Iterator

from ledger.protocol.consensus.events import CertificateReceived, PolkaReceived, VoteReceived
from ledger.protocol.consensus.messages import SignedVote
from tests.simulation.desk import MemoryDesk
from tests.simulation.network import Network


def culprits(network: Network) -> set[str]:
    """Whoever signed two votes in one place. Amnesia leaves no such pair: it votes otherwise in a later round."""
    said: dict[tuple[str, int, int, str], set[str]] = defaultdict(set)
    for name in network.honest():
        for signed in _votes(network.nodes[name].desk):
            vote = signed.vote
            said[vote.validator, vote.height, vote.round, vote.type].add(vote.block)
    return {place[0] for place, blocks in said.items() if len(blocks) > 1}


def _votes(desk: MemoryDesk) -> Iterator[SignedVote]:
    for _, event in desk.rows.events:
        if isinstance(event, VoteReceived):
            yield event.signed
        elif isinstance(event, PolkaReceived | CertificateReceived):
            yield from event.certificate.votes(desk.me.chain)
    for _, certificate in desk.rows.blocks:
        yield from certificate.votes(desk.me.chain)
