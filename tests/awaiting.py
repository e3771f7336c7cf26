"""Waiting for what other processes do: it is looked again when a file or a process tells of something."""

from __future__ import annotations

import os
import select
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from crew_core.model.identity import ProcessIdentity
from crew_core.observe.watcher import Backend, open_watcher
from crew_core.store.identity import real_identities

#: Far more than anything takes that a test waits for; reached only when something hangs.
PATIENCE_S = 30.0

#: What no change of a file tells, such as a lock that is given back, is looked for after this.
_LOOK_S = 0.2


def until(true: Callable[[], object], below: Path, explain: Callable[[], str] | str) -> None:
    """Wait for what is to be seen in the files below a directory; fails loudly when it never comes."""
    if true():
        return
    deadline = time.monotonic() + PATIENCE_S
    with closing(open_watcher(Backend.AUTO)) as watcher:
        while True:
            watcher.watch({Path(directory) for directory, _, _ in os.walk(below)})
            # Behind the watch, so that nothing falls between.
            if true():
                return
            if time.monotonic() > deadline:
                raise AssertionError(f"it never came; {explain if isinstance(explain, str) else explain()}")
            watcher.wait(_LOOK_S)


def until_dead(*processes: ProcessIdentity) -> None:
    """Wait for the ends of processes, which need not be children."""
    for process in processes:
        try:
            end = os.pidfd_open(process.pid)
        except (AttributeError, OSError):
            # It is gone, or this system tells nobody of the end of another's child.
            _look_until_dead(process)
            continue
        try:
            # Its pid may be another's by now.
            if real_identities().alive(process):
                ended, _, _ = select.select([end], [], [], PATIENCE_S)
                assert ended, f"{process} lives on"
        finally:
            os.close(end)


def _look_until_dead(process: ProcessIdentity) -> None:
    deadline = time.monotonic() + PATIENCE_S
    while real_identities().alive(process):
        assert time.monotonic() < deadline, f"{process} lives on"
        time.sleep(_LOOK_S)
