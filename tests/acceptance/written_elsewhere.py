"""A process that appends events to the journals of several runs in turn, until its standard input ends.

It prints how many events each journal has then. What a watcher, a reader and the bus make of writing that they cannot
see the pace of is to be tested: a thread of the test would share its interpreter with them.
"""

from __future__ import annotations

import json
import os
import select
import sys
from pathlib import Path

from bench.event_writer import event_line
from crew_core.store.layout import RunLayout

#: Between two events: about as many as a thousand in a second.
_PAUSE_S = 0.001

#: Whoever started it may be gone without a word.
_MOST = 100_000


def main(root: Path, known: int) -> None:
    """:param known: how many events each journal has."""
    layouts = [RunLayout(path) for path in sorted(root.iterdir())]
    files = [os.open(layout.journal, os.O_WRONLY | os.O_APPEND) for layout in layouts]
    counts = [known] * len(layouts)
    written = 0
    while written < _MOST and not select.select([sys.stdin], [], [], _PAUSE_S)[0]:
        place = written % len(layouts)
        counts[place] += 1
        os.write(files[place], event_line(layouts[place].run_id, counts[place], words(counts[place])))
        written += 1
    print(json.dumps({layout.root.name: count for layout, count in zip(layouts, counts, strict=True)}))


def words(seq: int) -> str:
    """What the event says."""
    return f"line {seq:05}."


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
