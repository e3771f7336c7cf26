"""What crew-tui adds to the way from a program's start to its first word."""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import msgspec

from bench.crew import place, wait_for
from bench.measure import Judged, Measure
from crew_core.agents.protocol import Briefing, Launch
from crew_core.agents.registry import open_session
from crew_core.model.attempt import AttemptSpec
from crew_core.worker.keys import without_keys
from tests.agents_real.programs import PROGRAMS, Program
from tests.agents_real.trial import Trial, finish
from tests.model_server import ModelServer

_STARTS = 3


def program_start() -> Iterator[Measure]:
    """From the start of a supervisor to its program's first output, beside the program started by itself in the same
    way; and to the first text of its model. Only what ``make test-agents`` has installed, and never judged: what a
    program does at its start depends on what it finds there."""
    return (measure for program in PROGRAMS if _there(program) for measure in _start(program))


def _there(program: Program) -> bool:
    """Installed already: a bench installs nothing."""
    return program.installed and program.missing() is None


def _start(program: Program) -> Sequence[Measure]:
    rounds = []
    for _ in range(_STARTS):
        with place() as directory, ModelServer() as server:
            rounds.append(_started(Trial(program, server, directory)))
    first, text, alone = zip(*rounds, strict=True)
    ratios = tuple(ours / bare for ours, bare in zip(first, alone, strict=True))
    name = f"start.{program.name}"
    return [
        Measure(f"{name}.first_output_vs_alone", ratios, "×", Judged.REPORT),
        Measure(f"{name}.first_output", tuple(s * 1000 for s in first), "ms", Judged.REPORT),
        Measure(f"{name}.first_text", tuple(s * 1000 for s in text), "ms", Judged.REPORT),
    ]


def _started(trial: Trial) -> tuple[float, float, float]:
    """Seconds to the first output and the first text under a supervisor, and to the first output alone."""
    attempt = trial.attempt("Say something. [[scn:plain]]")
    began = time.perf_counter()
    attempt.start()
    first = _until(lambda: attempt.files.transcript.exists() and attempt.files.transcript.stat().st_size)
    text = wait_for(attempt.files.events, b'"kind":"text"')
    finish(attempt)
    spec = msgspec.json.decode(attempt.files.spec.read_bytes(), type=AttemptSpec)
    launch = open_session(spec, Briefing(prompt="Say something. [[scn:plain]]")).open()
    return first - began, text - began, _alone(launch, spec, attempt.files.root, trial.program)


def _until(true: Callable[[], object]) -> float:
    while not true():
        time.sleep(0.001)
    return time.perf_counter()


def _alone(launch: Launch, spec: AttemptSpec, files: Path, program: Program) -> float:
    """The same command, with no supervisor around it; its files are there from the attempt before."""
    environment = {
        **without_keys(os.environ, launch.keys, launch.keys_with),
        **launch.env,
        **spec.settings.env,
        **program.environment,
    }
    began = time.perf_counter()
    with subprocess.Popen(
        [part.replace("{files}", str(files)) for part in launch.argv],
        cwd=spec.cwd,
        env={name: value.replace("{files}", str(files)) for name, value in environment.items()},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write(launch.stdin or b"")
        process.stdin.flush()
        process.stdout.read(1)
        took = time.perf_counter() - began
        process.kill()
    return took
