"""TCP ports of this machine: find free ones, and say plainly when one is taken."""

import socket

from embedded.trouble import Trouble

HOST = "127.0.0.1"


def is_free(port: int) -> bool:
    """Whether a server could listen on the port at this moment."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            return False
    return True


def is_open(port: int) -> bool:
    """Whether something accepts connections on the port."""
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex((HOST, port)) == 0


def require_free(port: int, what: str) -> None:
    """Refuse with a sentence if another program holds the port."""
    if not is_free(port):
        raise Trouble(f"Port {port}, wanted for {what}, is taken by another program on this machine.")


def free_ports(count: int) -> list[int]:
    """Different ports that were free a moment ago; held open together, so none comes twice."""
    probes = [socket.socket() for _ in range(count)]
    try:
        for probe in probes:
            probe.bind((HOST, 0))
        return [probe.getsockname()[1] for probe in probes]
    finally:
        for probe in probes:
            probe.close()
