"""Waiting for what a run does next, until it has ended."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

from crew_core.model.events import Event
from crew_core.model.status import RunStatus
from crew_core.observe.liveness import coordinator_words, liveness
from crew_core.observe.reading import RunReader, RunReading
from crew_core.observe.slices import AppendLog, Liveness
from crew_core.ops.errors import NotFound, OpsError

#: How often the files are looked at; a look at an unchanged run costs two system calls.
LOOK_S = 0.1

#: The lock is looked at once a second, and three times before anybody is told that nobody holds it: between two
#: coordinators there is a moment without one.
_LOOKS_BEFORE_LOCK = 10
_LOCK_LOOKS = 3


class Interrupted(OpsError):
    """The run is not over and no coordinator works on it: it waits for a person."""

    exit_status = 3

    def __init__(self, run_dir: Path) -> None:
        why = f"interrupted: no coordinator works on it ({coordinator_words(run_dir)})"
        super().__init__(f"run {run_dir.name}", why, f"crew-tui resume {run_dir.name}")


class Following:
    """One run, looked at again and again."""

    def __init__(self, run_dir: Path) -> None:
        self.run_dir = run_dir
        self._reader = RunReader(run_dir)

    def looks(self) -> Iterator[RunReading]:
        """What is known, at each look; the last one is of the ended run, whose files are complete then.

        :raises Interrupted: nobody works on it. :raises NotFound: its directory was removed.
        """
        looks = free = 0
        while True:
            reading = self._reader.read()
            if reading.gone:
                raise NotFound(f"run {self.run_dir.name}", f"{self.run_dir} is gone")
            yield reading
            status = reading.state.run.status if reading.state else RunStatus.QUEUED
            if status.ended:
                return
            looks += 1
            if looks % _LOOKS_BEFORE_LOCK == 0:
                free = free + 1 if liveness(self.run_dir, status) is Liveness.INTERRUPTED else 0
                if free >= _LOCK_LOOKS:
                    raise Interrupted(self.run_dir)
            time.sleep(LOOK_S)

    def readings(self) -> Iterator[RunReading]:
        """Like `looks`, but only when something has changed."""
        last: RunReading | None = None
        for reading in self.looks():
            if reading is not last:
                last = reading
                yield reading


class NewEvents:
    """Gives every event once, by its number: also when the journal had to be read anew."""

    def __init__(self, since: int = 0) -> None:
        self._seq = since
        self._log: AppendLog[Event] | None = None
        self._taken = 0

    def of(self, reading: RunReading) -> list[Event]:
        """What has come since the last call, in order."""
        if reading.log is not self._log:
            self._log, self._taken = reading.log, 0
        new = [reading.log[index] for index in range(self._taken, reading.count)]
        self._taken = reading.count
        fresh = [event for event in new if event.seq > self._seq]
        if fresh:
            self._seq = fresh[-1].seq
        return fresh
