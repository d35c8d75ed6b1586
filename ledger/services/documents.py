"""Sealed documents: lodged beside the ledger by a participant's person, told to every other node, erased on demand."""

from base64 import b64decode
from binascii import Error as NotBase64
from collections.abc import Iterable

from django.db.transaction import atomic

from ledger import gossip
from ledger.documents import Sealed, cut
from ledger.protocol.reasons import Reason, Rejected
from ledger.store import documents
from ledger.store.consensus import Rows
from ledger.store.documents import DocumentRows


def lodge_document(*, sealed: Sealed, ciphertext: str) -> str:
    """Store a sealed copy and tell the other nodes, who fetch it; the copy's name. Lodged twice it is one copy."""
    chunks = cut(sealed.header, _decoded(ciphertext))
    shelf = DocumentRows()
    with atomic():
        shelf.take(sealed, source="")
        for chunk in chunks:
            shelf.take_chunk(chunk)
        gossip.sealed(Rows(), sealed)
    return sealed.header.id


def erase_documents(*, documents_: Iterable[str]) -> int:
    """Erase every copy of these documents on this node; how many copies there were."""
    return sum(documents.erase(each) for each in documents_)


def _decoded(text: str) -> bytes:
    try:
        return b64decode(text, validate=True)
    except (NotBase64, ValueError) as error:
        raise Rejected(Reason.MALFORMED, "ciphertext", "The ciphertext is not base64.") from error
