"""A wallet on the command line: `python -m clients holdings|send|status|draft|sign|submit …`, with its backup file."""

import argparse
import os
import sys
import time
from getpass import getpass
from pathlib import Path
from typing import Any, Final

import msgspec

from clients import build, decision
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
    except (
        NodeError,
        NotEnough,
        BackupError,
        decision.DecisionError,
        msgspec.MsgspecError,
        OSError,
    ) as error:
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


def draft(options: argparse.Namespace) -> str:
    """Make of an act (`manage.py govern`) what institutions sign to decide it."""
    node = NodeClient(options.url)
    now = int(time.time())
    frame = build.Frame.at(node.network()["chain"], now, options.hours * 3_600 - build.CLOCK_MARGIN_SECONDS)
    act = msgspec.json.decode(options.act_file.read_bytes())
    decision.write(options.decision, decision.draft(node, act, options.signers, frame))
    return f"{options.decision} is to be signed by people of {len(options.signers)} institutions."


def sign_decision(options: argparse.Namespace) -> str:
    """Add one person's signature to a decision."""
    drafted = decision.read(options.decision)
    print(decision.in_words(drafted.transaction["body"]["act"]), f"({drafted.transaction['chain']})")
    wallet = _open(options.backup)
    decision.add_signature(drafted, wallet)
    decision.write(options.decision, drafted)
    return f"Signed by {wallet.address}; {len(drafted.signatures)} signatures in all."


def submit(options: argparse.Namespace) -> str:
    """Put a decision's signatures together, submit it, and wait until it is final."""
    node = NodeClient(options.url)
    signed = decision.put_together(node, decision.read(options.decision))
    return f"{signed.id} committed in block {node.settle([signed])[0].height}"


def _open(backup: Path) -> Wallet:
    passphrase = os.environ.get("TALLYSTICK_PASSPHRASE") or getpass(f"Passphrase of {backup.name}: ")
    return read_backup(backup, passphrase)[0]


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m clients", description=__doc__)
    acts = parser.add_subparsers(required=True, metavar="act")
    url = ("url", {"help": "a node's API, such as http://localhost:8000/api"})
    backup = ("backup", {"type": Path, "help": "the wallet's backup file"})
    decided = ("decision", {"type": Path, "help": "the decision's file"})
    for name, act, arguments in (
        ("holdings", holdings, [url, backup]),
        ("send", send, [url, backup, *_PAYMENT]),
        ("status", status, [url, ("id", {"help": "the transaction's id"})]),
        ("draft", draft, [url, *_DRAFT[:1], decided, *_DRAFT[1:]]),
        ("sign", sign_decision, [decided, backup]),
        ("submit", submit, [url, decided]),
    ):
        one = acts.add_parser(name, help=act.__doc__)
        one.set_defaults(act=act)
        for word, options in arguments:
            one.add_argument(word, **options)
    return parser


_PAYMENT: Final[list[tuple[str, dict[str, Any]]]] = [
    ("asset", {"help": "such as DE0007236101.1"}),
    ("quantity", {"type": int, "help": "in minor units"}),
    ("receiver", {"help": "an address"}),
]
_DRAFT: Final[list[tuple[str, dict[str, Any]]]] = [
    ("act_file", {"type": Path, "help": "the act, as manage.py govern wrote it"}),
    ("signers", {"nargs": "+", "help": "the institutions' addresses"}),
    ("--hours", {"type": int, "default": 23, "choices": range(1, 24), "help": "how long there is to sign"}),
]


if __name__ == "__main__":
    sys.exit(main())
