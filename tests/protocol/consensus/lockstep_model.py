"""The abstract validator of the lock-step checker: two values, one lock, one valid value, and six ways to break it."""

from typing import Final, NamedTuple

from ledger.protocol.consensus.proposers import proposer

NIL: Final = 0
VALUES: Final = (1, 2)
FRESH: Final = -1  # the polka round of a proposal that has none

# nolock: prevotes anything. nosetlock: precommits without locking. unlocknil: a polka for nil unlocks.
# nopolka: believes a proposal's polka round. l28: takes any polka, however old. quorum-1: one vote too few.
BREAKS: Final = ("nolock", "nosetlock", "unlocknil", "nopolka", "l28", "quorum-1")


class Local(NamedTuple):
    """What a validator carries from one round to the next."""

    locked: int = NIL
    locked_round: int = -1
    valid: int = NIL
    valid_round: int = -1


class Offer(NamedTuple):
    """A proposal: a value, and the earlier round of its polka."""

    value: int
    pol_round: int = FRESH


class World(NamedTuple):
    """Who takes part, who of them lies, and the height, which says where the rotation stands."""

    names: tuple[str, ...]
    liars: frozenset[str]
    height: int

    def correct(self) -> tuple[str, ...]:
        """Those who keep to the rules, in the order in which states list them."""
        return tuple(name for name in self.names if name not in self.liars)

    def proposer(self, round_: int) -> int | None:
        """The place of the round's proposer among the correct; None when a liar proposes."""
        name = proposer(self.names, self.height, round_)
        return None if name in self.liars else self.correct().index(name)


def worlds(total: int, liars: int, rounds: int) -> list[World]:
    """Every pattern of liars and others in the rotation; the liars' places are next to each other."""
    names = tuple(f"v{number}" for number in range(total))
    found = {}
    for height in range(1, total + 1):
        world = World(names, frozenset(names[total - liars :]), height)
        found.setdefault(tuple(world.proposer(round_) is None for round_ in range(rounds)), world)
    return list(found.values())


class Model:
    """The rules, as far as agreement depends on them; `broken` names one of BREAKS."""

    def __init__(self, world: World, broken: str = "") -> None:
        total, liars = len(world.names), len(world.liars)
        self.broken = broken
        quorum = total * 2 // 3 + 1 - (broken == "quorum-1")
        self.needed = quorum - liars  # so many correct votes, and the liars add theirs where they please

    def prevote(self, local: Local, offer: Offer, polkas: frozenset[tuple[int, int]]) -> int | None:
        """The prevote for a proposal; None while its polka is missing."""
        if offer.pol_round == FRESH:
            free = local.locked in (NIL, offer.value)
        else:
            if (offer.pol_round, offer.value) not in polkas and self.broken != "nopolka":
                return None
            free = local.locked_round <= offer.pol_round or local.locked == offer.value
            free = free or self.broken == "l28"
        return offer.value if free or self.broken == "nolock" else NIL

    def lock(self, local: Local, value: int, round_: int) -> Local:
        """After a polka that came in time to precommit."""
        if self.broken == "nosetlock":
            return local._replace(valid=value, valid_round=round_)
        return Local(value, round_, value, round_)

    def late(self, local: Local, value: int, round_: int) -> Local:
        """After a polka that came when nil was precommitted."""
        return local._replace(valid=value, valid_round=round_)

    def polka_for_nil(self, local: Local) -> Local:
        """After a quorum of prevotes for nil."""
        return local._replace(locked=NIL, locked_round=-1) if self.broken == "unlocknil" else local
