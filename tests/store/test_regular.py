"""Reading where agents may write too: what is no file is as good as none, and a disk that fails is told."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from crew_core.store.regular import open_regular, read_regular


def test_a_file_is_read(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"said")
    assert read_regular(tmp_path / "file") == b"said"


@pytest.mark.parametrize("name", ["gone", "directory", "link", "fifo", "loop", "file/below", "loop/below"])
def test_whatever_else_stands_there_is_as_good_as_no_file(tmp_path: Path, name: str) -> None:
    (tmp_path / "file").touch()
    (tmp_path / "directory").mkdir()
    (tmp_path / "link").symlink_to("file")
    (tmp_path / "loop").symlink_to("loop")
    os.mkfifo(tmp_path / "fifo")
    with pytest.raises(FileNotFoundError):
        open_regular(tmp_path / name)


def test_a_disk_that_does_not_tell_is_not_taken_for_one_without_the_file(tmp_path: Path) -> None:
    """Its error is one that neither opening nor looking gets past, as of a disk that breaks."""
    with pytest.raises(OSError, match="too long") as told:
        open_regular(tmp_path / ("x" * 300))
    assert not isinstance(told.value, FileNotFoundError)
