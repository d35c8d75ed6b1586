"""Front door of writes: admission (submit, dry_run), blocks (build, check, commit), founding (install_genesis)."""

from ledger.services.admission import Answer, admit_from_peer, dry_run, submit
from ledger.services.blocks import build_block, check_block, commit_block
from ledger.services.desk import NodeDesk, own_desk
from ledger.services.documents import erase_documents, lodge_document
from ledger.services.founding import install_genesis
from ledger.services.lists import lodge_list

__all__ = [
    "Answer",
    "NodeDesk",
    "admit_from_peer",
    "build_block",
    "check_block",
    "commit_block",
    "dry_run",
    "erase_documents",
    "install_genesis",
    "lodge_document",
    "lodge_list",
    "own_desk",
    "submit",
]
