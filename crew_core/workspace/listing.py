"""Which files of a directory are under version control."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

#: A repository whose index takes longer to list is shown without its files.
PATIENCE_S = 2.0

#: What a repository's own configuration could make git start.
_NOTHING_STARTED = ("-c", "core.fsmonitor=false", "-c", "core.hooksPath=/dev/null")


def tracked_files(directory: Path) -> tuple[str, ...]:
    """Paths relative to ``directory``, in git's order; none without git, a repository, or an answer in time."""
    try:
        done = subprocess.run(
            ["git", *_NOTHING_STARTED, "ls-files", "-z"],
            cwd=directory,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=PATIENCE_S,
            check=False,
            env={**os.environ, "GIT_OPTIONAL_LOCKS": "0"},
        )
    except (OSError, subprocess.TimeoutExpired):
        return ()
    if done.returncode != 0:
        return ()
    return tuple(name.decode("utf-8", "replace") for name in done.stdout.split(b"\0") if name)
