"""The wallets of everybody in the story who runs no node: encrypted backups, as browsers keep them.

They exist because the chain's label begins with `demo-`: on a real network nobody but the owner has these
files, and the passphrase stands in no program.
"""

from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Final

from clients.backup import read_backup, write_backup
from clients.keys import Wallet, generate
from clients.wallet import MultiWallet

PASSPHRASE: Final = "demonstration"  # noqa: S105 - known to all on purpose: these wallets hold nothing real
MEMBERS: Final = 3
NEEDED: Final = 2
README: Final = """\
Wallet backups of a demonstration whose chain is {chain}. The passphrase of each is: {passphrase}
Programs hold these keys only because the label of the chain begins with demo-.
"""


class Vault:
    """Wallets by name; a name that was never asked for gets a new wallet, saved before anybody sees it."""

    def __init__(self, folder: Path, *, chain: str, genesis: str) -> None:
        assert chain.startswith("demo-"), "programs hold wallets on demonstration chains only"
        self._folder, self._chain, self._genesis = folder, chain, genesis
        self._open: dict[str, Wallet] = {}
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        (folder / "README").write_text(README.format(chain=chain, passphrase=PASSPHRASE), encoding="utf-8")

    def institution(self, key: str) -> MultiWallet:
        """An institution's wallet: any two of its three people sign, each with a file of his own."""
        names = [f"{key} {number}" for number in range(1, MEMBERS + 1)]
        wallets = self.people(names)
        return MultiWallet.of(NEEDED, [wallets[name] for name in names])

    def people(self, names: Iterable[str]) -> dict[str, Wallet]:
        """The wallets of these people."""
        wanted = list(dict.fromkeys(names))
        missing = [name for name in wanted if name not in self._open]
        with ThreadPoolExecutor(
            2
        ) as pool:  # stretching a passphrase is slow on purpose, and lets threads run
            self._open |= dict(zip(missing, pool.map(self._load_or_make, missing), strict=True))
        return {name: self._open[name] for name in wanted}

    def keep(self, name: str, wallet: Wallet) -> None:
        """Make the backup of a wallet that exists already, as its owner would have done."""
        if not self.path(name).exists():
            self._save(name, wallet)
        self._open[name] = wallet

    def path(self, name: str) -> Path:
        """Where a wallet's backup lies."""
        return self._folder / f"{name.replace('/', '-')}.json"

    def _load_or_make(self, name: str) -> Wallet:
        path = self.path(name)
        if path.exists():
            wallet, backup = read_backup(path, PASSPHRASE)
            assert backup.chain == self._chain, f"{path.name} belongs to {backup.chain}"
            return wallet
        wallet = generate()
        self._save(name, wallet)
        return wallet

    def _save(self, name: str, wallet: Wallet) -> None:
        made = self.path(name).with_suffix(
            ".new"
        )  # a file cut short by a crash must not be taken for a backup
        made.unlink(missing_ok=True)
        write_backup(made, wallet, PASSPHRASE, chain=self._chain, genesis=self._genesis)
        made.rename(self.path(name))
