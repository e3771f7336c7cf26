"""What happened, in order, and still there after anything."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from crew_core.store.errors import Corrupt, JournalFailed, SequenceBroken
from crew_core.store.fs import RealFs
from crew_core.store.journal import Journal, Problem, read_journal
from tests.seams.faulty_fs import FaultyFs, Kind
from tests.seams.unsynced_fs import UnsyncedFs
from tests.store.events import event, line, seqs

FS = UnsyncedFs()


#: Lines whose bytes are no text, and whose JSON is deeper than any decoder goes.
NO_TEXT, NESTED = b'{"seq": 4, "type": "\xff"}\n', b"[" * 100_000 + b"\n"


def _written(run_dir: Path, last: int, segment_bytes: int = 4096) -> None:
    journal = Journal.open(FS, run_dir, segment_bytes=segment_bytes)
    for seq in range(journal.last_seq + 1, last + 1):
        journal.append(event(seq))
        journal.commit()
    journal.close()


def test_a_commit_is_one_write_and_one_sync_however_much_was_gathered(tmp_path: Path) -> None:
    fs = FaultyFs(RealFs())
    journal = Journal.open(fs, tmp_path)
    before = len(fs.operations)
    for seq in range(1, 101):
        journal.append(event(seq))
    assert (journal.committed_seq, journal.last_seq) == (0, 100)
    assert seqs(tmp_path) == []
    assert journal.commit() == 100
    assert [kind for kind, _ in fs.operations[before:]] == [Kind.WRITE, Kind.FSYNC]
    assert seqs(tmp_path) == list(range(1, 101))
    journal.close()


def test_an_empty_commit_touches_nothing(tmp_path: Path) -> None:
    fs = FaultyFs(FS)
    journal = Journal.open(fs, tmp_path)
    before = len(fs.operations)
    assert journal.commit() == 0
    assert len(fs.operations) == before
    journal.close()


def test_an_event_out_of_sequence_is_refused_and_harms_nothing(tmp_path: Path) -> None:
    journal = Journal.open(FS, tmp_path)
    journal.append(event(1))
    for wrong in (1, 3, 0):
        with pytest.raises(SequenceBroken):
            journal.append(event(wrong))
    journal.append(line(2)[:-1])
    assert journal.commit() == 2
    with pytest.raises(ValueError):
        journal.append(line(3))
    journal.close()
    assert seqs(tmp_path) == [1, 2]


def test_a_new_writer_goes_on_where_the_last_one_committed(tmp_path: Path) -> None:
    journal = Journal.open(FS, tmp_path)
    journal.append(event(1, epoch=3))
    journal.commit()
    journal.append(event(2))
    journal.close()
    again = Journal.open(FS, tmp_path)
    assert (again.committed_seq, again.last_epoch) == (1, 3)
    again.close()


def test_a_closed_journal_refuses_every_use(tmp_path: Path) -> None:
    journal = Journal.open(FS, tmp_path)
    journal.close()
    journal.close()
    with pytest.raises(JournalFailed):
        journal.append(event(1))
    with pytest.raises(JournalFailed):
        journal.commit()


def test_segments_are_closed_at_their_size_and_kept_under_their_first_event(tmp_path: Path) -> None:
    _written(tmp_path, 20, segment_bytes=len(line(1)) * 5)
    names = sorted(n for n in os.listdir(tmp_path) if n.startswith("events"))
    assert names[:3] == [
        "events-000000000001.jsonl",
        "events-000000000006.jsonl",
        "events-000000000011.jsonl",
    ]
    assert names[-1] == "events.jsonl"
    assert seqs(tmp_path) == list(range(1, 21))


def test_a_segment_is_closed_and_followed_by_the_next_durably_step_by_step(tmp_path: Path) -> None:
    fs = FaultyFs(RealFs())
    journal = Journal.open(fs, tmp_path, segment_bytes=1)
    journal.append(event(1))
    journal.commit()
    before = len(fs.operations)
    journal.append(event(2))
    journal.commit()
    journal.close()
    active, closed = str(tmp_path / "events.jsonl"), str(tmp_path / "events-000000000001.jsonl")
    assert fs.operations[before:] == [
        (Kind.REPLACE, closed),
        (Kind.FSYNC, str(tmp_path)),
        (Kind.CREATE, active),
        (Kind.FSYNC, str(tmp_path)),
        (Kind.WRITE, active),
        (Kind.FSYNC, active),
    ]


def test_an_event_larger_than_a_segment_is_kept_whole(tmp_path: Path) -> None:
    journal = Journal.open(FS, tmp_path, segment_bytes=100)
    for seq in (1, 2, 3):
        journal.append(event(seq, "x" * 100_000))
        journal.commit()
    journal.close()
    assert [len(e.message or "") for e in read_journal(tmp_path)] == [100_000] * 3


@pytest.mark.parametrize(
    "tail", [line(4)[:-1], line(4)[:-9] + b"\n", b"\0" * 512, b'{"half', b"garbage\n", NO_TEXT, NESTED]
)
def test_a_torn_last_line_is_cut_and_kept_apart(tmp_path: Path, tail: bytes) -> None:
    _written(tmp_path, 3)
    with (tmp_path / "events.jsonl").open("ab") as file:
        file.write(tail)
    assert seqs(tmp_path) == [1, 2, 3]
    _written(tmp_path, 4)
    assert seqs(tmp_path) == [1, 2, 3, 4]
    assert (tmp_path / "events.torn-1").read_bytes() == tail


def test_each_torn_line_has_its_own_quarantine(tmp_path: Path) -> None:
    for n in (1, 2):
        _written(tmp_path, n)
        with (tmp_path / "events.jsonl").open("ab") as file:
            file.write(f"torn {n}".encode())
    _written(tmp_path, 3)
    assert (tmp_path / "events.torn-1").read_bytes() == b"torn 1"
    assert (tmp_path / "events.torn-2").read_bytes() == b"torn 2"


@pytest.mark.parametrize(
    "content",
    [
        line(1) + line(3),
        line(1) + b"garbage\n" + line(2),
        line(2),
        line(1) + line(1),
        line(1) + b'{"no": "seq"}\n',
        line(1) + NO_TEXT + line(2),
        line(1) + NESTED + line(2),
        line(1) + b"\0" * 64 + b"\n" + line(2),
    ],
)
def test_damage_that_no_interrupted_append_explains_is_refused_and_left_as_it_is(
    tmp_path: Path, content: bytes
) -> None:
    (tmp_path / "events.jsonl").write_bytes(content)
    with pytest.raises(Corrupt):
        Journal.open(FS, tmp_path)
    assert (tmp_path / "events.jsonl").read_bytes() == content
    with pytest.raises(Corrupt):
        list(read_journal(tmp_path))


def test_a_damaged_closed_segment_is_refused(tmp_path: Path) -> None:
    _written(tmp_path, 12, segment_bytes=len(line(1)) * 5)
    first = tmp_path / "events-000000000001.jsonl"
    whole = first.read_bytes()
    for damage in (whole[:-1], whole + line(6), b"", line(1) * 5):
        first.write_bytes(damage)
        with pytest.raises(Corrupt):
            Journal.open(FS, tmp_path)
    first.unlink()
    with pytest.raises(Corrupt):
        Journal.open(FS, tmp_path)


def test_a_crash_between_closing_a_segment_and_creating_the_next_is_recovered(tmp_path: Path) -> None:
    _written(tmp_path, 3)
    (tmp_path / "events.jsonl").rename(tmp_path / "events-000000000001.jsonl")
    assert seqs(tmp_path) == [1, 2, 3]
    _written(tmp_path, 5)
    assert seqs(tmp_path) == [1, 2, 3, 4, 5]


def test_what_is_recovered_is_written_and_synced_again_before_it_is_built_on(tmp_path: Path) -> None:
    _written(tmp_path, 3)
    fs = FaultyFs(RealFs())
    Journal.open(fs, tmp_path).close()
    active = str(tmp_path / "events.jsonl")
    kinds = [kind for kind, path in fs.operations if path == active]
    assert kinds.index(Kind.WRITE) < kinds.index(Kind.FSYNC)
    assert seqs(tmp_path) == [1, 2, 3]


def test_a_tolerant_reader_reports_damage_and_reads_on(tmp_path: Path) -> None:
    (tmp_path / "events.jsonl").write_bytes(
        line(1) + b"garbage\n" + line(3) + line(6) + b'{"seq": 7}\n' + line(8) + b"torn"
    )
    problems: list[Problem] = []
    assert [e.seq for e in read_journal(tmp_path, problems.append)] == [1, 3, 6, 8]
    assert [p.offset for p in problems] == [
        len(line(1)),
        len(line(1) + b"garbage\n" + line(3)),
        len(line(1) + b"garbage\n" + line(3) + line(6)),
    ]
    assert {p.path for p in problems} == {tmp_path / "events.jsonl"}
    assert all(p.reason for p in problems)


def test_a_run_without_a_journal_has_no_events(tmp_path: Path) -> None:
    assert seqs(tmp_path) == []
    assert seqs(tmp_path / "missing") == []
