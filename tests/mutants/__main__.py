"""`python -m tests.mutants [NAME…] [--write]`: break one line at a time, and see its suite fail."""

import argparse
import sys
import tempfile
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from queue import SimpleQueue

from tests.mutants import report
from tests.mutants.mutant import ROOT
from tests.mutants.runs import Run, Tree
from tests.mutants.table_consensus import CONSENSUS
from tests.mutants.table_ledger import LEDGER

AT_ONCE = 2
DOCUMENT = ROOT / "docs" / "reliability.md"

Job = tuple[str, Callable[[Tree], Run]]


class Trees:
    """Copies of the tree, one for each run at a time."""

    def __init__(self, folder: Path) -> None:
        self.free: SimpleQueue[Tree] = SimpleQueue()
        for number in range(AT_ONCE):
            self.free.put(Tree(folder / str(number)))
        self.lock = threading.Lock()

    def run(self, title: str, jobs: Sequence[Job]) -> list[Run]:
        """Run all, two at a time, and say how each ended."""
        print(f"{title}: {len(jobs)}", flush=True)
        self.left = len(jobs)
        with ThreadPoolExecutor(AT_ONCE) as pool:
            return list(pool.map(self._one, jobs))

    def _one(self, job: Job) -> Run:
        name, act = job
        tree = self.free.get()
        try:
            run = act(tree)
        finally:
            self.free.put(tree)
        with self.lock:
            self.left -= 1
            how = "passed" if run.passed else f"failed at {run.by}"
            print(f"  {name}: {how}, {run.seconds} s; {self.left} to go", flush=True)
        return run


def main() -> int:
    """0 if every suite passes as it is, and fails with each of its mutants."""
    asked = arguments()
    chosen = [mutant for mutant in (*CONSENSUS, *LEDGER) if not asked.names or mutant.name in asked.names]
    suites = sorted({mutant.suite for mutant in chosen})
    with tempfile.TemporaryDirectory(prefix="tallystick-mutants-") as folder:
        trees = Trees(Path(folder))
        sound = trees.run("Suites as they are", [(suite, partial(Tree.run, suite=suite)) for suite in suites])
        if not all(run.passed for run in sound):
            print("A suite fails without any mutant: mend that first.")
            return 2
        runs = trees.run("Mutants", [(one.name, partial(Tree.run_broken, mutant=one)) for one in chosen])
    results = list(zip(chosen, runs, strict=True))
    print(f"{report.table(results)}\n\n{report.verdict(results)}")
    if asked.write:
        report.write(DOCUMENT, f"{report.verdict(results)}\n\n{report.table(results)}")
    return int(any(run.passed for run in runs))


def arguments() -> argparse.Namespace:
    """What is asked for on the command line."""
    parser = argparse.ArgumentParser(prog="python -m tests.mutants", description=__doc__)
    names = [mutant.name for mutant in (*CONSENSUS, *LEDGER)]
    parser.add_argument("names", nargs="*", metavar="NAME", help="a mutant's name, in quotation marks")
    parser.add_argument("--write", action="store_true", help=f"put the table into {DOCUMENT.name}")
    asked = parser.parse_args()
    if unknown := set(asked.names) - set(names):
        parser.error(f"there is no mutant {unknown.pop()!r}; there are: {', '.join(names)}")
    return asked


if __name__ == "__main__":
    sys.exit(main())
