"""The trial run's own process: starts it, waits for its end, prints how long each stage took."""

from __future__ import annotations

import sys
import threading
import time
from datetime import datetime
from pathlib import Path

import msgspec

from crew_core.model.events import Event
from crew_core.observe.reading import RunReader, RunReading
from crew_core.ops import control
from crew_core.ops.errors import OpsError
from crew_core.ops.request import StartRequest
from crew_core.ops.start import start_run
from crew_core.store.layout import config_home

_SAID = "a worker was here"

_AGENT = "---\nname: probe\ndescription: for trial\nprogram: shell\naccess: read\n---\n"
_TEAM = "---\nname: probe\ndescription: for trial\ndefaultWorkflow: probe\n---\n\n- probe: agent=probe\n"
_STEP = f"## probe\nrole: probe\nretries: 0\n\n```sh\necho {_SAID}\n```\n"
_FLOW = f"---\nname: probe\ndescription: for trial\n---\n\n{_STEP}"
_FILES = {"agents/probe.md": _AGENT, "teams/probe.team.md": _TEAM, "workflows/probe.workflow.md": _FLOW}

_PATIENCE_S = 40.0
_LOOK_S = 0.01

#: Event by event: what has happened when it is there.
_STAGES = {
    "run.created": "coordinator has written the run down",
    "attempt.starting": "task admitted",
    "attempt.started": "supervisor runs the worker",
    "attempt.ended": "worker has ended, its result is durable",
    "task.completed": "task settled",
    "run.completed": "run closed",
}


class Stage(msgspec.Struct, frozen=True, rename="camel"):
    """``after_ms`` counts from the beginning of the trial."""

    name: str
    after_ms: int


class ProbeResult(msgspec.Struct, frozen=True, rename="camel"):
    """``problem`` is empty when the run completed and its answer was the worker's."""

    stages: tuple[Stage, ...]
    problem: str = ""


def main(scratch: Path) -> None:
    project = scratch / "project"
    (project / ".crew").mkdir(parents=True)
    for name, text in _FILES.items():
        path = config_home() / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    begun = time.time()
    try:
        started = start_run(StartRequest(goal="trial", cwd=project, team="probe"))
    except OpsError as error:
        sys.stdout.buffer.write(msgspec.json.encode(ProbeResult((), str(error))))
        return
    locked = Stage("coordinator holds its lock", _ms(time.time() - begun))
    reading = _until_ended(started.path)
    stages = sorted((locked, *_stages(reading, begun)), key=lambda stage: stage.after_ms)
    problem = _problem(started.path, reading)
    _until_alone()
    gone = Stage("coordinator gone", _ms(time.time() - begun))
    sys.stdout.buffer.write(msgspec.json.encode(ProbeResult((*stages, gone), problem)))


def _until_ended(run_dir: Path) -> RunReading:
    """A run that does not end is cancelled by force: it must not outlive its directory."""
    reader = RunReader(run_dir)
    deadline = time.monotonic() + _PATIENCE_S
    while True:
        reading = reader.read()
        if reading.state is not None and reading.state.run.status.ended:
            return reading
        if time.monotonic() > deadline:
            control.cancel(run_dir, None, "the trial took too long", force=True)
            return reader.read()
        time.sleep(_LOOK_S)


def _until_alone() -> None:
    """A thread for each coordinator waits for its end."""
    for thread in threading.enumerate():
        if thread is not threading.current_thread():
            thread.join(_PATIENCE_S)


def _stages(reading: RunReading, begun: float) -> list[Stage]:
    events: list[Event] = [reading.log[index] for index in range(reading.count)]
    first = {event.type: event for event in reversed(events)}
    return [
        Stage(words, _ms(datetime.fromisoformat(first[kind].time).timestamp() - begun))
        for kind, words in _STAGES.items()
        if kind in first
    ]


def _problem(run_dir: Path, reading: RunReading) -> str:
    if reading.state is None:
        return "the run's files cannot be read"
    run = reading.state.run
    if run.status.value != "completed":
        return f"the run is {run.status}: {run.summary or 'no reason given'}"
    answers = [path.read_text(errors="replace").strip() for path in run_dir.glob("attempts/*/*/answer.txt")]
    return "" if answers == [_SAID] else f"the worker's answer was not kept: {answers}"


def _ms(seconds: float) -> int:
    return max(0, round(seconds * 1000))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
