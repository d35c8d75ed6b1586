"""The table of the mutants cannot rot: each line is where it says, each suite exists. Killing them: `make mutants`."""

import pytest

from tests.mutants import report
from tests.mutants.mutant import ROOT, Mutant, mutated, places
from tests.mutants.suites import SUITES
from tests.mutants.table_consensus import CONSENSUS
from tests.mutants.table_ledger import LEDGER

MUTANTS = [*CONSENSUS, *LEDGER]

LEAST = {"consensus": 14, "ledger": 24}

every_mutant = pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: mutant.name)


@every_mutant
def test_the_line_is_in_its_file_once_and_its_break_is_python(mutant: Mutant):
    text = (ROOT / mutant.file).read_text()
    assert len(places(mutant, text)) == 1, "change the table with the line"
    assert mutant.old != mutant.new
    compile(mutated(mutant, text), mutant.file, "exec")


def test_there_are_enough_and_each_has_a_name_of_its_own():
    assert len(CONSENSUS) >= LEAST["consensus"] and len(LEDGER) >= LEAST["ledger"]
    assert len({mutant.name for mutant in MUTANTS}) == len(MUTANTS)
    assert {mutant.suite for mutant in MUTANTS} == SUITES.keys()


@pytest.mark.parametrize("suite", SUITES)
def test_the_suites_tests_exist(suite: str):
    for argument in SUITES[suite]:
        path, _, name = argument.partition("::")
        if path.endswith(".py"):
            assert f"{name.rpartition('::')[2]}" in (ROOT / path).read_text()


def test_the_report_goes_between_its_markers(tmp_path):
    document = tmp_path / "document.md"
    for before, after in (
        ("", f"{report.BEGIN}\nbody\n{report.END}\n"),
        ("# Title\n", f"# Title\n\n{report.BEGIN}\nbody\n{report.END}\n"),
        (f"a {report.BEGIN} old {report.END} z\n", f"a {report.BEGIN}\nbody\n{report.END} z\n"),
    ):
        document.write_text(before)
        report.write(document, "body")
        assert document.read_text() == after
