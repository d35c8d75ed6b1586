"""Institutions by name; holders have none."""

from collections.abc import Iterable
from dataclasses import dataclass

from ledger import selectors
from ledger.selectors.records import records_with


@dataclass(frozen=True, slots=True)
class Validator:
    """A voting node and the institution behind it."""

    name: str
    institution: str


@dataclass(frozen=True, slots=True)
class Council:
    """Those who vote at a height."""

    validators: tuple[Validator, ...]

    @property
    def quorum(self) -> int:
        """The least number that is more than two thirds."""
        return len(self.validators) * 2 // 3 + 1

    def institution(self, validator: str) -> str:
        """The name of the institution behind a validator."""
        return next((v.institution for v in self.validators if v.name == validator), validator)

    def votes(self, node: str) -> bool:
        """Whether this node is one of the validators."""
        return any(validator.name == node for validator in self.validators)


@dataclass(frozen=True, slots=True)
class Councils:
    """Those who vote and those who voted before them, each council from a height on."""

    since: tuple[tuple[int, Council], ...]

    def at(self, height: int) -> Council:
        """Who votes at this height."""
        return next(council for first, council in reversed(self.since) if first <= max(height, 1))


def names_of(addresses: Iterable[str]) -> dict[str, str]:
    """The names of those of these wallets that belong to institutions; one query."""
    found = records_with([f"participant/{address}" for address in set(addresses)])
    return {key.partition("/")[2]: view.value["name"] for key, view in found.items()}


def councils() -> Councils:
    """The validators of every height with their institutions; two queries."""
    sets = selectors.validator_sets()
    names = names_of(entry["institution"] for _, members in sets for entry in members)
    return Councils(
        tuple(
            (
                since,
                Council(
                    tuple(
                        Validator(entry["name"], names.get(entry["institution"], entry["name"]))
                        for entry in members
                    )
                ),
            )
            for since, members in sets
        )
    )


def council() -> Council:
    """Those who vote on the next block; three queries."""
    return councils().at(selectors.headline().height + 1)
