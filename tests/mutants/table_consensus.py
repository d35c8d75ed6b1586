"""Mutants of consensus, the vote keeper, the guard, the driver and the store."""

from typing import Final

from tests.mutants.mutant import Mutant

CORE = "ledger/protocol/consensus/rules.py"
MACHINE = "ledger/protocol/consensus/machine.py"
VOTES = "ledger/protocol/consensus/votes.py"
THIRDS = "ledger/protocol/consensus/proposers.py"
SIGNATURES = "ledger/protocol/consensus/signatures.py"
GUARD = "ledger/guard.py"
POOL = "ledger/store/pool.py"
CHAIN = "ledger/store/chain.py"
TIP = "ledger/protocol/tip.py"
BLOCKS = "ledger/services/blocks.py"

# fmt: off
CONSENSUS: Final = [
    Mutant("fresh block against the lock", "core", CORE,
      "free = state.locked is None or state.locked.block == first.block  # L23",
      "free = True", "lock-step"),
    Mutant("old polka against the lock", "core", CORE,
      "free = locked is None or locked.round <= pol_round or locked.block == block  # L29",
      "free = True", "lock-step"),
    Mutant("polka taken on trust", "core", CORE,
      "if pol_round == NO_ROUND or known is None or not has_polka(state, pol_round, block):",
      "if pol_round == NO_ROUND or known is None:", "lock-step"),
    Mutant("precommit without lock", "core", CORE,
      "return precommit(replace(state, locked=polka), block)",
      "return precommit(state, block)", "lock-step"),
    Mutant("nil unlocks", "core", CORE,
      "return precommit(state, NIL)",
      "return precommit(replace(state, locked=None), NIL)", "lock-step"),
    Mutant("late polka forgotten", "core", CORE,
      'if state.step not in ("prevote", "precommit") or 36 in state.done:',
      'if state.step != "prevote" or 36 in state.done:', "lock-step"),
    Mutant("decides in this round only", "core", CORE,
      "block = quorum_block(state, round_.precommits)",
      "block = quorum_block(state, find_round(state, state.round).precommits)", "paper lines"),
    Mutant("one voice skips rounds", "core", CORE,
      "if round_.round > state.round and has_honest(len(speakers(round_)), len(state.validators)):",
      "if round_.round > state.round and speakers(round_):", "paper lines"),
    Mutant("stale timer heard", "core", MACHINE,
      "if (event.height, event.round) != (state.height, state.round):",
      "if event.height != state.height:", "paper lines"),
    Mutant("two blocks proposed", "core", MACHINE,
      "if not mine or 19 in state.done:",
      "if not mine:", "paper lines"),
    Mutant("two thirds suffice", "core", THIRDS,
      "return 3 * count > 2 * total",
      "return 3 * count >= 2 * total", "vote keeper"),
    Mutant("a third is honest", "core", THIRDS,
      "return 3 * count > total",
      "return 3 * count >= total", "vote keeper"),
    Mutant("first vote wins", "votes", VOTES,
      "if vote.block in said or len(said) == len(state.validators):",
      "if said:", "vote keeper"),
    Mutant("every far round kept", "votes", VOTES,
      "if vote.round > state.round + 1:",
      "if vote.round > state.round + ROUNDS_AHEAD:", "vote keeper"),
    Mutant("old quorums forgotten", "votes", VOTES,
      "return {quorum: tally[quorum]} if quorum else {}",
      "return {}", "vote keeper"),
    Mutant("anybody proposes", "votes", VOTES,
      "if said.proposer != proposer(state.validators, state.height, said.round) or said.pol_round >= said.round:",
      "if said.pol_round >= said.round:", "paper lines"),
    Mutant("certificate of few", "votes", SIGNATURES,
      "if sorted(set(names)) != names or not is_quorum(len(names), len(keys)):",
      "if sorted(set(names)) != names:", "signed messages"),
    Mutant("one signer twice", "votes", SIGNATURES,
      "if sorted(set(names)) != names or not is_quorum(len(names), len(keys)):",
      "if not is_quorum(len(names), len(keys)):", "signed messages"),
    Mutant("vote unverified", "votes", SIGNATURES,
      "return key is not None and verify(key, signed.vote.signing_bytes(), bytes.fromhex(signed.signature))",
      "return key is not None", "signed messages"),
    Mutant("second message of a place", "guard", GUARD,
      "return mark in marks or all(mark.place > other.place for other in marks)",
      "return mark in marks or all(mark.place >= other.place for other in marks)", "guard file"),
    Mutant("missing guard allows", "guard", GUARD,
      "return False",
      "return True", "guard file"),
    Mutant("guard goes back", "guard", GUARD,
      "self._write((*signed, *beyond))",
      "self._write(signed)", "guard file"),
    Mutant("rivals stay pending", "store", POOL,
      "if losers:",
      "if not losers:", "pool"),
    Mutant("expired stays pending", "store", POOL,
      'expired = rows.fetch("SELECT encode(txid, \'hex\') FROM ledger_pending WHERE expires <= %s", (time,))',
      "expired = []", "pool"),
    Mutant("spent leaf stays", "store", CHAIN,
      "leaves.update((entry.position, None) for entry, _ in state.spent.values())",
      "pass", "audit"),
    Mutant("certificate of another parent", "store", TIP,
      '"previous_certificate": certificate_digest(block.certificate),',
      "", "block headers"),
    Mutant("time runs back", "store", TIP,
      "if header.time < tip.time:",
      "if False:", "block headers"),
    Mutant("signatures of a block unread", "store", BLOCKS,
      "if submitted.digest not in verified:",
      "if False:", "forged"),
]
# fmt: on
