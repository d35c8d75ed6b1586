"""The verdict on signed consensus messages, before they may become events of the machine."""

from collections.abc import Mapping

from ledger.protocol.consensus.messages import Certificate, PolkaCertificate, SignedProposal, SignedVote
from ledger.protocol.consensus.proposers import is_quorum
from ledger.protocol.keys import verify

Keys = Mapping[str, bytes]  # validator -> node key, of the height that the message is about


def verify_vote(signed: SignedVote, keys: Keys) -> bool:
    """Whether a validator of the height signed this vote."""
    key = keys.get(signed.vote.validator)
    return key is not None and verify(key, signed.vote.signing_bytes(), bytes.fromhex(signed.signature))


def verify_proposal(signed: SignedProposal, keys: Keys) -> bool:
    """Whether a validator of the height signed this proposal; whether it is its turn, the machine judges."""
    key = keys.get(signed.proposal.proposer)
    return key is not None and verify(key, signed.proposal.signing_bytes(), bytes.fromhex(signed.signature))


def verify_certificate(certificate: Certificate | PolkaCertificate, chain: str, keys: Keys) -> bool:
    """Whether a quorum of distinct validators, sorted, signed for this block."""
    votes = certificate.votes(chain)
    names = [signed.vote.validator for signed in votes]
    if sorted(set(names)) != names or not is_quorum(len(names), len(keys)):
        return False
    return all(verify_vote(signed, keys) for signed in votes)
