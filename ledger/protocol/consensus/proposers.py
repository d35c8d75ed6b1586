"""Who counts and who proposes: integer thresholds and a rotation that keeps no state."""


def is_quorum(count: int, total: int) -> bool:
    """More than two thirds: two such sets share a correct validator while fewer than a third are faulty."""
    return 3 * count > 2 * total


def has_honest(count: int, total: int) -> bool:
    """More than one third: at least one of them is correct (the paper's f+1)."""
    return 3 * count > total


def proposer(validators: tuple[str, ...], height: int, round_: int) -> str:
    """The one validator that may propose in this round of this height."""
    return validators[(height + round_) % len(validators)]
