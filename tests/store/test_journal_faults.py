"""A disk that fails under the journal: nothing told is lost, and nothing is told falsely."""

from __future__ import annotations

import errno
from pathlib import Path

import pytest

from crew_core.store.errors import JournalFailed
from crew_core.store.fs import Fs
from crew_core.store.journal import Journal
from tests.seams.faulty_fs import Effect, Fault, FaultyFs, Kind
from tests.seams.unsynced_fs import UnsyncedFs
from tests.store.events import event, line, seqs

SEGMENT_BYTES = len(line(1)) * 3


def _story(fs: Fs, run_dir: Path, told: list[int]) -> Journal:
    """Seven commits over three segments, after an opening that finds a torn line."""
    journal = Journal.open(fs, run_dir, segment_bytes=SEGMENT_BYTES)
    try:
        for _ in range(7):
            journal.append(event(journal.last_seq + 1))
            journal.append(event(journal.last_seq + 1))
            told.append(journal.commit())
    except JournalFailed:
        _refuses_everything(journal, fs)
        raise
    finally:
        journal.close()
    return journal


def _refuses_everything(journal: Journal, fs: Fs) -> None:
    assert isinstance(fs, FaultyFs)
    before = len(fs.operations)
    with pytest.raises(JournalFailed):
        journal.append(event(journal.last_seq + 1))
    with pytest.raises(JournalFailed):
        journal.commit()
    assert journal.failed
    assert len(fs.operations) == before


def _begun(run_dir: Path) -> Path:
    run_dir.mkdir()
    (run_dir / "events.jsonl").write_bytes(line(1) + line(2)[:-3])
    return run_dir


def _operations(tmp_path: Path) -> list[tuple[Kind, str]]:
    fs = FaultyFs(UnsyncedFs())
    _story(fs, _begun(tmp_path / "whole"), [])
    return fs.operations


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EIO, errno.EMFILE])
@pytest.mark.parametrize("effect", [Effect.FAIL, Effect.SHORT])
@pytest.mark.parametrize("lasting", [False, True])
def test_a_failure_at_any_operation_stops_the_journal_and_loses_nothing_that_was_told(
    tmp_path: Path, code: int, effect: Effect, lasting: bool
) -> None:
    operations = _operations(tmp_path)
    assert {Kind.REPLACE, Kind.TRUNCATE, Kind.FSYNC, Kind.CREATE, Kind.WRITE} == {k for k, _ in operations}
    for n in range(1, len(operations) + 1):
        run_dir = _begun(tmp_path / str(n))
        fs = FaultyFs(UnsyncedFs(), [Fault(effect, at=n, errno=code, lasting=lasting)])
        told: list[int] = []
        with pytest.raises(JournalFailed) as failure:
            _story(fs, run_dir, told)
        assert isinstance(failure.value.__cause__, OSError)
        assert failure.value.__cause__.errno == code
        assert not fs.open_descriptors
        again = Journal.open(UnsyncedFs(), run_dir, segment_bytes=SEGMENT_BYTES)
        assert again.committed_seq >= max(told, default=1)
        assert seqs(run_dir) == list(range(1, again.committed_seq + 1))
        again.append(event(again.last_seq + 1))
        again.commit()
        again.close()
        assert seqs(run_dir) == list(range(1, again.committed_seq + 1))


def test_a_failed_sync_is_not_tried_again_on_the_same_descriptor(tmp_path: Path) -> None:
    fs = FaultyFs(UnsyncedFs(), [Fault(kind=Kind.FSYNC, path="*/events.jsonl", at=2)])
    journal = Journal.open(fs, tmp_path)
    journal.append(event(1))
    with pytest.raises(JournalFailed):
        journal.commit()
    _refuses_everything(journal, fs)
    journal.close()


def test_a_segment_is_never_renamed_over_another(tmp_path: Path) -> None:
    journal = Journal.open(UnsyncedFs(), tmp_path, segment_bytes=1)
    journal.append(event(1))
    journal.commit()
    precious = tmp_path / "events-000000000001.jsonl"
    precious.write_bytes(b"precious")
    journal.append(event(2))
    with pytest.raises(JournalFailed):
        journal.commit()
    journal.close()
    assert precious.read_bytes() == b"precious"
