"""The e-mails that the nodes of a network have sent: a demonstration's stay in a folder of each."""

from collections.abc import Iterator
from email import message_from_bytes
from email.message import Message

from demo.network import Network

END = b"-" * 79  # by which Django's file backend ends each


def mails(network: Network) -> Iterator[Message]:
    """All of them."""
    for node in network.nodes.values():
        for file in sorted(node.home.path("mail").glob("*")):
            yield from (
                message_from_bytes(each.lstrip()) for each in file.read_bytes().split(END) if each.strip()
            )


def text_of(mail: Message) -> str:
    """What it says."""
    body = mail.get_payload(decode=True)
    assert isinstance(body, bytes)
    return body.decode()
