"""The demonstration's wallets: kept as encrypted backups, the same at every start, of one chain only."""

from pathlib import Path

import pytest

from clients.backup import BackupError, read_backup
from demo.wallets import PASSPHRASE, Vault

CHAIN, GENESIS = "demo-0123456789abcdef", "0" * 64


def test_a_wallet_is_saved_before_it_is_used_and_is_the_same_ever_after(tmp_path: Path):
    first = Vault(tmp_path, chain=CHAIN, genesis=GENESIS).people(["Erika Mustermann", "张三", "A/B"])
    again = Vault(tmp_path, chain=CHAIN, genesis=GENESIS).people(["张三", "A/B", "Erika Mustermann"])
    assert first == again
    assert not list(tmp_path.glob("*.new"))
    with pytest.raises(BackupError):
        read_backup(tmp_path / "张三.json", "another passphrase")


def test_an_institution_is_three_people_of_whom_two_sign(tmp_path: Path):
    wallet = Vault(tmp_path, chain=CHAIN, genesis=GENESIS).institution("notary")
    assert (wallet.card.m, len(wallet.card.cards)) == (2, 3)
    kept = [read_backup(tmp_path / f"notary {number}.json", PASSPHRASE)[1] for number in (1, 2, 3)]
    assert {backup.chain for backup in kept} == {CHAIN}


def test_wallets_of_another_chain_are_not_used(tmp_path: Path):
    Vault(tmp_path, chain=CHAIN, genesis=GENESIS).people(["张三"])
    with pytest.raises(AssertionError, match="belongs to demo-0123456789abcdef"):
        Vault(tmp_path, chain="demo-ffffffffffffffff", genesis=GENESIS).people(["张三"])


def test_programs_hold_wallets_on_demonstration_chains_only(tmp_path: Path):
    with pytest.raises(AssertionError):
        Vault(tmp_path, chain="production-0123456789abcdef", genesis=GENESIS)
