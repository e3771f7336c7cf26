"""Messages that appear whole, and stay until they are taken."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crew_core.store import maildir
from crew_core.store.errors import TooLarge, UnsafePath
from crew_core.store.fs import RealFs
from tests.seams.faulty_fs import Effect, Fault, FaultyFs
from tests.seams.unsynced_fs import UnsyncedFs

FS = UnsyncedFs()


def test_what_was_put_waits_in_the_order_of_names_until_it_is_removed(tmp_path: Path) -> None:
    for name in ("b", "c", "a"):
        maildir.put(RealFs(), tmp_path, name, name.encode())
    assert maildir.pending(tmp_path) == ["a", "b", "c"]
    assert maildir.read(tmp_path, "b") == b"b"
    assert maildir.remove(RealFs(), tmp_path, "b")
    assert maildir.remove(RealFs(), tmp_path, "a")
    assert not maildir.remove(RealFs(), tmp_path, "a")
    assert maildir.pending(tmp_path) == ["c"]


def test_a_missing_directory_holds_nothing(tmp_path: Path) -> None:
    assert maildir.pending(tmp_path / "none") == []


def test_only_plain_files_with_visible_names_are_messages(tmp_path: Path) -> None:
    box = tmp_path / "new"
    box.mkdir()
    (box / ".half.tmp").write_bytes(b"")
    (box / "directory").mkdir()
    (box / "link").symlink_to("/etc/hostname")
    os.mkfifo(box / "fifo")
    (box / "real").write_bytes(b"")
    assert maildir.pending(box) == ["real"]


@pytest.mark.parametrize("name", ["", ".", "..", ".x", "a/b", "../x", "a\0b"])
def test_a_name_that_is_no_plain_file_name_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(UnsafePath):
        maildir.put(FS, tmp_path, name, b"")
    with pytest.raises(UnsafePath):
        maildir.read(tmp_path, name)
    with pytest.raises(UnsafePath):
        maildir.remove(FS, tmp_path, name)


def test_a_message_beyond_the_limit_is_refused_unread_and_stays(tmp_path: Path) -> None:
    maildir.put(FS, tmp_path, "big", b"x" * 11)
    with pytest.raises(TooLarge):
        maildir.read(tmp_path, "big", limit_bytes=10)
    assert maildir.read(tmp_path, "big", limit_bytes=11) == b"x" * 11


def test_a_link_or_a_fifo_under_a_message_name_is_not_followed_and_does_not_block(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to("/etc/hostname")
    os.mkfifo(tmp_path / "fifo")
    with pytest.raises(OSError):
        maildir.read(tmp_path, "link")
    assert maildir.read(tmp_path, "fifo") == b""


@given(st.lists(st.tuples(st.sampled_from("abcdef"), st.binary(max_size=64)), max_size=20))
def test_any_sequence_of_deliveries_is_read_back_as_a_dictionary_would(
    tmp_path_factory: pytest.TempPathFactory, deliveries: list[tuple[str, bytes]]
) -> None:
    box = tmp_path_factory.mktemp("box")
    for name, data in deliveries:
        maildir.put(FS, box, name, data)
    assert {name: maildir.read(box, name) for name in maildir.pending(box)} == dict(deliveries)


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EIO, errno.EMFILE])
@pytest.mark.parametrize("effect", [Effect.FAIL, Effect.SHORT])
def test_a_delivery_that_fails_anywhere_is_never_reported_and_never_seen_in_part(
    tmp_path: Path, code: int, effect: Effect
) -> None:
    for n in range(1, 6):
        box = tmp_path / str(n)
        box.mkdir()
        fs = FaultyFs(FS, [Fault(effect, at=n, errno=code)])
        with pytest.raises(OSError):
            maildir.put(fs, box, "m", b"whole message")
        assert [maildir.read(box, name) for name in maildir.pending(box)] in ([], [b"whole message"])
        maildir.put(FS, box, "m", b"whole message")
        assert maildir.pending(box) == ["m"]
