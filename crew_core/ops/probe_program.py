"""A live call of an agent program: one tiny attempt under a real supervisor, of which nothing stays."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from secrets import token_hex

import msgspec

from crew_core.agents.registry import drives
from crew_core.config.settings import ProgramSection
from crew_core.model.attempt import AttemptResult, AttemptSpec
from crew_core.model.plan import ProgramSettings
from crew_core.model.status import Access, AttemptCause, AttemptOutcome
from crew_core.model.transcript import AgentEvent, Kind
from crew_core.model.usage import Usage
from crew_core.model.verdict import Evidence, verdict
from crew_core.ops.checkup.programs import ProgramState
from crew_core.ops.choosing import OFFLINE, SHELL
from crew_core.store.errors import StoreError
from crew_core.store.fs import RealFs, ensure_directory
from crew_core.store.layout import AttemptLayout
from crew_core.store.snapshot import read_snapshot, write_snapshot

#: A slow model on a loaded machine answers within this; a program that hangs is ended then.
WITHIN_S = 60.0

#: What its supervisor needs to end it and to write that down.
_FAREWELL_S = 20.0

_PROMPT = "This is a test of the connection. Use no tool. Answer with the one word OK.\n"

_SHOWN = 200

#: What would make the trial part of a crew that we are in.
_FOREIGN = "CREW_"


@dataclass(frozen=True, slots=True)
class ProgramTrial:
    """``problem`` is empty when it answered. ``version`` and ``model`` as it told them, empty when it did not."""

    name: str
    problem: str = ""
    answer: str = ""
    version: str = ""
    model: str = ""
    usage: Usage | None = None
    took_ms: int = 0


def to_be_tried(states: tuple[ProgramState, ...]) -> tuple[ProgramState, ...]:
    """Those that could work: each call costs a few tokens of the person's."""
    return tuple(
        state
        for state in states
        if state.name not in (SHELL, OFFLINE)
        and state.path is not None
        and state.logged_in is not False
        and drives(state.name)
    )


def try_programs(
    states: tuple[ProgramState, ...], set_up: Mapping[str, ProgramSection], within_s: float = WITHIN_S
) -> tuple[ProgramTrial, ...]:
    """One after the other on a small machine: starting two at once would make both slow."""
    with ThreadPoolExecutor(max_workers=max(1, (os.cpu_count() or 1) // 2)) as threads:
        return tuple(threads.map(lambda state: _try(state, set_up.get(state.name, ProgramSection()), within_s), states))


def _try(state: ProgramState, section: ProgramSection, within_s: float) -> ProgramTrial:
    with tempfile.TemporaryDirectory(prefix="crew-tui-probe-", ignore_cleanup_errors=True) as scratch:
        files = AttemptLayout(Path(scratch) / "attempt")
        begun = time.monotonic()
        try:
            _prepare(files, Path(scratch), state.name, section, within_s)
            _supervise(files, within_s)
            result = read_snapshot(files.result, AttemptResult)
        except (OSError, StoreError, subprocess.SubprocessError) as error:
            return ProgramTrial(state.name, problem=f"its supervisor left no result: {error}")
        took_ms = round((time.monotonic() - begun) * 1000)
        return _told(state, files, result, took_ms)


def _prepare(files: AttemptLayout, scratch: Path, program: str, section: ProgramSection, within_s: float) -> None:
    fs, work = RealFs(), scratch / "work"
    for directory in (files.root, files.control_new, files.out_new, work):
        ensure_directory(fs, directory)
    files.inputs.write_text('{"goal": "", "inputs": []}')
    files.prompt.write_text(_PROMPT)
    spec = AttemptSpec(
        run_id="probe",
        task_id="probe",
        n=1,
        cause=AttemptCause.FIRST,
        worker_id=f"probe:{token_hex(8)}",
        program=program,
        agent="probe",
        role="probe",
        access=Access.READ,
        goal="trial",
        text=_PROMPT,
        cwd=str(work),
        inputs_path=str(files.inputs),
        bell_path=str(scratch / "bell"),
        depth=0,
        max_depth=1,
        timeout_s=within_s,
        settings=ProgramSettings(
            tuple(section.command), tuple(section.args), dict(section.env), share_login=section.share_login
        ),
        state_dir=str(scratch / "state"),
    )
    write_snapshot(fs, files.spec, spec)


def _supervise(files: AttemptLayout, within_s: float) -> None:
    environment = {name: value for name, value in os.environ.items() if not name.startswith(_FOREIGN)}
    if "CREW_TEST_ID" in os.environ:
        environment["CREW_TEST_ID"] = os.environ["CREW_TEST_ID"]
    # -P: no module of the directory that we are in is imported.
    with files.supervisor_log.open("ab") as log:
        subprocess.run(
            [sys.executable, "-P", "-m", "crew_core.worker", os.fspath(files.root)],
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            timeout=within_s + _FAREWELL_S,
            check=False,
            start_new_session=True,
        )


def _told(state: ProgramState, files: AttemptLayout, result: AttemptResult, took_ms: int) -> ProgramTrial:
    meaning = verdict(Evidence(result))
    answered = meaning.outcome is AttemptOutcome.COMPLETED
    version = next((str(data["version"]) for data in _sessions(files) if data.get("version")), "")
    answer = files.answer.read_text("utf-8", "replace").strip() if files.answer.exists() else ""
    return ProgramTrial(
        name=state.name,
        problem="" if answered else f"{meaning.code}: {meaning.detail}".strip(": ")[:_SHOWN],
        answer=answer[:_SHOWN],
        version=version or state.version,
        model=result.model or "",
        usage=result.usage,
        took_ms=took_ms,
    )


def _sessions(files: AttemptLayout) -> Iterator[Mapping[str, object]]:
    """What it told of itself."""
    for line in files.events.read_bytes().split(b"\n") if files.events.exists() else ():
        try:
            event = msgspec.json.decode(line, type=AgentEvent)
        except (ValueError, RecursionError):
            continue
        if event.kind is Kind.SESSION:
            yield event.data or {}
