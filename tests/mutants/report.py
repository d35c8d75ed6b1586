"""The table of the mutants in Markdown, and its place in a document."""

from collections.abc import Sequence
from pathlib import Path

from tests.mutants.mutant import Mutant
from tests.mutants.runs import Run

BEGIN = "<!-- mutants:begin -->"
END = "<!-- mutants:end -->"


def table(results: Sequence[tuple[Mutant, Run]]) -> str:
    """One line a mutant, by group."""
    head = "| group | mutant | file | becomes | suite | killed by | s |\n|---|---|---|---|---|---|---|"
    return "\n".join([head, *(_line(mutant, run) for mutant, run in results)])


def verdict(results: Sequence[tuple[Mutant, Run]]) -> str:
    """How many were killed, and which were not."""
    alive = [mutant.name for mutant, run in results if run.passed]
    killed = f"{len(results) - len(alive)} of {len(results)} mutants killed."
    return f"{killed} Alive: {', '.join(alive)}." if alive else killed


def write(path: Path, body: str) -> None:
    """Put the body between the document's markers; at its end, with markers, if it has none."""
    text = path.read_text() if path.exists() else ""
    before, begin, rest = text.partition(BEGIN)
    after = rest.partition(END)[2] if begin else ""
    if not begin and before:
        before = before.rstrip("\n") + "\n\n"
    path.write_text(f"{before}{BEGIN}\n{body}\n{END}{after or chr(10)}")


def _line(mutant: Mutant, run: Run) -> str:
    by = "**alive**" if run.passed else f"`{_cell(run.by)}`"
    new = _cell(mutant.new)
    return f"| {mutant.group} | {mutant.name} | `{mutant.file}` | `{new}` | {mutant.suite} | {by} | {run.seconds} |"


def _cell(text: str) -> str:
    short = text if len(text) <= 110 else text[:109] + "…"
    return short.replace("|", "\\|").replace("\n", " ")
