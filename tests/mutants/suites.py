"""The suites that mutants name: what pytest is given, as small as it can be and still tell a whole story."""

from typing import Final

CONSENSUS = "tests/protocol/consensus"
API = "tests/ledger/api"
FAULTS = "tests/ledger/test_consensus_faults.py"

SUITES: Final[dict[str, tuple[str, ...]]] = {
    "lock-step": (f"{CONSENSUS}/test_consensus_lockstep.py", "-k", "one_liar_of_four and four_rounds"),
    "paper lines": (f"{CONSENSUS}/test_consensus_lines.py", f"{CONSENSUS}/test_consensus_decisions.py"),
    "vote keeper": (f"{CONSENSUS}/test_consensus_votes.py", f"{CONSENSUS}/test_vote_keeper.py"),
    "signed messages": (f"{CONSENSUS}/test_consensus_signatures.py",),
    "guard file": (f"{FAULTS}::test_the_guards_file_never_goes_back",),
    "old backup": (FAULTS, "-k", "restored_from_a_backup or about_to_be_committed"),
    "double": (f"{FAULTS}::test_a_vote_of_ours_that_we_do_not_know_silences_us",),
    "bad envelopes": (f"{FAULTS}::test_bad_envelopes_are_refused_and_counted",),
    "lying peers": ("tests/ledger/test_lying_peers.py",),
    "quarantine": ("tests/ledger/test_quarantine.py",),
    "status": ("tests/ledger/test_consensus_network.py::test_lost_votes_come_with_the_next_status",),
    "lossy network": ("tests/ledger/test_consensus_network.py", "-k", "loss or lost or down"),
    "merkle": ("tests/protocol/test_merkle.py",),
    "state tree": ("tests/protocol/test_state_tree.py",),
    "keys": ("tests/protocol/test_keys.py",),
    "stories": ("tests/protocol/test_stories.py",),
    "validators": ("tests/protocol/test_validators.py",),
    "new keys": ("tests/ledger/test_governed_network.py::test_a_node_goes_on_with_another_key",),
    "effects": ("tests/protocol/test_effects.py",),
    "blocks": ("tests/protocol/test_blocks.py",),
    "client proofs": ("tests/clients/test_proofs.py",),
    "admission": ("tests/ledger/test_admission.py::TestOneRequest",),
    "pool": ("tests/ledger/test_pool.py",),
    "forged": ("tests/ledger/test_bad_signatures.py",),
    "block headers": ("tests/ledger/test_block_headers.py",),
    "append-only": ("tests/ledger/test_append_only.py",),
    "audit chain": ("tests/ledger/test_audit_chain.py",),
    "audit": ("tests/ledger/test_audit.py",),
    "api reading": (f"{API}/test_api_reading.py::TestWhoMaySee",),
    "api visibility": (f"{API}/test_api_visibility.py",),
}
