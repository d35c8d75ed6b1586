"""The credentials by which peers write into each other's inboxes: one secret for each pair and direction."""

import secrets
from pathlib import Path

import redis

from ledger import broker
from ledger.node.files import NAME, Home, Invitation, NodeError, read, write, write_bytes

INVITED = "invited.json"  # peer -> the password of its user in our broker


def invite(*, home: Home, peer: str) -> Invitation:
    """Make the peer's user in our broker; asked again, the answer is the same."""
    config = home.config
    if not NAME.match(peer):
        raise NodeError(f"{peer!r} is no node name.")
    if peer == config.name:
        raise NodeError("A node needs no invitation to its own inbox.")
    passwords = invited(home)
    if peer not in passwords:
        passwords[peer] = secrets.token_hex(24)
        write(home.path(INVITED), passwords, private=True)
        write_broker_users(home)
    credentials = f"redis://{broker.peer_user(peer)}:{passwords[peer]}@"
    return Invitation(
        broker=config.inbox.replace("redis://", credentials, 1),
        node=config.name,
        peer=peer,
        queue=broker.queue_name(config.name, peer),
    )


def accept(*, home: Home, invitation_file: Path) -> Invitation:
    """Keep what another node handed us; it must be meant for us."""
    invitation = read(invitation_file, Invitation)
    me = home.config.name
    if invitation.peer != me:
        raise NodeError(f"{invitation_file} invites {invitation.peer}, and this node is {me}.")
    write(home.path("peers") / f"{invitation.node}.json", invitation, private=True)
    return invitation


def invited(home: Home) -> dict[str, str]:
    """Every peer that has a user in our broker, with its password."""
    path = home.path(INVITED)
    return read(path, dict[str, str]) if path.exists() else {}


def write_broker_users(home: Home) -> None:
    """The broker's list of users, from scratch: the node itself, and each invited peer."""
    lines = broker.acl_lines(node=home.config.name, owner_password=home.broker_password, peers=invited(home))
    write_bytes(home.path("broker.acl"), "".join(f"{line}\n" for line in lines).encode(), private=True)


def reload_broker(url: str) -> bool:
    """Have the running broker read its list anew; False if none answers (it does so when it starts)."""
    try:
        with broker.connect(url) as client:
            client.acl_load()
    except redis.ConnectionError:
        return False
    except redis.RedisError as error:
        raise NodeError(f"The broker does not take the list of users: {error}.") from error
    return True
