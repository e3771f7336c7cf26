"""Following a journal: every byte once, and nothing missed."""

from __future__ import annotations

import os
from pathlib import Path

from crew_core.store.journal import Journal, JournalTail
from tests.seams.unsynced_fs import UnsyncedFs
from tests.store.events import event, line, seqs
from tests.store.processes import waiting

FS = UnsyncedFs()


def _append(run_dir: Path, data: bytes) -> None:
    with (run_dir / "events.jsonl").open("ab") as file:
        file.write(data)


def _new(tail: JournalTail) -> list[int]:
    return [e.seq for e in tail.read_new()]


def test_only_appended_bytes_are_read(tmp_path: Path) -> None:
    _append(tmp_path, b"".join(line(seq) for seq in range(1, 1001)))
    tail = JournalTail(tmp_path)
    assert _new(tail) == list(range(1, 1001))
    before = tail.bytes_read
    _append(tmp_path, line(1001))
    assert _new(tail) == [1001]
    assert _new(tail) == []
    assert tail.bytes_read - before == len(line(1001))


def test_a_half_written_line_comes_when_it_is_whole(tmp_path: Path) -> None:
    tail = JournalTail(tmp_path)
    assert _new(tail) == []
    _append(tmp_path, line(1) + line(2)[:20])
    assert _new(tail) == [1]
    _append(tmp_path, line(2)[20:])
    assert _new(tail) == [2]
    assert tail.problems == []


def test_any_number_of_rotations_between_two_looks_is_followed(tmp_path: Path) -> None:
    journal = Journal.open(FS, tmp_path, segment_bytes=len(line(1)) * 2)
    tail = JournalTail(tmp_path)
    seen: list[int] = []
    for seq in range(1, 40):
        journal.append(event(seq))
        journal.commit()
        if seq in (1, 2, 3, 7, 20, 21):
            seen += _new(tail)
    journal.close()
    seen += _new(tail)
    assert seen == list(range(1, 40))
    assert tail.bytes_read == sum(len(line(seq)) for seq in seen)
    assert tail.restarts == 0


_WRITER = """
import sys
from pathlib import Path
from crew_core.store.journal import Journal
from tests.seams.unsynced_fs import UnsyncedFs
from tests.store.events import event
journal = Journal.open(UnsyncedFs(), Path(sys.argv[1]), segment_bytes=300)
print("ready", flush=True)
for seq in range(1, 1001):
    journal.append(event(seq))
    journal.commit()
"""


def test_readers_beside_a_writer_that_rotates_all_the_time_miss_nothing_and_read_nothing_twice(
    tmp_path: Path,
) -> None:
    tail = JournalTail(tmp_path)
    seen: list[int] = []
    with waiting("-c", _WRITER, str(tmp_path)) as writer:
        while writer.poll() is None:
            seen += _new(tail)
            assert seen == list(range(1, len(seen) + 1))
            whole = seqs(tmp_path)
            assert whole == list(range(1, len(whole) + 1))
            assert len(whole) >= len(seen)
    seen += _new(tail)
    assert seen == list(range(1, 1001))
    assert (tail.restarts, tail.problems) == (0, [])


def test_the_moment_without_an_active_file_is_no_end(tmp_path: Path) -> None:
    _append(tmp_path, line(1))
    tail = JournalTail(tmp_path)
    assert _new(tail) == [1]
    _append(tmp_path, line(2))
    (tmp_path / "events.jsonl").rename(tmp_path / "events-000000000001.jsonl")
    assert _new(tail) == [2]
    assert _new(tail) == []
    _append(tmp_path, line(3))
    assert _new(tail) == [3]
    assert tail.restarts == 0


def test_a_replaced_journal_is_read_from_its_beginning_and_said_to_be_new(tmp_path: Path) -> None:
    _append(tmp_path, line(1) + line(2))
    tail = JournalTail(tmp_path)
    assert _new(tail) == [1, 2]
    (tmp_path / "other").write_bytes(line(1, "another run"))
    os.replace(tmp_path / "other", tmp_path / "events.jsonl")
    assert [e.message for e in tail.read_new()] == ["another run"]
    assert tail.restarts == 1


def test_a_journal_cut_below_what_was_read_is_read_from_its_beginning(tmp_path: Path) -> None:
    _append(tmp_path, line(1) + line(2))
    tail = JournalTail(tmp_path)
    assert _new(tail) == [1, 2]
    os.truncate(tmp_path / "events.jsonl", len(line(1)))
    assert _new(tail) == [1]
    assert tail.restarts == 1


def test_a_journal_that_vanished_is_waited_for(tmp_path: Path) -> None:
    _append(tmp_path, line(1))
    tail = JournalTail(tmp_path)
    assert _new(tail) == [1]
    (tmp_path / "events.jsonl").unlink()
    assert _new(tail) == []
    assert tail.restarts == 0


def test_damage_is_reported_once_and_read_past(tmp_path: Path) -> None:
    tail = JournalTail(tmp_path)
    _append(tmp_path, line(1) + b"garbage\n")
    assert _new(tail) == [1]
    assert tail.problems == []
    _append(tmp_path, line(3))
    assert _new(tail) == [3]
    _append(tmp_path, line(4))
    assert _new(tail) == [4]
    assert [p.offset for p in tail.problems] == [len(line(1))]
