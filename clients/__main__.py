"""A wallet on the command line: `python -m clients holdings|send|status URL …`, with a backup file as key."""

import argparse
import os
import sys
import time
from getpass import getpass
from pathlib import Path

from clients import build
from clients.api import NodeClient, NodeError
from clients.backup import BackupError, read_backup
from clients.coins import Coin, NotEnough, select
from clients.keys import Wallet
from clients.signing import sign


def main(words: list[str] | None = None) -> int:
    """The exit code: 0 if it was done, 1 with a sentence on standard error if not."""
    options = _parser().parse_args(words)
    try:
        print(options.act(options))
    except (NodeError, NotEnough, BackupError, OSError) as error:
        print(error, file=sys.stderr)
        return 1
    return 0


def holdings(options: argparse.Namespace) -> str:
    """What the wallet holds, by asset."""
    wallet = _open(options.backup)
    sums: dict[str, int] = {}
    for row in NodeClient(options.url).as_wallet(wallet).outputs(wallet.address):
        sums[row["asset"]] = sums.get(row["asset"], 0) + row["quantity"]
    return "\n".join(f"{quantity:>20,}  {asset}" for asset, quantity in sorted(sums.items())) or "nothing"


def send(options: argparse.Namespace) -> str:
    """Transfer minor units of an asset, and wait until it is final."""
    wallet, node = _open(options.backup), NodeClient(options.url)
    now = int(time.time())
    coins = [Coin.parse(row, wallet.address) for row in node.as_wallet(wallet).outputs(wallet.address)]
    chosen = select(coins, options.asset, options.quantity, at=now)
    payment = build.output(options.asset, options.receiver, options.quantity)
    signed = sign(build.transfer(build.Frame.at(node.network()["chain"], now), chosen, [payment]), wallet)
    return f"{signed.id} committed in block {node.settle([signed])[0].height}"


def status(options: argparse.Namespace) -> str:
    """Where a transaction stands."""
    answer = NodeClient(options.url).status(options.id)
    return " ".join(
        str(part) for part in (answer.status, answer.height, answer.reason, answer.detail) if part
    )


def _open(backup: Path) -> Wallet:
    passphrase = os.environ.get("TALLYSTICK_PASSPHRASE") or getpass(f"Passphrase of {backup.name}: ")
    return read_backup(backup, passphrase)[0]


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m clients", description=__doc__)
    acts = parser.add_subparsers(required=True, metavar="act")
    for act in (holdings, send, status):
        one = acts.add_parser(act.__name__, help=act.__doc__)
        one.set_defaults(act=act)
        one.add_argument("url", help="a node's API, such as http://localhost:8000/api")
        if act is status:
            one.add_argument("id", help="the transaction's id")
            continue
        one.add_argument("backup", type=Path, help="the wallet's backup file")
        if act is send:
            one.add_argument("asset", help="such as DE0007236101.1")
            one.add_argument("quantity", type=int, help="in minor units")
            one.add_argument("receiver", help="an address")
    return parser


if __name__ == "__main__":
    sys.exit(main())
