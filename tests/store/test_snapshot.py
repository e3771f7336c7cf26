"""Whole records, their formats, and what a failing disk does to them."""

from __future__ import annotations

import errno
from pathlib import Path

import msgspec
import pytest

from crew_core.store.errors import Corrupt, NewerFormat, StoreError
from crew_core.store.fs import RealFs
from crew_core.store.snapshot import read_snapshot, write_snapshot
from tests.seams.faulty_fs import Effect, Fault, FaultyFs
from tests.seams.unsynced_fs import UnsyncedFs


class Record(msgspec.Struct, frozen=True, rename="camel"):
    run_id: str
    seq: int = 0
    schema_version: int = 1


def test_a_record_is_read_back_as_it_was(tmp_path: Path) -> None:
    write_snapshot(RealFs(), tmp_path / "s", Record("r", 7))
    assert read_snapshot(tmp_path / "s", Record) == Record("r", 7)


def test_a_newer_format_is_told_apart_from_damage_also_when_its_fields_changed(tmp_path: Path) -> None:
    (tmp_path / "s").write_text('{"schemaVersion": 2, "runId": {"now": "an object"}}')
    with pytest.raises(NewerFormat) as told:
        read_snapshot(tmp_path / "s", Record)
    assert (told.value.version, told.value.ours) == (2, 1)


#: Deeper than any decoder goes.
NESTED = '{"runId": ' + "[" * 100_000


@pytest.mark.parametrize(
    "text",
    ["", "{", "\0\0\0", '{"seq": 1}', '{"runId": 3}', '"text"', "[1]", "\udcff", '{"runId": "\udcff"}', NESTED],
)
def test_damage_is_reported_and_the_file_left_as_it_is(tmp_path: Path, text: str) -> None:
    data = text.encode(errors="surrogateescape")
    (tmp_path / "s").write_bytes(data)
    with pytest.raises(Corrupt) as told:
        read_snapshot(tmp_path / "s", Record)
    assert isinstance(told.value, StoreError)
    assert told.value.path == tmp_path / "s"
    assert (tmp_path / "s").read_bytes() == data


def test_a_missing_snapshot_is_no_damage(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        read_snapshot(tmp_path / "s", Record)


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EIO, errno.EMFILE])
@pytest.mark.parametrize("effect", [Effect.FAIL, Effect.SHORT])
@pytest.mark.parametrize("durable", [True, False])
def test_a_snapshot_that_cannot_be_written_leaves_a_whole_one(
    tmp_path: Path, code: int, effect: Effect, durable: bool
) -> None:
    path = tmp_path / "s"
    for n in range(1, 6 if durable else 4):
        write_snapshot(UnsyncedFs(), path, Record("old"))
        fs = FaultyFs(UnsyncedFs(), [Fault(effect, at=n, errno=code)])
        with pytest.raises(OSError):
            write_snapshot(fs, path, Record("new"), durable=durable)
        assert read_snapshot(path, Record) in (Record("old"), Record("new"))
        assert not fs.open_descriptors
