"""Hundreds of networks with faults: safe at any time, and going on once a quorum is healed."""

import os
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from tests.simulation.accountability import culprits
from tests.simulation.case import FAULTS, Case
from tests.simulation.faults import SHAPES
from tests.simulation.invariants import Violation
from tests.simulation.network import Network
from tests.simulation.regressions import REGRESSIONS
from tests.simulation.run import begin, run
from tests.simulation.shrink import entry, shrink

ROOT = Path(__file__).resolve().parent.parent.parent
PARTS = [(4, first, first + 20) for first in range(0, 180, 20)] + [(7, 0, 12), (10, 0, 5)]
LONG = [(4, first, first + 250) for first in range(1_000, 5_000, 250)]
LONG += [(7, first, first + 100) for first in range(1_000, 1_400, 100)] + [(10, 1_000, 1_100)]
HARMLESS = ("brokers", "clocks", "clogs", "crashes", "outages", "rollbacks")  # to what liars do
# Each class of faults, as it shows in what was hit.
SHOWN = {
    "loss": ("loss",),
    "duplication": ("duplication",),
    "delays": ("reordering",),
    "clogs": ("clogged path",),
    "partitions": tuple(f"partition: {name}" for name in SHAPES),
    "clocks": ("clock jump",),
    "crashes": (
        "crash before a commit",
        "crash after a commit",
        "crash after a part of the sends",
        "crash after the sends",
    ),
    "brokers": ("broker emptied", "lost with a broker"),
    "rollbacks": ("database rolled back",),
    "outages": ("long outage",),
    "liars": tuple(f"liar is {kind}" for kind in ("alone", "beside", "twins", "forgetful"))
    + tuple(
        f"liar: {act}"
        for act in (
            "vote",
            "split",
            "offer",
            "offer_invalid",
            "vote_ahead",
            "forge",
            "replay",
            "flood",
            "lie_about_status",
            "serve_lies",
        )
    ),
}


def run_all(validators: int, first: int, last: int) -> Counter[str]:
    """All these seeds; what was hit, together."""
    hits: Counter[str] = Counter()
    for seed in range(first, last):
        outcome = run(Case(seed, validators))
        assert not outcome.violation, f"{outcome.case}: {outcome.violation}"
        hits += outcome.hits
    return hits


@pytest.mark.parametrize(("validators", "first", "last"), PARTS)
def test_safe_under_faults_and_alive_after_healing(validators: int, first: int, last: int):
    run_all(validators, first, last)


@pytest.mark.long
@pytest.mark.parametrize(("validators", "first", "last"), LONG)
def test_the_same_for_thousands_of_seeds(validators: int, first: int, last: int):
    run_all(validators, first, last)


def test_every_class_of_faults_is_hit():
    assert set(SHOWN) == set(FAULTS)
    hits = run_all(4, 200, 230)
    missing = {name for names in SHOWN.values() for name in names} - hits.keys()
    for seed in range(230, 300):
        if not missing:
            break
        missing -= run(Case(seed)).hits.keys()
    assert not missing


@pytest.mark.parametrize("fault", FAULTS)
def test_a_class_switched_off_is_not_hit(fault: str):
    case = Case(0)
    for seed in range(8):
        case = Case(seed, off=(fault,), seconds=2)
        assert not run(case).hits.keys() & set(SHOWN[fault]), case


@pytest.mark.parametrize("name", REGRESSIONS)
def test_what_once_went_wrong(name: str):
    assert not run(REGRESSIONS[name]).violation


def test_the_same_case_is_the_same_run_whatever_the_hash_seed():
    code = "from tests.simulation.run import run; from tests.simulation.case import Case\n"
    code += (
        "print([run(Case(seed, n)).digest for n, seeds in ((4, (1, 9, 27)), (7, (3,))) for seed in seeds])"
    )
    said = [
        subprocess.run(
            [sys.executable, "-c", code],
            cwd=ROOT,
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    ]
    assert said[0] == said[1] and said[0].count("'") == 8


def test_one_liar_too_many_forks_the_chain_and_the_records_name_the_culprits():
    """The test of the tests: without these, no fork would mean nothing."""
    forks, named = 0, 0
    for seed in range(100):
        network = Network(Case(seed, liars=2, off=HARMLESS))
        try:
            begin(network)
            network.run(6_000)
        except Violation as found:
            assert str(found).startswith("fork")
            guilty = culprits(network)
            assert guilty <= network.witness.liars, "nobody honest is ever named"
            forks, named = forks + 1, named + (len(guilty) == 2)
        if forks == 5:
            break
    print(f"{forks} forks in {seed + 1} cases, both liars named in {named}")
    assert forks == 5 and named >= 3  # the others: amnesia, which no record can prove


def test_a_failing_case_is_made_small():
    off = HARMLESS[2:]
    failed = next(one for one in (run(Case(seed, liars=2, off=off)) for seed in range(60)) if one.violation)
    small = shrink(failed)
    assert small.violation[:4] == failed.violation[:4]
    assert len(small.case.off) > len(off) and "liars" not in small.case.off
    assert f"seed={failed.case.seed}" in entry(small) and "liars=2" in entry(small)
