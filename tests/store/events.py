"""Events with nothing but a number, for tests of the journal."""

from __future__ import annotations

from pathlib import Path

import msgspec

from crew_core.model.events import Event, EventMetadata
from crew_core.store.journal import read_journal


def event(seq: int, text: str = "", epoch: int = 1) -> Event:
    return Event(
        time="2026-01-02T03:04:05.000Z",
        type="test.happened",
        run_id="run",
        metadata=EventMetadata(seq=seq, epoch=epoch),
        message=text or None,
    )


def line(seq: int, text: str = "") -> bytes:
    return msgspec.json.encode(event(seq, text)) + b"\n"


def seqs(run_dir: Path) -> list[int]:
    return [e.seq for e in read_journal(run_dir)]
