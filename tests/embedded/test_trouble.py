"""A run begins in a private folder on a disk that has room."""

import stat
from pathlib import Path

import pytest

from embedded import trouble
from embedded.trouble import Trouble, begin


def test_the_folder_is_made_for_its_owner_only(tmp_path: Path) -> None:
    begin(tmp_path / "a" / "run")
    assert stat.S_IMODE((tmp_path / "a" / "run").stat().st_mode) == 0o700


def test_a_disk_without_room_is_told_before_anything_is_made(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(trouble, "DISK_NEEDED_MB", 10**12)
    with pytest.raises(
        Trouble, match=r"The disk that holds .*run has \d+ MB left; 1000000000000 MB are needed"
    ):
        begin(tmp_path / "run")
    assert not (tmp_path / "run").exists()
