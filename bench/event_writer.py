"""Appends events to the journals of many runs in turn, as their coordinators would; prints when each was written.

Only the first run's events are numbered in words, so that they can be looked for on a screen.
"""

from __future__ import annotations

import os
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from crew_core.model.events import AttemptPaused, EventMetadata, make_event
from crew_core.store.layout import RunLayout


def main(root: Path, events: int, per_second: float, known: int = 3) -> None:
    """``root`` holds the runs; their journals have ``known`` events already."""
    layouts = [RunLayout(path) for path in sorted(root.iterdir())]
    files = [os.open(layout.journal, os.O_WRONLY | os.O_APPEND) for layout in layouts]
    written = []
    began = time.perf_counter()
    for number in range(events):
        time.sleep(max(0.0, began + number / per_second - time.perf_counter()))
        turn, place = divmod(number, len(layouts))
        line = event_line(layouts[place].run_id, known + 1 + turn, f"line {turn:05}")
        if place == 0:
            written.append(time.perf_counter())
        os.write(files[place], line)
    print(*written, sep="\n")


def event_line(run_id: str, seq: int, words: str) -> bytes:
    """A line of the journal that changes the run's state as little as an event can."""
    at = datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    event = make_event(
        AttemptPaused(n=1),
        time=at,
        run_id=run_id,
        task_id="t",
        message=words,
        metadata=EventMetadata(seq=seq, epoch=1),
    )
    return msgspec.json.encode(event) + b"\n"


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]), float(sys.argv[3]), *map(int, sys.argv[4:]))
