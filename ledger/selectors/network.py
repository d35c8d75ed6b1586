"""The network as this node sees it: its own height, and what its peers last said of themselves."""

from typing import Any, get_args

from django.conf import settings
from django.utils import timezone

from ledger.protocol.acts import AnyAct
from ledger.selectors.explorer import heard, own_step
from ledger.selectors.records import record
from ledger.selectors.validators import validators_at
from ledger.store import chain, rows


def network_status() -> dict[str, Any]:
    """Chain, validators, roles, this node's state, and every peer with its height and how long ago it was heard."""
    tip, document, network = chain.tip(), chain.genesis(), record("network")
    assert document is not None and network is not None
    height, round_, step, halted = own_step()
    now = timezone.now()
    return {
        "chain": tip.chain,
        "label": document.label,
        "node": settings.TALLYSTICK_NODE,
        "version": _version(network.value.get("upgrade"), tip.height + 1),
        "height": tip.height,
        "time": tip.time,
        "state_root": tip.state_commitment,
        "pending": _pending(),
        "roles": network.value["roles"],
        "validators": validators_at(tip.height + 1),
        "working_on": {"height": height, "round": round_, "step": step},
        "halted": halted,
        "peers": [
            {
                "name": name,
                "height": peer.height,
                "round": peer.round,
                "step": peer.step,
                "tip": peer.tip,
                "seconds_ago": round((now - peer.seen_at).total_seconds(), 1),
            }
            for name, peer in heard().items()
        ],
    }


def acts_in_force() -> set[str]:
    """The acts that the next block may hold: later versions of the protocol have more."""
    network = record("network")
    assert network is not None
    version = _version(network.value.get("upgrade"), chain.tip().height + 1)
    return {act.__struct_config__.tag for act in get_args(AnyAct) if act.first_version <= version}


def _version(upgrade: dict[str, int] | None, height: int) -> int:
    if upgrade is None:
        return 1
    return upgrade["version"] - (height < upgrade["height"])


def _pending() -> int:
    found = rows.fetch("SELECT count(*) FROM ledger_pending")
    return int(found[0][0])
