"""The processes that tools have started, and their end."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess


class Children:
    """``prepare`` before the first one is started. Main thread only, signal handlers included."""

    def __init__(self) -> None:
        self._groups: set[int] = set()
        self._prepared = False

    def prepare(self) -> None:
        """From now on what leaves its parent becomes a child of this process, and can be ended."""
        if not self._prepared:
            self._prepared = True
            from crew_core.store.subreaper import become_subreaper

            become_subreaper()

    def began(self, process: subprocess.Popen[bytes]) -> None:
        self._groups.add(process.pid)

    def over(self, process: subprocess.Popen[bytes]) -> None:
        """It has ended by itself; what it left in the background lives on."""
        self._groups.discard(process.pid)

    def end(self, process: subprocess.Popen[bytes]) -> None:
        """End it and everything below it."""
        from crew_core.store.identity import real_identities

        identities = real_identities()
        below = list(identities.descendants(process.pid))
        self._kill_group(process.pid)
        for each in below:
            with contextlib.suppress(OSError):
                identities.signal(each, signal.SIGKILL)
        process.wait()
        self._groups.discard(process.pid)

    def end_all(self) -> None:
        """End whatever is left."""
        if not self._prepared:
            return
        for group in tuple(self._groups):
            self._kill_group(group)
        from crew_core.store.identity import real_identities
        from crew_core.store.sweep import sweep_orphans

        # Where the process table cannot be read the groups were all that could be ended.
        with contextlib.suppress(OSError):
            sweep_orphans(real_identities(), keep=())

    def _kill_group(self, group: int) -> None:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(group, signal.SIGKILL)
