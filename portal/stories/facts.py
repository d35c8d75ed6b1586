"""What a story is told from: the transaction as it was signed, and the few records that give it names."""

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Facts:
    """One transaction and its surroundings; `names` holds institutions only, never a holder."""

    transaction: dict[str, Any]
    witnesses: list[dict[str, Any]] = field(default_factory=list)
    signers: list[str] = field(default_factory=list)  # the witnesses' addresses, in the witnesses' order
    names: dict[str, str] = field(default_factory=dict)  # address of an institution -> its name
    titles: dict[str, str] = field(default_factory=dict)  # ISIN -> short name of the instrument
    proposal: dict[str, Any] | None = None  # the proposal that an approval or refusal answers
    executed: bool = False  # this approval was the last one missing

    @property
    def kind(self) -> str:
        """The transaction's kind."""
        return self.transaction["kind"]

    @property
    def body(self) -> dict[str, Any]:
        """The transaction's body."""
        return self.transaction["body"]

    @property
    def act(self) -> dict[str, Any]:
        """The act that the transaction proposes or answers; empty where there is none."""
        return self.body.get("act") or (self.proposal or {}).get("act") or {}

    @property
    def isins(self) -> list[str]:
        """The instruments that the transaction is about, each once, in order."""
        named = [self.act["isin"]] if "isin" in self.act else []
        assets = [output["asset"].partition(".")[0] for output in self.transaction.get("outputs", [])]
        return list(dict.fromkeys(named + assets))

    def name(self, address: str) -> str:
        """The institution's name, or nothing for a wallet that belongs to none."""
        return self.names.get(address, "")

    def title(self) -> str:
        """The instruments in words, as "NAME (ISIN)"."""
        return ", ".join(
            f"{self.titles[isin]} ({isin})" if isin in self.titles else isin for isin in self.isins
        )
