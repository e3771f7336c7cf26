"""The failing file system fails where it was told to, and only there."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

from crew_core.store.fs import RealFs, write_durable
from tests.seams.faulty_fs import Effect, Fault, FaultyFs, Kind, environment, from_environment


def test_without_faults_it_only_counts(tmp_path: Path) -> None:
    fs = FaultyFs(RealFs())
    write_durable(fs, tmp_path / "f", b"data")
    assert len(fs.operations) == 5
    assert (tmp_path / "f").read_bytes() == b"data"


def test_a_fault_hits_the_nth_operation_of_its_kind_and_path_once(tmp_path: Path) -> None:
    fs = FaultyFs(RealFs(), [Fault(kind=Kind.REPLACE, path="*/b", at=2, errno=errno.ENOSPC)])
    for name in ("a", "b", "a"):
        write_durable(fs, tmp_path / name, b"1")
    with pytest.raises(OSError) as failure:
        write_durable(fs, tmp_path / "b", b"2")
    assert failure.value.errno == errno.ENOSPC
    write_durable(fs, tmp_path / "b", b"3")
    assert (tmp_path / "b").read_bytes() == b"3"


def test_a_lasting_fault_goes_on(tmp_path: Path) -> None:
    fs = FaultyFs(RealFs(), [Fault(kind=Kind.WRITE, at=2, lasting=True)])
    write_durable(fs, tmp_path / "f", b"1")
    for _ in range(3):
        with pytest.raises(OSError):
            write_durable(fs, tmp_path / "f", b"2")


def test_a_short_write_leaves_half(tmp_path: Path) -> None:
    fs = FaultyFs(RealFs(), [Fault(Effect.SHORT, kind=Kind.WRITE)])
    fd = fs.open_append(tmp_path / "f")
    with pytest.raises(OSError):
        fs.write(fd, b"12345678")
    fs.close(fd)
    assert (tmp_path / "f").read_bytes() == b"1234"


def test_faults_and_log_reach_another_process_by_its_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for key, value in environment(Fault(kind=Kind.REPLACE), log=tmp_path / "log").items():
        monkeypatch.setenv(key, value)
    fs = from_environment(RealFs())
    with pytest.raises(OSError):
        write_durable(fs, tmp_path / "f", b"")
    kinds = [text.split()[0] for text in (tmp_path / "log").read_text().splitlines()]
    assert kinds == ["create", "write", "fsync", "replace", "unlink"]
    fs.close_log()


def test_other_work_takes_part_in_the_count() -> None:
    fs = FaultyFs(RealFs(), [Fault(kind=Kind.SPAWN, at=2)])
    assert fs.around("spawn", "worker", os.getpid) == os.getpid()
    with pytest.raises(OSError):
        fs.around("spawn", "worker", os.getpid)
