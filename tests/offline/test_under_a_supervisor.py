"""The offline agent as an attempt: a real supervisor starts it, and its verdict is what the supervisor saw."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from crew_core.model.status import AttemptOutcome
from crew_core.model.transcript import Kind
from tests.offline.offline_run import packet
from tests.worker.real_attempt import STOP, RealAttempt

pytestmark = pytest.mark.usefixtures("no_process_left")


def attempt(directory: Path, makefile: str, role: str) -> RealAttempt:
    file = directory / "packet.json"
    made = RealAttempt.make(directory, "", program="offline", packet_path=str(file))
    (made.work / "Makefile").write_text(makefile)
    file.write_bytes(msgspec.json.encode(packet(made.work, role)))
    return made


def test_it_completes_with_its_answer(tmp_path: Path) -> None:
    made = attempt(tmp_path, "test:\n\t@true\n", "verifier")
    made.finish()
    assert made.verdict().outcome is AttemptOutcome.COMPLETED
    assert made.answer().startswith(b"Offline agent: no model was used.")
    kinds = {event.kind for event in made.events()}
    assert {Kind.SESSION, Kind.NOTICE, Kind.TOOL_START, Kind.TOOL_END, Kind.TEXT, Kind.RESULT} <= kinds
    assert Kind.RAW not in kinds


def test_stopped_in_a_check_it_still_gives_what_it_has(tmp_path: Path) -> None:
    made = attempt(tmp_path, "test:\n\t@touch up; sleep 600\n", "verifier").start().until_there("up")
    result = made.send(STOP).wait()
    assert result.answer_seen
    assert b"not finished (interrupted)" in made.answer()
    assert result.survivors == 0


def test_without_a_packet_nothing_is_started(tmp_path: Path) -> None:
    made = RealAttempt.make(tmp_path, "", program="offline")
    assert "task packet" in (made.finish().spawn_error or "")
