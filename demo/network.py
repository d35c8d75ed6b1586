"""A whole network on this machine, founded by the commands that a real one uses; for `make demo` and for tests."""

import io
import os
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import redirect_stdout
from pathlib import Path
from typing import Final

import django
from django.core.management import call_command
from django.core.management.base import CommandError

from demo.founders import Founder, founder
from demo.node import PROGRAMS, Node
from embedded.ports import require_free
from embedded.supervisor import Supervisor
from embedded.trouble import Trouble, begin
from ledger.node.files import Home, write

VALIDATORS: Final = ("csd", "regulator", "exchange", "central_bank")
OBSERVERS: Final = ("issuer",)
WEB_PORT: Final = 8000
BROKER_PORTS_ABOVE: Final = 9_380  # a node's broker listens so many ports above its web server


class Network:
    """Nodes with their own servers, keys and workers; as a context manager it leaves no process behind."""

    def __init__(
        self,
        home: Path,
        *,
        validators: Sequence[str] = VALIDATORS,
        observers: Sequence[str] = OBSERVERS,
        web_ports: Mapping[str, int] | None = None,
        broker_ports: Mapping[str, int] | None = None,
        label: str = "demo-tallystick",
        programs: tuple[str, ...] = PROGRAMS,
        durable: bool = True,
        say: Callable[[str], None] = lambda _: None,
    ) -> None:
        names = (*validators, *observers)
        self.home, self.validators, self.label, self.say = home.absolute(), tuple(validators), label, say
        web_ports = web_ports or {name: WEB_PORT + place for place, name in enumerate(names)}
        self.broker_ports = broker_ports or {
            name: port + BROKER_PORTS_ABOVE for name, port in web_ports.items()
        }
        self.supervisor = Supervisor()
        self.nodes = {
            name: Node(
                name=name,
                home=Home(self.home / name),
                web_port=web_ports[name],
                supervisor=self.supervisor,
                programs=programs,
                durable=durable,
            )
            for name in names
        }

    def __enter__(self) -> "Network":
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    @property
    def chain(self) -> str:
        """The chain's name."""
        return self.nodes[self.validators[0]].home.network.chain

    @property
    def genesis(self) -> Path:
        """The genesis document."""
        return self.home / "genesis.json"

    def url(self, name: str) -> str:
        """Where the node's API answers."""
        return self.nodes[name].url

    def founder(self, name: str) -> Founder:
        """The institution behind a node, with its wallet."""
        return founder(name, self.home / "founders")

    def start(self) -> None:
        """Found the network (once), start all nodes, and return when every program is ready for work."""
        begin(self.home)
        self._found()
        for node in self.nodes.values():
            node.require_ports()
        self.say("Starting a database server and a broker for each node, and preparing the databases.")
        self._on_each(self._prepare)
        self.say("Starting the workers and the web servers.")
        self._on_each(lambda node: node.start_programs())

    def start_node(self, name: str) -> None:
        """Start one node that was stopped, killed or wiped."""
        self._prepare(self.nodes[name])
        self.nodes[name].start_programs()

    def kill(self, name: str) -> None:
        """End one node as a power cut would."""
        self.nodes[name].kill()

    def restart(self, name: str) -> None:
        """Stop one node in good order and start it again."""
        self.nodes[name].stop()
        self.start_node(name)

    def wipe(self, name: str) -> None:
        """Kill one node and lose its database and broker; it keeps its key and its guard."""
        self.nodes[name].kill()
        self.nodes[name].wipe()

    def manage(self, name: str, *words: str) -> str:
        """What a management command on one node prints; its failure is `Trouble`."""
        return self.nodes[name].manage(*words)

    def watch(self, timeout_s: float) -> None:
        """Wait; `Trouble` as soon as any program ends by itself."""
        self.supervisor.watch(timeout_s)

    def stop(self) -> None:
        """Stop all nodes; no process is left."""
        self.supervisor.close()

    def _prepare(self, node: Node) -> None:
        node.start_servers()
        signatures = [self.nodes[name].home.path("genesis-signature.json") for name in self.validators]
        cards = [other.home.path("node-card.json") for other in self.nodes.values() if other is not node]
        node.migrate("--genesis", self.genesis, "--signatures", *signatures, "--peers", *cards)

    def _on_each(self, act: Callable[[Node], None]) -> None:
        """Do it for all nodes at once; if one fails, stop everything, so that nobody waits for the others."""
        with ThreadPoolExecutor(len(self.nodes)) as pool:
            futures = [pool.submit(act, node) for node in self.nodes.values()]
            try:
                for future in futures:
                    future.result()
            except BaseException:
                self.stop()
                raise

    def _found(self) -> None:
        """What the operators of a real network do by hand; every step is left out where it was done before."""
        if not self.genesis.exists():
            self.say("Founding the network: node_init, genesis_propose, genesis_sign, invite, accept.")
        for node in self.nodes.values():
            self._make_node(node)
        if not self.genesis.exists():
            cards = [self.nodes[name].home.path("node-card.json") for name in self.validators]
            _command("genesis_propose", cards=cards, label=self.label, out=self.genesis)
        for name in self.validators:
            if not (home := self.nodes[name].home).path("genesis-signature.json").exists():
                _command("genesis_sign", genesis=self.genesis, home=home.folder)
        for host in self.nodes.values():
            for peer in self.nodes.values():
                if peer is not host:
                    self._introduce(host, peer)

    def _make_node(self, node: Node) -> None:
        if node.home.path("node.key").exists():
            return
        port = self.broker_ports[node.name]
        require_free(port, f"the inbox of {node.name}")
        institution = self.home / f"{node.name}-institution.json"
        write(institution, self.founder(node.name).card)
        _command(
            "node_init",
            home=node.home.folder,
            name=node.name,
            inbox=f"redis://127.0.0.1:{port}/0",
            validator=node.name in self.validators,
            institution_card=institution,
        )

    def _introduce(self, host: Node, peer: Node) -> None:
        """The host hands the peer what it needs to write into the host's inbox."""
        kept = peer.home.path("peers") / f"{host.name}.json"
        if not kept.exists():
            invitation = host.home.path("handed-out") / f"{peer.name}.json"
            invitation.parent.mkdir(mode=0o700, exist_ok=True)
            _command("invite", home=host.home.folder, peer=peer.name, out=invitation)
            _command("accept", invitation, home=peer.home.folder)
            invitation.unlink()


def _command(name: str, /, *words: object, **options: object) -> None:
    """Run one of the node commands in this process; they need no database."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
    django.setup()
    try:
        with redirect_stdout(io.StringIO()):
            call_command(name, *words, **options)
    except CommandError as error:
        raise Trouble(str(error)) from error
