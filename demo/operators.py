"""Who signs in on the demonstration's portals: one operator a node, the password in a file that only we can read."""

import secrets
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Final

from demo.network import Network
from demo.node import ROOT, Node
from embedded.postgres import write_private
from embedded.trouble import Trouble

NAME: Final = "operator"
NODES: Final = ("csd", "regulator")


def ensure_operators(network: Network) -> dict[str, Path]:
    """Make the operators that are not there yet; by node, the file with the password."""
    with ThreadPoolExecutor(len(NODES)) as pool:
        return dict(zip(NODES, pool.map(_ensure, [network.nodes[name] for name in NODES]), strict=True))


def _ensure(node: Node) -> Path:
    kept = node.home.path("operator.password")
    if not kept.exists():
        write_private(kept, secrets.token_urlsafe(18))
    command = [sys.executable, str(ROOT / "manage.py"), "create_operator", NAME]
    environment = node.environment() | {"TALLYSTICK_OPERATOR_PASSWORD": kept.read_text().strip()}
    done = subprocess.run(command, env=environment, cwd=ROOT, capture_output=True, text=True)
    if done.returncode:
        raise Trouble(
            f"No operator could be made on {node.name}: {done.stderr.strip() or done.stdout.strip()}"
        )
    return kept
