"""Notices: follows committed blocks and tells people what awaits them; it reads the ledger and writes beside it."""

import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

import msgspec
from django.db.models import Q
from django.db.transaction import atomic
from django.utils import timezone

from ledger import selectors
from ledger.store import rows
from portal.models import Account, Followed, Notice

BLOCKS_AT_ONCE: Final = 100
CLAIM_NOTICE_SECONDS: Final = 30 * 86_400


@dataclass(frozen=True, slots=True)
class News:
    """Something for whoever has this wallet, or acts for the organisation whose wallet it is."""

    address: str
    kind: str
    subject: str
    facts: dict[str, Any] = field(default_factory=dict)


def follow() -> bool:
    """Make the notices of the next blocks, once each whoever else is at it; whether there may be more."""
    with atomic():
        tip = selectors.headline().height
        Followed.objects.get_or_create(id=1, defaults={"height": tip})
        followed = Followed.objects.select_for_update().get(id=1)
        to = min(tip, followed.height + BLOCKS_AT_ONCE)
        if to > followed.height:
            tell([*_decisions(followed.height, to), *_receipts(followed.height, to)])
        today = timezone.now().date()
        if followed.claims_on != today:
            tell(_lapsing_claims())
        Followed.objects.filter(id=1).update(height=max(to, followed.height), claims_on=today)
    return to < tip


def tell(news: Iterable[News], *, but: Account | None = None) -> None:
    """Write each down for everybody whom it concerns, but its author; nobody is told twice."""
    news = list(news)
    concerned = _concerned({each.address for each in news})
    now = timezone.now()
    Notice.objects.bulk_create(
        [
            Notice(account_id=account, kind=each.kind, subject=each.subject, facts=each.facts, made_at=now)
            for each in news
            for account in sorted(concerned.get(each.address, set()) - {but and but.pk})
        ],
        ignore_conflicts=True,
    )


def _concerned(addresses: set[str]) -> dict[str, set[int]]:
    """The open accounts that may see each of these wallets."""
    found: dict[str, set[int]] = {}
    fits = Q(organisation__address__in=addresses) | Q(wallets__address__in=addresses)
    people = Account.objects.filter(fits, is_active=True)
    for account, own, linked in people.values_list("pk", "organisation__address", "wallets__address"):
        for address in {own, linked} & addresses:
            found.setdefault(address, set()).add(account)
    return found


def _decisions(above: int, to: int) -> Iterator[News]:
    """Proposals that were made, answered and closed in these blocks."""
    changed = rows.fetch(
        "SELECT key, value FROM ledger_recordversion WHERE height > %s AND height <= %s"
        " AND (key LIKE 'proposal/%%' OR key LIKE 'approval/%%') ORDER BY height, position",
        (above, to),
    )
    values = [(key, msgspec.json.decode(value)) for key, value in changed]
    closed = {
        key.split("/")[1]
        for key, value in values
        if value.get("status") in ("executed", "refused", "retracted")
    }
    for key, value in values:
        name, id, *role = key.split("/")
        if name == "proposal":
            yield from _proposal(id, value, closed)
        elif value["verdict"] == "approved" and id not in closed:
            yield from _approval(id, role[0])


def _proposal(id: str, value: dict[str, Any], closed: set[str]) -> Iterator[News]:
    facts = {"act": value["act"]["act"], "about": _about(value["act"])}
    if value["status"] == "open" and id not in closed:
        for role, address in value["approvers"].items():
            yield News(address, "proposal-waits", f"{id}/{role}", facts)
    elif value["status"] in ("executed", "refused"):
        yield News(value["proposer"], f"proposal-{value['status']}", id, facts)


def _approval(id: str, role: str) -> Iterator[News]:
    proposal = selectors.record(f"proposal/{id}")
    if proposal is not None:
        act = proposal.value["act"]
        facts = {"act": act["act"], "about": _about(act), "role": role}
        yield News(proposal.value["proposer"], "proposal-approved", f"{id}/{role}", facts)


def _about(act: dict[str, Any]) -> str:
    return str(act.get("isin") or act.get("name") or "")


def _receipts(above: int, to: int) -> Iterator[News]:
    """Units that came to wallets known here; what a wallet paid to itself, its change, is no receipt."""
    found = rows.fetch(
        """
        SELECT DISTINCT o.owner, encode(o.txid, 'hex'), split_part(o.asset, '.', 1)
        FROM ledger_transaction t
        JOIN ledger_output o ON o.position >= t.first_position AND o.position < t.first_position + t.output_count
        WHERE t.height > %s AND t.height <= %s AND t.output_count > 0
          AND (EXISTS (SELECT 1 FROM portal_walletlink l WHERE l.address = o.owner)
               OR EXISTS (SELECT 1 FROM portal_organisation g WHERE g.address = o.owner))
          AND NOT EXISTS (
              SELECT 1 FROM ledger_spend s JOIN ledger_output p ON p.position = s.position
              WHERE s.spent_height = t.height AND s.spent_by = t.txid AND p.owner = o.owner)
        """,
        (above, to),
    )
    for owner, txid, isin in found:
        yield News(owner, "units-received", txid, {"about": isin})


def _lapsing_claims() -> Iterator[News]:
    """Claims about wallets known here that end within thirty days."""
    found = rows.fetch(
        """
        SELECT split_part(key, '/', 3), key, value FROM ledger_record
        WHERE key >= 'claim/' AND key < 'claim0' AND split_part(key, '/', 3) IN (SELECT address FROM portal_walletlink)
        """
    )
    now = int(time.time())
    for wallet, key, value in found:
        claim = msgspec.json.decode(value)
        if claim["status"] == "valid" and now < claim["until"] <= now + CLAIM_NOTICE_SECONDS:
            ends = date.fromtimestamp(claim["until"]).isoformat()
            yield News(wallet, "claim-expires", f"{key} {claim['until']}", {"about": ends})
