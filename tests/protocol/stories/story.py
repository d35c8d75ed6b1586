"""The form of a story: a kind or act, lines that are accepted, and lines that are refused, in checking order."""

from collections.abc import Callable
from typing import Any, Final, NamedTuple

import msgspec

from clients.build import Json
from clients.signing import Signed
from ledger.protocol.encoding import canonical
from ledger.protocol.reasons import Reason
from tests.protocol.town import Town

Make = Callable[[Town], Signed | bytes]


class Accepted(NamedTuple):
    """One line that is committed."""

    words: str
    make: Make


class Refused(NamedTuple):
    """One line that is refused, and why."""

    reason: Reason
    words: str
    make: Make


class Story(NamedTuple):
    """One kind or act."""

    about: str
    accepted: list[Accepted]
    refused: list[Refused]


STORIES: Final[list[Story]] = []


def tell(about: str, accepted: list[Accepted], refused: list[Refused]) -> Story:
    """A story that `test_stories.py` will play."""
    story = Story(about, accepted, refused)
    STORIES.append(story)
    return story


def opened(signed: Signed) -> Any:
    """The wire form as JSON, to be changed without signing again."""
    return msgspec.json.decode(signed.raw)


def with_witnesses(signed: Signed, change: Callable[[list[Json]], list[Json]]) -> bytes:
    """The same body under other witnesses."""
    whole = opened(signed)
    whole["witnesses"] = change(whole["witnesses"])
    return canonical(whole)


def rewritten(signed: Signed, old: bytes, new: bytes) -> bytes:
    """The bytes with one piece replaced, wherever it stands."""
    assert old in signed.raw, f"{old!r} is not in it"
    return signed.raw.replace(old, new)
