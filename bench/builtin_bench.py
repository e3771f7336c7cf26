"""What the built-in agent costs before it says its first word.

Processor time, not the clock's: nothing is waited for, and others may use the machine.
"""

from __future__ import annotations

import os
import resource
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from bench.crew import place
from bench.measure import Judged, Measure
from crew_core.agents.registry import open_session
from tests.agents.recorded import BRIEFING, spec

_STARTS = 15

#: Nobody listens there, and it is not asked before the first word.
_ENDPOINT = {"OPENAI_BASE_URL": "http://127.0.0.1:9/v1", "OPENAI_API_KEY": "k"}


def builtin_start() -> list[Measure]:
    """To its first event, beside an interpreter that only prints: each start has one of the other beside it."""
    with place() as directory:
        launch = open_session(spec("builtin", cwd=str(directory)), BRIEFING).open()
        for name, content in launch.files.items():
            (directory / name).write_bytes(content)
        argv = [part.replace("{files}", str(directory)) for part in launch.argv]
        bare_argv = (sys.executable, "-P", "-c", "print(flush=True)")
        environment = {**os.environ, **_ENDPOINT}
        rounds = [
            (_cpu_s(argv, directory, environment), _cpu_s(bare_argv, directory, environment)) for _ in range(_STARTS)
        ]
    return [
        Measure("start.builtin.cpu_vs_bare_python", tuple(ours / bare for ours, bare in rounds), "×", Judged.RATIO),
        Measure("start.builtin.cpu", tuple(ours * 1000 for ours, _ in rounds), "ms", Judged.REPORT),
    ]


def _cpu_s(argv: Sequence[str], directory: Path, environment: Mapping[str, str]) -> float:
    """Processor time until its first line; it is ended then."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    with subprocess.Popen(
        argv,
        cwd=directory,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    ) as process:
        assert process.stdout is not None
        line = process.stdout.readline()
        process.kill()
    if not line:
        raise RuntimeError(f"{argv[0]} ended without a word")
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
