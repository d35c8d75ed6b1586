"""Reads tables of transfers: one line a transaction, its expected result the last word, then who holds what.

issue S   ann 60 bob 40                    max_per_holder=70     first holders: S.0, S.1; rules if any
a         S.0 -> bob 10, ann 50            ok                    outputs: a.0, a.1; their owners sign
b         a.1 + S.1 -> cho 90   by ann     WRONG_WITNESSES       or who stands after `by`
wait      5                                                      seconds
holds S   ann 50, bob 50                                         all of it, by wallet
"""

from collections.abc import Callable
from typing import Final

from clients import build
from clients.coins import Coin
from clients.signing import sign
from ledger.protocol.reasons import Rejected
from tests.protocol.town import BOND, SHARE, Town

ISINS: Final = {"S": SHARE, "B": BOND}


def play(town: Town, table: str) -> None:
    """Commit every line, or be refused as it says; a line that ends otherwise fails with its number."""
    stage = Stage(town)
    for number, line in enumerate(table.strip().splitlines(), start=1):
        words = line.partition("#")[0].split()
        if words:
            try:
                stage.line(words)
            except AssertionError as error:
                raise AssertionError(f"line {number}: {' '.join(words)}: {error}") from None


class Stage:
    """What the lines so far have made."""

    def __init__(self, town: Town) -> None:
        self.town = town
        self.coins: dict[str, Coin] = {}

    def line(self, words: list[str]) -> None:
        """Play one line."""
        plays: dict[str, Callable[[list[str]], None]] = {
            "issue": self._issue, "holds": self._holds, "wait": self._wait
        }  # fmt: skip
        if words[0] in plays:
            plays[words[0]](words[1:])
        else:
            self._move(words[0], words[1:])

    def _issue(self, words: list[str]) -> None:
        rules = dict(word.split("=") for word in words if "=" in word)
        holders = _quantities([word for word in words[1:] if "=" not in word])
        values = {name: int(value) for name, value in rules.items()}
        for place, coin in enumerate(self.town.register(dict(holders), ISINS[words[0]], rules=values)):
            self.coins[f"{words[0]}.{place}"] = coin

    def _move(self, label: str, words: list[str]) -> None:
        *words, expected = words
        by = words[words.index("by") + 1 :] if "by" in words else []
        words = words[: words.index("by")] if by else words
        arrow = words.index("->")
        coins = [self.coins[word] for word in words[:arrow] if word != "+"]
        outputs = [
            build.output(coins[0].asset, self.town.at(who), count)
            for who, count in _quantities(words[arrow + 1 :])
        ]
        inputs = [coin.outpoint for coin in coins]
        transfer = build.transaction(self.town.frame, "transfer", {}, inputs, outputs)
        names = by or sorted({self._name(coin.owner) for coin in coins})
        try:
            id = self.town.submit(sign(transfer, *map(self.town.signer, names)))
        except Rejected as refusal:
            assert refusal.reason == expected, f"it was refused: {refusal.reason}"
            return
        assert expected == "ok", "it was accepted"
        for place, made in enumerate(outputs):
            self.coins[f"{label}.{place}"] = Coin(
                f"{id}:{place}", made["asset"], made["owner"], made["quantity"]
            )

    def _holds(self, words: list[str]) -> None:
        asset = f"{ISINS[words[0]]}.1"
        expected = {self.town.at(name): count for name, count in _quantities(words[1:])}
        found: dict[str, int] = {}
        for entry in self.town.source.live().values():
            if entry.output.asset == asset:
                found[entry.output.owner] = found.get(entry.output.owner, 0) + entry.output.quantity
        named = {self._name(owner): count for owner, count in found.items()}
        assert found == expected, f"there are {named}"
        assert self.town.counter(f"issued/{asset}") == sum(expected.values())
        assert self.town.counter(f"holders/{asset}") == len(expected)

    def _wait(self, words: list[str]) -> None:
        self.town.time += int(words[0])

    def _name(self, address: str) -> str:
        return next(name for name in ("ann", "bob", "cho", "dan", "issuer") if self.town.at(name) == address)


def _quantities(words: list[str]) -> list[tuple[str, int]]:
    plain = [word.rstrip(",") for word in words]
    return [(name, int(count)) for name, count in zip(plain[::2], plain[1::2], strict=True)]
