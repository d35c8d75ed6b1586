"""Whom the demonstration's portals know: for each institution its people, with the wallets that they hold."""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody with an account: his institution by the key of its wallet, `person` for one who acts for himself."""

    name: str
    institution: str
    mandate: str
    wallet: str  # the name of the backup
    is_administrator: bool = False


def _institution(name: str, key: str, mandates: tuple[str, ...]) -> tuple[Person, ...]:
    """The first of them administrates; each holds one of the keys of which any two sign."""
    return tuple(
        Person(_numbered(name, number), key, mandate, f"{key} {number}", is_administrator=number == 1)
        for number, mandate in enumerate(mandates, start=1)
    )


def _numbered(name: str, number: int) -> str:
    return name if (name, number) == ("operator", 1) else f"{name}-{number}"


PEOPLE: Final[dict[str, tuple[Person, ...]]] = {
    "csd": (
        *_institution("operator", "csd", ("sign", "sign")),
        *_institution("issuer", "issuer", ("sign", "sign", "prepare")),
        *_institution("notary", "notary", ("sign", "sign")),
        *_institution("broker", "foil-and-stock", ("sign", "sign")),
        Person("investor-1", "person", "sign", "Anneliese Beispiel"),
        Person("investor-2", "person", "sign", "张三"),
    ),
    "regulator": _institution("operator", "regulator", ("sign", "sign", "sign")),
}
