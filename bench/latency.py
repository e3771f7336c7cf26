"""From the write of a line by another process to the terminal."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence

from bench.screen import Screen


def latencies(screen: Screen, writer: Sequence[str], lines: int) -> list[float]:
    """Seconds from write to terminal of each line. ``writer`` is a module and its arguments: it writes numbered lines,
    and prints when each was written by the clock that all processes share.

    :raises TimeoutError: nothing newer was shown.
    """
    screen.forget()
    with subprocess.Popen([sys.executable, "-m", *writer], stdout=subprocess.PIPE, text=True) as process:
        seen = screen.numbered("line ", lines)
        assert process.stdout is not None
        written = [float(line) for line in process.stdout]
    return [at - began for at, began in zip(seen, written, strict=True)]
