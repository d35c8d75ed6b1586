"""The acts that proposals carry, and long holders' lists cut into chunks."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from clients.build import Json
from clients.signing import Signer
from ledger.protocol import merkle
from ledger.protocol.encoding import canonical, digest

CHUNK_ROWS: Final = 500
HOLDERS_MAX: Final = 1_000


def register(terms: Mapping[str, Any], *, holders: Sequence[Json] = (), rows: Sequence[Json] = ()) -> Json:
    """A new instrument: every field of its terms, and its first holders, named here or lodged as a list."""
    return {"act": "register", **terms, **_first_owners(holders, rows)}


def increase(
    isin: str,
    quantity: int,
    *,
    version: int,
    holders: Sequence[Json] = (),
    rows: Sequence[Json] = (),
    authorised: int | None = None,
) -> Json:
    """Further units; `authorised` only if that limit rises too."""
    act = {"act": "increase", "isin": isin, "quantity": quantity, "version": version}
    raised = {} if authorised is None else {"authorised": authorised}
    return act | raised | _first_owners(holders, rows)


def decrease(isin: str, outpoints: Sequence[str], *, version: int) -> Json:
    """Burn these outputs, whose owners sign the proposal."""
    return {"act": "decrease", "isin": isin, "outputs": sorted(outpoints), "version": version}


def withdraw(isin: str, destination: str, *, version: int, outpoints: Sequence[str] = ()) -> Json:
    """Leave the register for `destination`: these outputs, or without any the whole instrument."""
    act = {"act": "withdraw", "destination": destination, "isin": isin, "version": version}
    return act | ({"outputs": sorted(outpoints)} if outpoints else {})


def amend(isin: str, *, version: int, **changed: Any) -> Json:
    """These fields of the terms (cfi, documents, fisn, lei, rules, terms) as they are from now on, each whole."""
    return {"act": "amend", "isin": isin, "version": version, **changed}


def admit(wallet: Signer, *, holder: str, name: str, roles: Sequence[str], lei: str | None = None) -> Json:
    """A new participant with its wallet, which signs the proposal too."""
    who = {"card": wallet.card, "holder": holder, "wallet": wallet.address}
    act: Json = {"act": "admit", "name": name, "roles": sorted(roles)} | who
    return act if lei is None else act | {"lei": lei}


def suspend(address: str, reason: str) -> Json:
    """A participant's roles rest until it is admitted again."""
    return {"act": "suspend", "address": address, "reason": reason}


def list_root(rows: Sequence[Json]) -> Json:
    """What an act says of a long list of outputs: how many chunks, and the root over their digests."""
    chunks = [rows[at : at + CHUNK_ROWS] for at in range(0, len(rows), CHUNK_ROWS)]
    leaves = [digest("tallystick/chunk/1", canonical(list(chunk))) for chunk in chunks]
    return {"chunks": len(chunks), "root": merkle.root(leaves).hex()}


def _first_owners(holders: Sequence[Json], rows: Sequence[Json]) -> Json:
    assert bool(holders) != bool(rows), "holders are named either in the act or in a list"
    return {"holders": list(holders)} if holders else {"list": list_root(rows)}
