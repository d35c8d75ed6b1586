"""`make demo`: start the network, play the story, say where to look, run on until Ctrl-C."""

import os
import signal
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Event, Thread
from typing import Final

from demo import story
from demo.network import BROKER_PORTS_ABOVE, OBSERVERS, VALIDATORS, WEB_PORT, Network
from demo.node import ROOT
from demo.operators import ensure_people
from embedded.supervisor import stop_on_sigterm
from embedded.trouble import Trouble

LOOK_SECONDS: Final = 1.0
LAST_PORT: Final = 65_535 - BROKER_PORTS_ABOVE - len(VALIDATORS) - len(OBSERVERS)


def main() -> int:
    """The exit code: 0 after the story (ONCE=1) or Ctrl-C behind it, 1 with a sentence when something failed."""
    stop_on_sigterm()
    told = False
    watch = Watch()
    try:
        with make_network() as network, watch.over(network):
            network.start()
            tell(story.run(network, tell).table())
            tell(links(network, ensure_people(network)))
            told = True
            if os.environ.get("ONCE") == "1":
                return 0
            tell("Everything runs until Ctrl-C.")
            Event().wait()
    except Trouble as trouble:
        return fail(watch.trouble or trouble)
    except story.StoryFailed as failure:
        return fail(watch.trouble or Trouble(f"The story did not go as it must: {failure}"))
    except KeyboardInterrupt:
        return fail(watch.trouble) if watch.trouble else stopped(told)
    return 0


def make_network() -> Network:
    """The five nodes, in `.run/demo` unless TALLYSTICK_DEMO names a folder; PORT is the first portal's port."""
    names = (*VALIDATORS, *OBSERVERS)
    given = os.environ.get("PORT", str(WEB_PORT))
    if not given.isdigit() or not 1 <= int(given) <= LAST_PORT:
        raise Trouble(f"PORT={given} is no port for the first portal: a number from 1 to {LAST_PORT}.")
    first = int(given)
    home = Path(os.environ.get("TALLYSTICK_DEMO", ROOT / ".run" / "demo"))
    return Network(home, web_ports={name: first + place for place, name in enumerate(names)}, say=tell)


class Watch:
    """Looks after the programs while the story is played: if one dies, the story is interrupted."""

    def __init__(self) -> None:
        self.trouble: Trouble | None = None

    @contextmanager
    def over(self, network: Network) -> Iterator[None]:
        """Watch as long as the body runs."""
        Thread(target=self._look, args=[network], name="watch", daemon=True).start()
        yield

    def _look(self, network: Network) -> None:
        while not network.supervisor.closed:
            try:
                network.watch(LOOK_SECONDS)
            except Trouble as trouble:
                if not network.supervisor.closed:
                    self.trouble = trouble
                    os.kill(os.getpid(), signal.SIGTERM)  # not SIGINT: a shell has background jobs ignore it
                return


def links(network: Network, people: str) -> str:
    """What a visitor opens next."""
    return (
        f"\n  The CSD's portal        {network.url('csd')}"
        f"\n  The regulator's portal  {network.url('regulator')}"
        f"\n  The API, described      {network.url('csd')}/api/docs/"
        f"\n  The wallet's release    {network.url('csd')}/wallet/release/"
        f"\n                          {network.manage('csd', 'wallet_release', '--digest').strip()}"
        f"\n{people}"
        f"\n  Logs                    {network.home}/<node>/logs\n"
    )


def fail(trouble: Trouble) -> int:
    """Say what is wrong."""
    print(f"\n{trouble}", file=sys.stderr, flush=True)
    return 1


def stopped(told: bool) -> int:
    """Ctrl-C: the wanted end after the story, an interruption before."""
    tell("Stopped; no process is left.")
    return 0 if told else 130


_began = time.monotonic()


def tell(text: str) -> None:
    """One line of progress, with the seconds since the beginning."""
    lead = f"{time.monotonic() - _began:6.1f} s  " if "\n" not in text else ""
    print(f"{lead}{text}", flush=True)


if __name__ == "__main__":
    sys.exit(main())
