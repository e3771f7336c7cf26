"""Outputs that stay where they belong and are what they were."""

from __future__ import annotations

import errno
import hashlib
from pathlib import Path

import pytest

from crew_core.store.artifacts import record
from crew_core.store.errors import UnsafePath
from crew_core.store.fs import RealFs
from tests.seams.faulty_fs import Effect, Fault, FaultyFs
from tests.seams.manual_clock import ManualClock
from tests.seams.unsynced_fs import UnsyncedFs


def test_an_artifact_is_described_by_what_is_on_disk(tmp_path: Path) -> None:
    made = record(RealFs(), tmp_path / "art", "results/a.md", b"text", "result", "01_a", clock=ManualClock())
    assert (tmp_path / "art" / "results" / "a.md").read_bytes() == b"text"
    assert made.path == "results/a.md"
    assert made.size_bytes == 4
    assert made.content_hash == hashlib.sha256(b"text").hexdigest()
    assert made.created_at == "2026-01-02T03:04:05.000Z"


@pytest.mark.parametrize("path", ["", "/etc/x", "../x", "a/../../x", "a//b", "./a", "a/", "a\0b", ".."])
def test_a_path_that_would_leave_the_root_is_refused(tmp_path: Path, path: str) -> None:
    root = tmp_path / "root"
    with pytest.raises(UnsafePath):
        record(RealFs(), root, path, b"", "result", "t")
    assert not root.exists()


def test_no_link_is_followed_neither_on_the_way_nor_at_the_end(tmp_path: Path) -> None:
    root, outside = tmp_path / "root", tmp_path / "outside"
    root.mkdir()
    outside.mkdir()
    (outside / "file").write_bytes(b"precious")
    (root / "way").symlink_to(outside)
    (root / "end").symlink_to(outside / "file")
    for path in ("way/file", "end"):
        with pytest.raises(UnsafePath):
            record(RealFs(), root, path, b"bad", "result", "t")
    assert (outside / "file").read_bytes() == b"precious"


def test_a_file_on_the_way_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(UnsafePath):
        record(RealFs(), tmp_path, "file/below/it", b"", "result", "t")


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EIO, errno.EMFILE])
@pytest.mark.parametrize("effect", [Effect.FAIL, Effect.SHORT])
def test_an_artifact_that_cannot_be_stored_has_no_descriptor_and_is_never_there_in_part(
    tmp_path: Path, code: int, effect: Effect
) -> None:
    whole = FaultyFs(UnsyncedFs())
    record(whole, tmp_path / "0", "sub/a", b"the content", "result", "t")
    for n in range(1, len(whole.operations) + 1):
        root = tmp_path / str(n)
        with pytest.raises(OSError):
            record(
                FaultyFs(UnsyncedFs(), [Fault(effect, at=n, errno=code)]),
                root,
                "sub/a",
                b"the content",
                "result",
                "t",
            )
        stored = root / "sub" / "a"
        assert not stored.exists() or stored.read_bytes() == b"the content"
        made = record(UnsyncedFs(), root, "sub/a", b"the content", "result", "t")
        assert (made.size_bytes, stored.read_bytes()) == (11, b"the content")
