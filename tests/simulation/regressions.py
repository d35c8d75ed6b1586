"""Cases that once broke an invariant, each with what was wrong. They run for ever; none is left out."""

from typing import Final

from tests.simulation.case import Case

REGRESSIONS: Final[dict[str, Case]] = {
    # A clock was put back: timers that it had set before ran out an hour late.
    "stuck-166": Case(
        seed=166,
        validators=4,
        seconds=2,
        off=("crashes", "duplication", "liars", "loss", "outages", "rollbacks"),
    ),
    # The simulator's own mistake: it took for signed what a database had that was lost before anything of it was sent.
    # (A crash between commit and guard, then an older backup: the guard knows nothing of it, and need not.)
    "equivocation-19281": Case(seed=19281, validators=4),
    # The simulator's own mistake: its pool took evidence that a peer had sent along, which no real pool takes.
    "stuck-3197": Case(
        seed=3197,
        validators=7,
        seconds=6,
        off=("brokers", "clogs", "crashes", "rollbacks"),
    ),
}
