"""Real processes that wait until a test lets them go."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).parents[2]


@contextmanager
def waiting(
    *arguments: str, pass_fds: Sequence[int] = (), env: dict[str, str] | None = None
) -> Iterator[subprocess.Popen[bytes]]:
    """A Python process that has printed its first line; killed and reaped at the end."""
    process = subprocess.Popen(
        [sys.executable, *arguments],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        pass_fds=pass_fds,
        env={**os.environ, **(env or {})},
    )
    try:
        assert process.stdout is not None
        process.first_line = process.stdout.readline().decode().strip()  # type: ignore[attr-defined]
        yield process
    finally:
        process.kill()
        process.communicate()


#: Says "ready" and waits for its input to end.
SLEEPER = "import sys; print('ready', flush=True); sys.stdin.read()"
