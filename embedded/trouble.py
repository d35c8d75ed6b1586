"""The one exception of this package, whose text is the sentence a person gets to read; and the disk."""

import shutil
from pathlib import Path

DISK_NEEDED_MB = 300


class Trouble(Exception):
    """Something could not be started or went down; `str()` is one sentence, maybe with log lines below."""


def check_disk(folder: Path) -> None:
    """Refuse to begin on a disk that would be full within minutes."""
    free_mb = shutil.disk_usage(existing(folder)).free // 1_000_000
    if free_mb < DISK_NEEDED_MB:
        raise Trouble(f"The disk that holds {folder} has {free_mb} MB left; {DISK_NEEDED_MB} MB are needed.")


def existing(folder: Path) -> Path:
    """The nearest folder above that is there already."""
    return next(place for place in [folder, *folder.absolute().parents] if place.exists())


def begin(folder: Path) -> None:
    """Prepare a folder for a run: there, private, and on a disk with room."""
    check_disk(folder)
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
