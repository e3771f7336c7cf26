"""Appends numbered lines to a file at a steady pace, as a supervisor or a log would; prints when each was written."""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path

import msgspec

from crew_core.model.transcript import AgentEvent, Kind


def main(file: Path, lines: int, per_second: float) -> None:
    """Lines are normalized events in an ``events.jsonl``, plain text elsewhere."""
    descriptor = os.open(file, os.O_WRONLY | os.O_APPEND)
    written = []
    began = time.perf_counter()
    for number in range(lines):
        time.sleep(max(0.0, began + number / per_second - time.perf_counter()))
        text = f"line {number:05}\n"
        if file.suffix == ".jsonl":
            text = msgspec.json.encode(AgentEvent(kind=Kind.TEXT, text=text)).decode() + "\n"
        written.append(time.perf_counter())
        os.write(descriptor, text.encode())
    print(*written, sep="\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]), float(sys.argv[3]))
