"""Finding the processes that a test started and did not end."""

from __future__ import annotations

import os
import time
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import psutil

#: A coordinator that has just told its last outcome still closes its files: not a leftover yet.
GRACE_S = 3.0

#: psutil could wait for them, but would reap children whose exit status the test's own code wants.
LOOK_AGAIN_S = 0.02

#: Set in the environment of every test; whatever the test starts inherits it.
TEST_ID_VARIABLE = "CREW_TEST_ID"


@dataclass(frozen=True, slots=True)
class Origin:
    """What gives a process away as a test's own.

    The test's id in its environment, or the test's directory in its environment, in its arguments or as its
    working directory: a program may be given only some of the variables.
    """

    test_id: str
    directory: Path

    def owns(self, process: psutil.Process) -> bool:
        try:
            if process.status() == psutil.STATUS_ZOMBIE:
                return False
            environment = process.environ()
            if environment.get(TEST_ID_VARIABLE) == self.test_id:
                return True
            return any(map(self._mentions, [*environment.values(), *process.cmdline(), process.cwd()]))
        except (psutil.NoSuchProcess, psutil.AccessDenied):  # ended meanwhile, or not ours to read
            return False

    def _mentions(self, text: str) -> bool:
        return f"{self.directory}{os.sep}" in f"{text}{os.sep}"


def living(origin: Origin) -> list[psutil.Process]:
    """The test's processes that live now, without this one."""
    return [p for p in psutil.process_iter() if p.pid != os.getpid() and origin.owns(p)]


def leftovers(origin: Origin, grace_s: float = GRACE_S) -> list[psutil.Process]:
    """The test's processes that still live after `grace_s` seconds; returns as soon as there are none."""
    deadline = time.monotonic() + grace_s
    while (found := living(origin)) and time.monotonic() < deadline:
        time.sleep(LOOK_AGAIN_S)
    return found


def describe(processes: Iterable[psutil.Process]) -> str:
    """One line per process: pid, worker instance if it is part of one, command line."""
    lines = []
    for process in processes:
        try:
            worker = process.environ().get("CREW_WORKER_ID", "no worker")
            lines.append(f"  {process.pid} ({worker}): {' '.join(process.cmdline())}")
        except psutil.Error as gone:
            lines.append(f"  {process.pid}: {gone}")
    return "\n".join(lines)


def end(origin: Origin, grace_s: float = GRACE_S) -> None:
    """Kill the test's processes, again until there are none, for at most `grace_s` seconds."""
    deadline = time.monotonic() + grace_s
    while (found := living(origin)) and time.monotonic() < deadline:
        for process in found:
            if process.is_running():
                process.kill()
        time.sleep(LOOK_AGAIN_S)
