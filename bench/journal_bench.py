"""Durable events: group commit against one sync for each event."""

from __future__ import annotations

import tempfile
import time
from pathlib import Path

from bench.measure import Judged, Measure
from crew_core.model.events import Event, EventMetadata
from crew_core.store.fs import RealFs
from crew_core.store.journal import Journal

_EVENTS = 400
_GATHERED = 20
_ROUNDS = 5


def _event(seq: int) -> Event:
    return Event(
        time="2026-01-02T03:04:05.000Z",
        type="task.progress",
        run_id="team_20260102030405_0123456789abcdef",
        task_id="01_explore",
        metadata=EventMetadata(seq=seq, epoch=1),
        data={"progress": {"toolCount": seq, "recentOutput": ["a line of output of ordinary length"] * 4}},
    )


def _seconds(gathered: int) -> float:
    with tempfile.TemporaryDirectory(dir=".") as name:
        journal = Journal.open(RealFs(), Path(name))
        began = time.perf_counter()
        for seq in range(1, _EVENTS + 1):
            journal.append(_event(seq))
            if seq % gathered == 0:
                journal.commit()
        journal.commit()
        took = time.perf_counter() - began
        journal.close()
        return took


def journal_throughput() -> list[Measure]:
    """Events per second, and how many times more than with one sync each."""
    single = [_seconds(1) for _ in range(_ROUNDS)]
    group = [_seconds(_GATHERED) for _ in range(_ROUNDS)]
    ratios = tuple(one / many for one, many in zip(single, group, strict=True))
    return [
        Measure("journal.group_commit_gain", ratios, "×", Judged.RATIO, higher_is_better=True),
        Measure("journal.events_per_second", tuple(_EVENTS / s for s in group), "/s", Judged.REPORT, True),
        Measure(
            "journal.events_per_second_one_sync_each", tuple(_EVENTS / s for s in single), "/s", Judged.REPORT, True
        ),
    ]
