"""Lets a story be killed at its N-th durable operation, for every N, each time in a process of its own.

Run as `python -m tests.store.crash_driver STORY DIRECTORY`. The story for point N runs in
`DIRECTORY/N-before` and `DIRECTORY/N-after`; what it told its caller is printed as one JSON line per point.
The processes are forks of this small one, because starting an interpreter for each point would take minutes.
"""

from __future__ import annotations

import json
import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path

from crew_core.store import artifacts, maildir
from crew_core.store.fs import Fs, ensure_directory
from crew_core.store.journal import Journal
from tests.seams.faulty_fs import Effect, Fault, FaultyFs
from tests.seams.unsynced_fs import UnsyncedFs
from tests.store.events import event, line

Tell = Callable[[str], None]

SEGMENT_BYTES = len(line(1)) * 3


def write_journal(fs: Fs, directory: Path, tell: Tell) -> None:
    for _ in range(2):
        journal = Journal.open(fs, directory, segment_bytes=SEGMENT_BYTES)
        for _ in range(4):
            journal.append(event(journal.last_seq + 1))
            journal.append(event(journal.last_seq + 1))
            tell(str(journal.commit()))
        journal.close()


def deliver(fs: Fs, directory: Path, tell: Tell) -> None:
    box = directory / "box" / "new"
    ensure_directory(fs, box)
    for name in ("1", "2", "3"):
        maildir.put(fs, box, name, name.encode() * 1000)
        tell(name)


def store_artifacts(fs: Fs, directory: Path, tell: Tell) -> None:
    for name in ("a/1", "a/2", "b/1"):
        tell(artifacts.record(fs, directory / "art", name, name.encode() * 1000, "result", "t").path)


STORIES: dict[str, Callable[[Fs, Path, Tell], None]] = {
    "journal": write_journal,
    "maildir": deliver,
    "artifacts": store_artifacts,
}


def _killed_at(story: str, directory: Path, n: int, effect: Effect) -> tuple[bool, list[str]]:
    directory.mkdir()
    reading, writing = os.pipe()
    pid = os.fork()
    if pid == 0:
        status = 1
        try:
            os.close(reading)
            fs = FaultyFs(UnsyncedFs(), [Fault(effect, at=n)])
            STORIES[story](fs, directory, lambda text: _write_line(writing, text))
            status = 0
        finally:
            os._exit(status)
    os.close(writing)
    with open(reading) as told:
        lines = told.read().split()
    status = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    if status not in (0, -signal.SIGKILL):
        raise RuntimeError(f"{story} at {n}: exit status {status}")
    return status == 0, lines


def _write_line(fd: int, text: str) -> None:
    os.write(fd, f"{text}\n".encode())


def main() -> None:
    story, directory = sys.argv[1], Path(sys.argv[2])
    for effect, word in ((Effect.KILL_BEFORE, "before"), (Effect.KILL_AFTER, "after")):
        n, through = 0, False
        while not through:
            n += 1
            where = directory / f"{n}-{word}"
            through, told = _killed_at(story, where, n, effect)
            print(json.dumps({"directory": str(where), "through": through, "told": told}))


if __name__ == "__main__":
    main()
