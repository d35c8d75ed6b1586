"""python -m tests.simulation --seeds N: runs N cases on all cores; ends with 1 and the seed at a violation."""

import argparse
import sys
import time
from collections import Counter
from collections.abc import Iterable
from multiprocessing import get_context

from tests.simulation.case import Case
from tests.simulation.run import Outcome, run
from tests.simulation.shrink import entry, shrink

SIZES = (4, 4, 4, 4, 4, 4, 4, 7, 7, 10)  # most cases are small: they are quick, and enough for most mistakes


def main() -> int:
    """Run the cases that the command line names."""
    parser = argparse.ArgumentParser(prog="python -m tests.simulation", description=__doc__)
    parser.add_argument("--seeds", type=int, default=1_000, metavar="N", help="how many cases (1000)")
    parser.add_argument("--first", type=int, default=0, metavar="S", help="the first seed (0)")
    parser.add_argument("--validators", type=int, choices=(4, 7, 10), help="a mixture, unless given")
    parser.add_argument("--jobs", type=int, metavar="J", help="processes (one for each core)")
    given = parser.parse_args()
    cases = [
        Case(seed, given.validators or SIZES[seed % len(SIZES)])
        for seed in range(given.first, given.first + given.seeds)
    ]
    with get_context("spawn").Pool(given.jobs) as pool:
        return report(pool.imap_unordered(run, cases, chunksize=5), len(cases))


def report(outcomes: Iterable[Outcome], total: int) -> int:
    """Say how far it is, what was hit, and the first violation, made small."""
    hits: Counter[str] = Counter()
    begun, heights, slowest = time.monotonic(), 0, 0
    for number, outcome in enumerate(outcomes, 1):
        if outcome.violation:
            return tell_violation(outcome)
        hits += outcome.hits
        heights, slowest = heights + outcome.height, max(slowest, outcome.healed_ms)
        if number % 20 == 0 or number == total:
            rate = number / (time.monotonic() - begun)
            print(f"\r{number} of {total} cases, {rate:.1f} a second, {heights} heights", end="", flush=True)
    print(f"\nNo violation. The slowest healing took {slowest / 1_000:.1f} s of virtual time. What was hit:")
    for name, count in sorted(hits.items()):
        print(f"{count:>9}  {name}")
    return 0


def tell_violation(failed: Outcome) -> int:
    """The seed, and a line for the file of regressions."""
    print(f"\nSeed {failed.case.seed} with {failed.case.validators} validators: {failed.violation}")
    print("Making it smaller …", flush=True)
    print(f"Add this to tests/simulation/regressions.py:\n\n{entry(shrink(failed))}\n")
    return 1


if __name__ == "__main__":
    sys.exit(main())
