"""Runs a suite in a copy of the tree, with one line broken in it or none; the work tree is never touched."""

import os
import shutil
import subprocess
import sys
import time
from pathlib import Path
from typing import NamedTuple

from tests.mutants.mutant import ROOT, Mutant, mutated
from tests.mutants.suites import SUITES

MOST_SECONDS = 900
FAILED = 1  # pytest's exit code for "tests ran and some failed"


class Run(NamedTuple):
    """How a suite ended, and how long it took."""

    passed: bool
    seconds: int
    by: str  # the first test that failed


class Broken(Exception):
    """The suite did not run at all: that says nothing about a mutant."""


class Tree:
    """A copy of what belongs to the project, in a folder of its own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        command = ["git", "ls-files", "--cached", "--others", "--exclude-standard"]
        listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
        for name in listed.splitlines():
            if (ROOT / name).is_file():
                (folder / name).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy2(ROOT / name, folder / name)

    def run(self, suite: str) -> Run:
        """Run a suite here, up to its first failure."""
        began = time.monotonic()
        command = [
            sys.executable,
            "-m",
            "pytest",
            "-n0",
            "-x",
            "-q",
            "-p",
            "no:cacheprovider",
            *SUITES[suite],
        ]
        # Without bytecode: a file that is broken within a second of its copy would pass for the sound one.
        environment = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1"}
        done = subprocess.run(
            command, cwd=self.folder, env=environment, capture_output=True, text=True, timeout=MOST_SECONDS
        )
        if done.returncode not in (0, FAILED):
            raise Broken(f"The suite {suite!r} did not run:\n{done.stdout[-3_000:]}{done.stderr[-3_000:]}")
        return Run(done.returncode == 0, round(time.monotonic() - began), _first_failure(done.stdout))

    def run_broken(self, mutant: Mutant) -> Run:
        """Run the mutant's suite with its line broken, and mend it again."""
        path = self.folder / mutant.file
        sound = path.read_text()
        path.write_text(mutated(mutant, sound))
        try:
            return self.run(mutant.suite)
        finally:
            path.write_text(sound)


def _first_failure(output: str) -> str:
    lines = [line for line in output.splitlines() if line.startswith(("FAILED ", "ERROR "))]
    return lines[0].split(" - ")[0].split(" ", 1)[1].rpartition("/")[2] if lines else ""
