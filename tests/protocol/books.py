"""The simplest account of a ledger: what was consumed, how much there is; compared after each block."""

from collections import Counter
from collections.abc import Iterable, Sequence

from clients.build import Json
from clients.signing import Signed
from ledger.protocol.records import wallet_key
from tests.protocol.memory import MemorySource


class Books:
    """Kept from signed bytes alone, beside the ledger in `source`."""

    def __init__(self, source: MemorySource, isins: Sequence[str]) -> None:
        self.source, self.isins = source, isins
        self.issued = Counter({isin: source.counters.get(f"issued/{isin}.1", 0) for isin in isins})
        self.spent: set[str] = set()
        self.acts: dict[str, Json] = {}  # of proposals, open or closed, by id
        self.executed: set[str] = set()
        self.past: list[Signed] = []
        self.wrong: set[bytes] = set()  # what no ledger may commit
        self.seen: Counter[str] = Counter()

    def follow(self, signed: Signed) -> None:
        """Enter a committed transaction."""
        made, body = signed.transaction, signed.transaction["body"]
        assert signed.raw not in self.wrong, "what is wrong was committed"
        assert signed not in self.past, "the same signed bytes took effect twice"
        self.past.append(signed)
        self.seen[f"committed {made['kind']}"] += 1
        match made["kind"]:
            case "transfer":
                self._transfer(made)
            case "approve" if self.source.record(f"proposal/{body['proposal']}").value.status == "executed":
                self._execute(body["proposal"])
            case "allot":
                isin = self.acts[body["proposal"]]["isin"]
                self.issued[isin] += sum(each["quantity"] for each in made["outputs"])

    def check(self) -> None:
        """What must hold after every block."""
        assert self._sums() == {name: value for name, value in self.source.counters.items() if value}
        assert not self.spent & set(self.source.live())
        assert {isin: self.source.counters[f"issued/{isin}.1"] for isin in self.isins} == dict(self.issued)
        assert self.source.naive_root() == self.source.tree_root

    def _transfer(self, made: Json) -> None:
        """Held units reach him for whom they are held."""
        self._consume(made["inputs"])
        for outpoint in made["inputs"]:
            output = self.source.outputs[outpoint].output
            if output.hold is not None:
                self.seen["handed over"] += 1
                given = [each for each in made["outputs"] if each["owner"] == output.hold.to]
                handed = sum(each["quantity"] for each in given if each["asset"] == output.asset)
                assert handed >= output.quantity, "what was held for one went to another"

    def _execute(self, id: str) -> None:
        """What an act does to how much there is, once, whichever approval of the block was the last."""
        act = self.acts[id]
        if id in self.executed:
            return
        self.executed.add(id)
        if "outputs" in act:
            burnt = [self.source.outputs[each].output for each in self._consume(act["outputs"])]
            assert not any(output.hold for output in burnt), "what is held for somebody was burnt"
            self.issued[act["isin"]] -= sum(output.quantity for output in burnt)
        if "holders" in act:
            self.issued[act["isin"]] += act["quantity"]

    def _consume(self, outpoints: Iterable[str]) -> list[str]:
        """Each once, for ever."""
        listed = list(outpoints)
        assert not self.spent & set(listed), "an output was spent twice"
        self.spent |= set(listed)
        return listed

    def _sums(self) -> dict[str, int]:
        """Every counter, from the live outputs and the open allotments."""
        sums: Counter[str] = Counter()
        for entry in self.source.live().values():
            output = entry.output
            assert output.quantity > 0
            who = self.source.record(wallet_key(output.owner)).value.holder
            sums[f"issued/{output.asset}"] += output.quantity
            sums[f"position/{output.asset}/{who}"] += output.quantity
        for name in list(sums):
            if name.startswith("position/"):
                sums[f"holders/{name.split('/')[1]}"] += 1
        for key in self.source.records:
            if key.startswith("allotment/"):
                allotment = self.source.record(key).value
                sums[f"promised/{allotment.asset}"] += allotment.quantity - allotment.allotted
        return {name: value for name, value in sums.items() if value}
