"""Our own vectors are frozen: making them again gives the same bytes, here and in ten years."""

from tests.vectors import make_primitives


def test_made_again_they_are_the_same() -> None:
    assert make_primitives.make() == make_primitives.PATH.read_text()
