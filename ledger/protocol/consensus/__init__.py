"""Consensus of arXiv 1807.04938 (Tendermint), pure. Read messages, events, state, votes, rules, machine."""
