"""What an adapter adds: decoding beside the plain JSON of the same lines, and the way to a program's first word."""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec

from bench.crew import place, wait_for
from bench.measure import Judged, Measure
from crew_core.agents.protocol import Briefing, Launch, Session
from crew_core.agents.registry import open_session
from crew_core.model.attempt import AttemptSpec
from crew_core.model.status import Access, AttemptCause
from crew_core.worker.keys import without_keys
from crew_core.worker.pump import CHUNK_BYTES
from tests.agents_real.programs import PROGRAMS, Program
from tests.agents_real.trial import Trial, finish
from tests.model_server import ModelServer

_STREAMS = Path(__file__).parents[1] / "tests" / "agents" / "streams"

#: program → the recorded streams of its kind.
_RECORDED = {
    "claude": "claude/*.jsonl",
    "codex": "codex/*.jsonl",
    "pi": "pi/*.jsonl",
    "builtin": "builtin/*.jsonl",
    "gemini": "acp/gemini*.jsonl",
    "opencode": "acp/opencode*.jsonl",
}

#: Enough for a time that can be measured, whatever the size of what is recorded.
_DECODED_BYTES = 4 << 20
_ROUNDS = 5
_STARTS = 3


@dataclass(frozen=True, slots=True)
class _Recording:
    """The first time a session is fed some code is still cold; ``again`` is how often it is repeated in a round."""

    streams: tuple[bytes, ...]

    @property
    def size_bytes(self) -> int:
        return sum(map(len, self.streams))

    @property
    def again(self) -> int:
        return _DECODED_BYTES // self.size_bytes + 1


def adapter_decoding() -> list[Measure]:
    """Recorded streams through each adapter, and through msgspec alone."""
    measures = []
    for program, pattern in _RECORDED.items():
        paths = [path for path in sorted(_STREAMS.glob(pattern)) if not path.name.endswith(".events.jsonl")]
        recording = _Recording(tuple(filter(None, (path.read_bytes() for path in paths))))
        if not recording.streams:
            continue
        rounds = [(_decode(program, recording), _decode_plainly(recording)) for _ in range(_ROUNDS)]
        ratios = tuple(ours / plain for ours, plain in rounds)
        speed = tuple(recording.size_bytes * recording.again / ours / 1e6 for ours, _ in rounds)
        measures += [
            Measure(f"adapter.{program}.decode_vs_json", ratios, "×", Judged.RATIO),
            Measure(f"adapter.{program}.decode", speed, "MB/s", Judged.REPORT, higher_is_better=True),
        ]
    return measures


def _decode(program: str, recording: _Recording) -> float:
    sessions = [[_opened(program) for _ in recording.streams] for _ in range(recording.again)]
    began = time.perf_counter()
    for fresh in sessions:
        for session, stream in zip(fresh, recording.streams, strict=True):
            for at in range(0, len(stream), CHUNK_BYTES):
                session.feed(stream[at : at + CHUNK_BYTES])
            session.finish(0, None)
    return time.perf_counter() - began


def _decode_plainly(recording: _Recording) -> float:
    decoder = msgspec.json.Decoder()
    began = time.perf_counter()
    for _ in range(recording.again):
        for stream in recording.streams:
            for line in stream.split(b"\n"):
                _decoded(decoder, line)
    return time.perf_counter() - began


def _decoded(decoder: msgspec.json.Decoder[Any], line: bytes) -> Any:
    """Some recordings end in the middle of a line, or have one that is no JSON."""
    try:
        return decoder.decode(line) if line else None
    except msgspec.DecodeError:
        return None


def _opened(program: str) -> Session:
    session = open_session(_spec(program), Briefing(prompt="look"))
    session.open()
    return session


def _spec(program: str) -> AttemptSpec:
    return AttemptSpec(
        run_id="team_1_a",
        task_id="t",
        n=1,
        cause=AttemptCause.FIRST,
        worker_id="team_1_a:t:1",
        program=program,
        agent="a",
        role="r",
        access=Access.WRITE,
        goal="look",
        text="look",
        cwd="/w",
        inputs_path="/w/inputs.json",
        bell_path="/w/bell",
        depth=0,
        max_depth=1,
    )


def program_start() -> list[Measure]:
    """From the start of a supervisor to its program's first output, beside the program started by itself in the same
    way; and to the first text of its model. Only what ``make test-agents`` has installed, and never judged: what a
    program does at its start depends on what it finds there."""
    return [measure for program in PROGRAMS if _there(program) for measure in _start(program)]


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
