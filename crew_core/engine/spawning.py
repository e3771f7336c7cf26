"""Starting a supervisor: a new session, its log, the lock descriptors of its slots, nothing else."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path


def spawn_supervisor(argv: Sequence[str], attempt_dir: Path, log: Path, inherit: Sequence[int]) -> int:
    """Start it and return its pid. Called from the loop's thread only: inheritance is switched for a moment.

    :raises OSError: it could not be started.
    """
    actions = [
        (os.POSIX_SPAWN_OPEN, 0, os.devnull, os.O_RDONLY, 0),
        (os.POSIX_SPAWN_OPEN, 1, os.fspath(log), os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600),
        (os.POSIX_SPAWN_DUP2, 1, 2),
    ]
    for fd in inherit:
        os.set_inheritable(fd, True)
    try:
        return os.posix_spawn(argv[0], [*argv, os.fspath(attempt_dir)], os.environ, file_actions=actions, setsid=True)
    finally:
        for fd in inherit:
            os.set_inheritable(fd, False)
