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
    """Those who vote, and the wallets that act as CSD, regulator and central bank."""

    validators: tuple[Validator, ...]
    authorities: dict[str, str]

    @property
    def quorum(self) -> int:
        """The least number that is more than two thirds."""
        return len(self.validators) * 2 // 3 + 1

    def institution(self, validator: str) -> str:
        """The name of the institution behind a validator; the validator's own name if it votes no more."""
        return next((v.institution for v in self.validators if v.name == validator), validator)


def names_of(addresses: Iterable[str]) -> dict[str, str]:
    """The names of those of these wallets that belong to institutions; one query."""
    found = records_with([f"participant/{address}" for address in set(addresses)])
    return {key.partition("/")[2]: view.value["name"] for key, view in found.items()}


def council() -> Council:
    """The validators with their institutions; two queries."""
    network = selectors.record("network")
    value = network.value if network else {"validators": [], "roles": {}}
    names = names_of(entry["institution"] for entry in value["validators"])
    validators = tuple(
        Validator(entry["name"], names.get(entry["institution"], entry["name"]))
        for entry in value["validators"]
    )
    return Council(validators, value["roles"])
