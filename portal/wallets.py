"""Which wallets an account may see; a wallet becomes an account's by a proof of possession and in no other way."""

from django.db.transaction import atomic
from django.utils import timezone

from ledger.api.callers import Possession, prove
from portal import audit
from portal.models import Account, Organisation, WalletLink
from portal.node import this_node


def address_of(organisation: Organisation) -> str | None:
    """The organisation's own wallet on the ledger; None before its admission, and for investors."""
    return this_node().institution if organisation.is_home else organisation.address


def addresses_of(account: Account) -> frozenset[str]:
    """The wallets whose holdings and acts this account may see: those it proved to hold, and its organisation's."""
    linked = set(WalletLink.objects.filter(account=account).values_list("address", flat=True))
    own = address_of(account.organisation)
    return frozenset(linked | {own} if own else linked)


def link(*, account: Account, proof: Possession, label: str = "") -> WalletLink:
    """Link a wallet whose card in force has signed just now; Rejected otherwise. Repeated, it renames the link."""
    prove(proof)
    with atomic():
        made, is_new = WalletLink.objects.update_or_create(
            account=account,
            address=proof.address,
            defaults={"label": label},
            create_defaults={
                "label": label,
                "organisation": account.organisation,
                "linked_at": timezone.now(),
            },
        )
        if is_new:
            audit.record(event=audit.Event.WALLET_LINKED, account=account.username, subject=proof.address)
    return made


def unlink(*, link: WalletLink) -> None:
    """Forget that the wallet is this account's; the wallet itself is untouched."""
    with atomic():
        link.delete()
        audit.record(event=audit.Event.WALLET_UNLINKED, account=link.account.username, subject=link.address)
