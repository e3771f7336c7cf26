"""Whole files or none."""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Callable
from pathlib import Path

import pytest

from crew_core.store.fs import (
    Fs,
    RealFs,
    create_durable,
    ensure_directory,
    sweep_temporaries,
    write_durable,
    write_replace,
)
from tests.seams.faulty_fs import Effect, Fault, FaultyFs, Kind
from tests.seams.unsynced_fs import UnsyncedFs


def test_a_durable_write_syncs_the_file_before_it_appears_and_the_directory_after(tmp_path: Path) -> None:
    fs = FaultyFs(RealFs())
    write_durable(fs, tmp_path / "f", b"new")
    assert [kind for kind, _ in fs.operations] == [
        Kind.CREATE,
        Kind.WRITE,
        Kind.FSYNC,
        Kind.REPLACE,
        Kind.FSYNC,
    ]
    assert fs.operations[-1][1] == str(tmp_path)
    assert (tmp_path / "f").read_bytes() == b"new"


def test_a_hint_is_written_without_any_sync(tmp_path: Path) -> None:
    fs = FaultyFs(RealFs())
    write_replace(fs, tmp_path / "f", b"hint")
    assert Kind.FSYNC not in {kind for kind, _ in fs.operations}
    assert (tmp_path / "f").read_bytes() == b"hint"


def test_files_and_directories_are_for_their_owner_only(tmp_path: Path) -> None:
    old = os.umask(0)
    try:
        ensure_directory(RealFs(), tmp_path / "a" / "b")
        write_durable(RealFs(), tmp_path / "a" / "b" / "f", b"")
        os.close(RealFs().open_append(tmp_path / "a" / "log"))
    finally:
        os.umask(old)
    assert stat.S_IMODE((tmp_path / "a").stat().st_mode) == 0o700
    assert stat.S_IMODE((tmp_path / "a" / "b").stat().st_mode) == 0o700
    assert stat.S_IMODE((tmp_path / "a" / "b" / "f").stat().st_mode) == 0o600
    assert stat.S_IMODE((tmp_path / "a" / "log").stat().st_mode) == 0o600


@pytest.mark.parametrize("write", [write_durable, write_replace])
@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EIO, errno.EMFILE])
def test_a_write_that_fails_anywhere_leaves_the_old_file_or_the_new_one_and_no_temporary(
    tmp_path: Path, write: Callable[[Fs, Path, bytes], None], code: int
) -> None:
    codes = set()
    for n in range(1, 6):
        for effect in (Effect.FAIL, Effect.SHORT):
            path = tmp_path / f"{n}-{effect}"
            path.write_bytes(b"old")
            fs = FaultyFs(UnsyncedFs(), [Fault(effect, at=n, errno=code)])
            try:
                write(fs, path, b"new content")
            except OSError as error:
                codes.add(error.errno)
                assert path.read_bytes() in (b"old", b"new content")
            else:
                assert n > len(fs.operations)
                assert path.read_bytes() == b"new content"
            assert not fs.open_descriptors
    assert codes == {code}
    assert not [name for name in os.listdir(tmp_path) if name.startswith(".")]


def test_only_the_first_creator_wins_and_its_content_is_whole(tmp_path: Path) -> None:
    create_durable(RealFs(), tmp_path / "claim", b"first")
    with pytest.raises(FileExistsError):
        create_durable(RealFs(), tmp_path / "claim", b"second")
    assert (tmp_path / "claim").read_bytes() == b"first"
    assert set(os.listdir(tmp_path)) == {"claim", "home"}


def test_leftover_temporaries_are_swept_and_nothing_else(tmp_path: Path) -> None:
    (tmp_path / ".f.1.ab.tmp").write_bytes(b"")
    (tmp_path / ".hidden").write_bytes(b"")
    (tmp_path / "f.tmp").write_bytes(b"")
    assert sweep_temporaries(RealFs(), tmp_path) == 1
    assert {".hidden", "f.tmp"} <= set(os.listdir(tmp_path))


def test_a_file_where_a_directory_is_wanted_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "f").write_bytes(b"")
    with pytest.raises(OSError):
        ensure_directory(RealFs(), tmp_path / "f" / "below")


def test_a_directory_is_not_made_when_the_one_that_it_belongs_to_is_gone(tmp_path: Path) -> None:
    run = tmp_path / "run"
    run.mkdir()
    ensure_directory(RealFs(), run / "a" / "b", within=run)
    assert (run / "a" / "b").is_dir()
    for path in (tmp_path / "gone" / "a", tmp_path / "gone"):
        with pytest.raises(FileNotFoundError):
            ensure_directory(RealFs(), path, within=tmp_path / "gone")
    assert not (tmp_path / "gone").exists()


def test_a_long_name_can_be_written(tmp_path: Path) -> None:
    write_durable(RealFs(), tmp_path / ("x" * 250), b"data")
    assert (tmp_path / ("x" * 250)).read_bytes() == b"data"
