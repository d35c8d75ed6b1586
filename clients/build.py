"""Transactions ready to be signed, one function per kind; nothing here looks at a network or a clock."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from clients.coins import Coin
from ledger.protocol.encoding import canonical, digest

Json = dict[str, Any]

LIFETIME_SECONDS: Final = 600
# Clocks differ a little, and block time may lag: a transaction dated by this clock would wait for the others.
CLOCK_MARGIN_SECONDS: Final = 30
TOPIC: Final = "identity"


@dataclass(frozen=True, slots=True)
class Frame:
    """What every transaction says about itself: its chain, and between which block times it may commit."""

    chain: str
    valid_from: int
    expires: int

    @classmethod
    def at(cls, chain: str, now: int, lifetime: int = LIFETIME_SECONDS) -> "Frame":
        """Valid from now, with a margin for clocks that lag, for ten minutes unless told otherwise."""
        return cls(chain, now - CLOCK_MARGIN_SECONDS, now + lifetime)


def transaction(
    frame: Frame, kind: str, body: Mapping[str, Any], inputs: Sequence[str] = (), outputs: Sequence[Json] = ()
) -> Json:
    """Any transaction; inputs come out sorted, as the law wants them."""
    return {
        "body": dict(body),
        "chain": frame.chain,
        "expires": frame.expires,
        "from": frame.valid_from,
        "inputs": sorted(inputs),
        "kind": kind,
        "outputs": list(outputs),
    }


def transaction_id(transaction: Mapping[str, Any]) -> str:
    """The id, in hex, that names the transaction to people and in outpoints."""
    return digest("tallystick/transaction/1", canonical(dict(transaction))).hex()


def output(asset: str, owner: str, quantity: int, locked_until: int | None = None) -> Json:
    """One output; without a lock the field is left out."""
    lock = {} if locked_until is None else {"locked_until": locked_until}
    return {"asset": asset, "owner": owner, "quantity": quantity} | lock


def transfer(
    frame: Frame, coins: Sequence[Coin], payments: Sequence[Json], *, note: Json | None = None
) -> Json:
    """Spend exactly these coins into `payments`; what is left of an asset goes back to its first owner."""
    body = {} if note is None else {"note": note}
    outputs = [*payments, *change(coins, payments)]
    return transaction(frame, "transfer", body, [coin.outpoint for coin in coins], outputs)


def change(coins: Sequence[Coin], payments: Sequence[Json]) -> list[Json]:
    """The outputs that give the rest of every asset back to the first owner of a coin of it."""
    rest: dict[str, int] = {}
    owners: dict[str, str] = {}
    for coin in coins:
        rest[coin.asset] = rest.get(coin.asset, 0) + coin.quantity
        owners.setdefault(coin.asset, coin.owner)
    for paid in payments:
        rest[paid["asset"]] = rest.get(paid["asset"], 0) - paid["quantity"]
    return [output(asset, owners[asset], left) for asset, left in sorted(rest.items()) if left > 0]


def propose(
    frame: Frame, act: Mapping[str, Any], *, proposer: str, deadline: int, notary: str | None = None
) -> Json:
    """Ask the institutions that the act needs; `notary` exactly for acts on an instrument."""
    body = {"act": dict(act), "deadline": deadline, "proposer": proposer}
    return transaction(frame, "propose", body if notary is None else body | {"notary": notary})


def basis(act: Mapping[str, Any]) -> str:
    """The digest by which an approver says which act exactly was judged."""
    return digest("tallystick/act/1", canonical(dict(act))).hex()


def approve(frame: Frame, proposal: str, role: str, act: Mapping[str, Any]) -> Json:
    """One institution's yes to this act; the last one executes it."""
    body = {"basis": basis(act), "proposal": proposal, "role": role}
    return transaction(frame, "approve", body, [f"approval/{proposal}/{role}@0"])


def refuse(frame: Frame, proposal: str, role: str, act: Mapping[str, Any], *, code: str, text: str) -> Json:
    """One institution's no, with an ISO 20022 reason code and words; it closes the proposal."""
    reason = {"code": code, "text": text}
    body = {"basis": basis(act), "proposal": proposal, "reason": reason, "role": role}
    return transaction(frame, "refuse", body, [f"approval/{proposal}/{role}@0"])


def retract(frame: Frame, proposal: str) -> Json:
    """The proposer takes an open proposal back."""
    return transaction(frame, "retract", {"proposal": proposal}, [f"proposal/{proposal}@1"])


def attest(frame: Frame, claim: Mapping[str, Any], *, version: int = 0) -> Json:
    """A claim of card, class, country, holder, issuer, until, wallet; `version` is the one it replaces."""
    key = f"claim/{claim['issuer']}/{claim['wallet']}/{TOPIC}@{version}"
    return transaction(frame, "attest", {"topic": TOPIC} | dict(claim), [key])


def revoke(frame: Frame, *, issuer: str, wallet: str, reason: str, version: int) -> Json:
    """The claim issuer takes a claim back; `version` is the claim's present one."""
    body = {"issuer": issuer, "reason": reason, "topic": TOPIC, "wallet": wallet}
    return transaction(frame, "revoke", body, [f"claim/{issuer}/{wallet}/{TOPIC}@{version}"])


def rotate_card(frame: Frame, wallet: str, card: object, *, version: int) -> Json:
    """A new card for a wallet that keeps its address; signed by the old card and the new one."""
    return transaction(frame, "rotate", {"card": card, "wallet": wallet}, [f"wallet/{wallet}@{version}"])


def rotate_seal(frame: Frame, wallet: str, seal: Mapping[str, Any]) -> Json:
    """An institution's X25519 key for the notes of one epoch: epoch, from, key, until."""
    key = f"seal/{wallet}/{seal['epoch']}@0"
    return transaction(frame, "rotate", {"seal": dict(seal), "wallet": wallet}, [key])


def govern(frame: Frame, act: Mapping[str, Any], *, signers: Sequence[str], network_version: int) -> Json:
    """Change the network; `signers` are institutions of over two thirds of validators, and whom it concerns."""
    body = {"act": dict(act), "signers": sorted(signers)}
    return transaction(frame, "govern", body, [f"network@{network_version}"])


def upgrade(
    frame: Frame, *, height: int, protocol: int, signers: Sequence[str], network_version: int
) -> Json:
    """Schedule the next protocol version."""
    act = {"act": "upgrade", "height": height, "version": protocol}
    return govern(frame, act, signers=signers, network_version=network_version)
