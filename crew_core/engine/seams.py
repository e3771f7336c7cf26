"""What the coordinator takes from the world, gathered so that a test can inject it."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from crew_core.engine.spawning import spawn_supervisor
from crew_core.store.clock import Clock, SystemClock
from crew_core.store.fs import Fs, RealFs
from crew_core.store.identity import Identities, real_identities
from crew_core.store.machine import MachineStore
from crew_core.store.memory import Memory, real_memory

#: ``(argv, attempt_dir, log, descriptors) -> pid``
Spawn = Callable[[Sequence[str], Path, Path, Sequence[int]], int]


def _worker_argv() -> tuple[str, ...]:
    # ``-P``: the current directory is the project's, and none of its files may be imported as a module of ours.
    return (sys.executable, "-P", "-m", "crew_core.worker")


@dataclass(frozen=True, slots=True)
class Seams:
    """``worker_argv`` starts a supervisor when the attempt's directory is appended to it."""

    fs: Fs = field(default_factory=RealFs)
    clock: Clock = field(default_factory=SystemClock)
    identities: Identities = field(default_factory=real_identities)
    machine: MachineStore = field(default_factory=MachineStore.of_this_user)
    memory: Memory = field(default_factory=real_memory)
    cores: int = field(default_factory=lambda: os.cpu_count() or 1)
    worker_argv: tuple[str, ...] = field(default_factory=_worker_argv)
    spawn: Spawn = spawn_supervisor
