"""Shared by the tests of clients: every problem that a reader finds in a file."""

from collections.abc import Callable

import pytest

from clients.files import InputError

Found = Callable[[Callable[[], object]], list[tuple[int, str, str]]]


@pytest.fixture(name="found")
def found_fixture() -> Found:
    """Line, column and words of every problem with which `parse` ends."""

    def found(parse: Callable[[], object]) -> list[tuple[int, str, str]]:
        with pytest.raises(InputError) as error:
            parse()
        for problem in error.value.problems:
            assert problem.file
            assert problem.what
            assert problem.remedy
        return [(each.line, each.column, each.what) for each in error.value.problems]

    return found
