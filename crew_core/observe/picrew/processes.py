"""Whether a process that pi-crew recorded lives: it records a pid and a wall-clock moment, and no boot and no host.

A pid alone names nobody, so the start of the process that has it now is compared with the record.
"""

from __future__ import annotations

import os
import sys
from enum import StrEnum
from pathlib import Path
from typing import Protocol

from crew_core.store.identity import Identities, real_identities

#: The kernel tells the boot in whole seconds, and a spawn is recorded some milliseconds after it.
TOLERANCE_S = 3.0


class Presence(StrEnum):
    """``OTHER``: somebody else has the pid now."""

    SAME = "same"
    OTHER = "other"
    GONE = "gone"


class Processes(Protocol):
    """What is asked of this machine."""

    def started_at(self, pid: int) -> float | None:
        """When the living process with this pid began, in seconds since 1970; None when there is none."""
        ...


class RealProcesses:
    """The process table of this machine, in the wall-clock time that pi-crew records."""

    def __init__(self, identities: Identities | None = None) -> None:
        self._identities = identities or real_identities()

    def started_at(self, pid: int) -> float | None:
        identity = self._identities.of(pid)
        if identity is None:
            return None
        if sys.platform != "linux":
            # There the table says seconds since 1970 itself.
            return float(identity.start_ticks)
        return _boot_time() + identity.start_ticks / os.sysconf("SC_CLK_TCK")


def _boot_time() -> float:
    """Read each time: it moves when the clock is set."""
    for line in Path("/proc/stat").read_text().splitlines():
        if line.startswith("btime "):
            return float(line.split()[1])
    raise OSError("/proc/stat does not say when this machine was started")


def presence(processes: Processes, pid: int, earliest: float, latest: float) -> Presence:
    """Who has ``pid``, given that the recorded process began between two moments."""
    began = processes.started_at(pid)
    if began is None:
        return Presence.GONE
    same = earliest - TOLERANCE_S <= began <= latest + TOLERANCE_S
    return Presence.SAME if same else Presence.OTHER
