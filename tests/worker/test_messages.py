"""What a worker puts into ``CREW_OUT`` is taken once, and whatever else lies there harms nobody."""

from __future__ import annotations

from pathlib import Path

import pytest

from crew_core.model.status import AttemptOutcome
from crew_core.model.transcript import Kind
from tests.worker.real_attempt import RealAttempt
from tests.worker.victims import failing

pytestmark = pytest.mark.usefixtures("no_process_left")


def ids(attempt: RealAttempt) -> list[str]:
    return [event.id for event in attempt.of_kind(Kind.MESSAGE)]


def waiting(attempt: RealAttempt) -> list[str]:
    return sorted(path.name for path in attempt.files.out_new.iterdir())


def announced(attempt: RealAttempt) -> int:
    status = attempt.status()
    return status.messages if status else 0


def test_a_message_goes_into_the_events_and_out_of_the_maildir(tmp_path: Path) -> None:
    steps = [{"do": "message", "id": "m1", "to": "b", "text": "hello"}, {"do": "wait_for", "path": "go"}]
    attempt = RealAttempt.make(tmp_path, steps, heartbeat_s=0.05).start()
    attempt.until(lambda: announced(attempt) == 1)
    (message,) = attempt.of_kind(Kind.MESSAGE)
    assert (message.id, message.to, message.text, message.data) == ("m1", "b", "hello", {"kind": "note"})
    attempt.until(lambda: waiting(attempt) == [])
    (attempt.work / "go").touch()
    assert attempt.wait().messages == 1
    assert ids(attempt) == ["m1"]


def test_a_message_put_just_before_the_end_is_not_lost(tmp_path: Path) -> None:
    attempt = RealAttempt.make(tmp_path, [{"do": "message", "count": 100}, {"do": "kill_self"}])
    assert attempt.finish().messages == 100
    assert len(set(ids(attempt))) == len(ids(attempt)) == 100
    assert waiting(attempt) == []


def test_a_message_of_a_leftover_is_not_lost(tmp_path: Path) -> None:
    then = [{"do": "on_signal", "signal_name": "TERM", "then": [{"do": "message", "id": "last"}, {"do": "exit"}]}]
    child = {"do": "child", "holds_output": False, "then": [*then, {"do": "touch", "path": "up"}, {"do": "hang"}]}
    attempt = RealAttempt.make(tmp_path, [child, {"do": "wait_for", "path": "up"}])
    attempt.finish()
    assert ids(attempt) == ["last"]


def test_the_same_id_twice_is_one_message(tmp_path: Path) -> None:
    twice = [{"do": "message", "id": "m1", "name": name} for name in ("a.json", "b.json")]
    attempt = RealAttempt.make(tmp_path, [*twice, {"do": "message", "id": "m2"}])
    assert attempt.finish().messages == 2
    assert (ids(attempt), waiting(attempt)) == (["m1", "m2"], [])


@pytest.mark.parametrize(
    "spoilt",
    [
        {"fault": "half"},
        {"fault": "oversized"},
        {"fault": "not-json"},
        {"fault": "not-utf8"},
        {"fault": "deep"},
        {"fault": "bad-name"},
        {"id": "x" * 200, "name": "long-id.json"},
    ],
    ids=str,
)
def test_what_is_no_message_becomes_one_notice(tmp_path: Path, spoilt: dict[str, str]) -> None:
    good = {"do": "message", "id": "good", "name": "~last.json"}
    attempt = RealAttempt.make(tmp_path, [{"do": "message", **spoilt}, good, {"do": "print", "text": "done"}])
    result = attempt.finish()
    (notice,) = attempt.of_kind(Kind.NOTICE)
    assert "is no message" in notice.text
    assert (ids(attempt), waiting(attempt), result.messages) == (["good"], [], 1)
    assert attempt.verdict().outcome is AttemptOutcome.COMPLETED


@pytest.mark.parametrize("fault", ["unrenamed", "fifo", "symlink", "directory"])
def test_what_is_no_file_is_left_where_it_is(tmp_path: Path, fault: str) -> None:
    steps = [{"do": "message", "fault": fault}, {"do": "message", "id": "good", "name": "good.json"}]
    attempt = RealAttempt.make(tmp_path, steps)
    assert attempt.finish().messages == 1
    assert ids(attempt) == ["good"]
    assert len(waiting(attempt)) == 1


@pytest.mark.parametrize("how", ["unreadable", "a file"])
def test_an_agent_that_spoils_its_maildir_loses_only_that(tmp_path: Path, how: str) -> None:
    steps = [{"do": "message", "id": "m1"}, {"do": "wait_for", "path": "go"}, {"do": "spoil_out", "how": how}]
    attempt = RealAttempt.make(tmp_path, [*steps, {"do": "print", "text": "done"}], heartbeat_s=0.05).start()
    attempt.until(lambda: announced(attempt) == 1)
    (attempt.work / "go").touch()
    result = attempt.wait()
    assert (result.exit_code, ids(attempt), attempt.answer()) == (0, ["m1"], b"done\n")


def test_a_message_that_cannot_be_removed_is_taken_once(tmp_path: Path) -> None:
    """As the file system of a supervisor without the right to remove it would say."""
    steps = [
        {"do": "message", "id": "m1"},
        {"do": "message", "fault": "not-json", "name": "z"},
        {"do": "sleep", "seconds": 0.3},
    ]
    attempt = failing(
        RealAttempt.make(tmp_path, steps, heartbeat_s=0.02), kind="unlink", path="*/out/new/*", code="EACCES"
    )
    assert attempt.finish().messages == 1
    assert (ids(attempt), len(attempt.of_kind(Kind.NOTICE))) == (["m1"], 1)
    assert attempt.of_kind(Kind.PAUSED) == []
