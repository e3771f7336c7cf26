"""kill -9 at every durable operation: what the caller had been told is there, and everything can go on."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
from pathlib import Path

from crew_core.store import artifacts, maildir
from crew_core.store.fs import sweep_temporaries
from crew_core.store.journal import Journal, JournalTail
from tests.seams.unsynced_fs import UnsyncedFs
from tests.store.crash_driver import SEGMENT_BYTES
from tests.store.events import event, seqs
from tests.store.processes import ROOT

FS = UnsyncedFs()


def _points(story: str, directory: Path) -> list[tuple[Path, list[str]]]:
    done = subprocess.run(
        [sys.executable, "-m", "tests.store.crash_driver", story, str(directory)],
        cwd=ROOT,
        capture_output=True,
        check=True,
        text=True,
    )
    points = [json.loads(text) for text in done.stdout.splitlines()]
    assert sum(point["through"] for point in points) == 2
    assert len(points) > 20
    return [(Path(point["directory"]), point["told"]) for point in points]


def test_the_journal_goes_on_after_a_kill_at_any_operation(tmp_path: Path) -> None:
    for run_dir, told in _points("journal", tmp_path):
        tail = JournalTail(run_dir)
        seen = [e.seq for e in tail.read_new()]
        journal = Journal.open(FS, run_dir, segment_bytes=SEGMENT_BYTES)
        assert journal.committed_seq >= max(map(int, told), default=0)
        journal.append(event(journal.last_seq + 1))
        last = journal.commit()
        journal.close()
        assert seqs(run_dir) == list(range(1, last + 1)) == seen + [e.seq for e in tail.read_new()]
        assert tail.restarts == 0


def test_a_delivered_message_is_there_whole_after_a_kill_at_any_operation(tmp_path: Path) -> None:
    for directory, told in _points("maildir", tmp_path):
        box = directory / "box" / "new"
        names = maildir.pending(box)
        assert names[: len(told)] == told
        assert [maildir.read(box, name) for name in names] == [name.encode() * 1000 for name in names]
        if box.exists():
            assert sweep_temporaries(FS, box) <= 1
            assert maildir.pending(box) == names


def test_a_described_artifact_is_intact_after_a_kill_at_any_operation(tmp_path: Path) -> None:
    for directory, told in _points("artifacts", tmp_path):
        root = directory / "art"
        for path in told:
            assert (root / path).read_bytes() == path.encode() * 1000
        for path in ("a/1", "a/2", "b/1"):
            made = artifacts.record(FS, root, path, path.encode() * 1000, "result", "t")
            stored = (root / path).read_bytes()
            assert (made.size_bytes, made.content_hash) == (len(stored), hashlib.sha256(stored).hexdigest())
