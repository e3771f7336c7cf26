"""A supervisor whose disk is full or broken: it waits and says so, loses nothing it was given, claims no success."""

from __future__ import annotations

from pathlib import Path

import pytest

from crew_core.model.attempt import PauseCause
from crew_core.model.status import AttemptOutcome
from crew_core.model.transcript import Kind
from tests.fake_agent.output import noise_bytes
from tests.seams.faulty_fs import Effect
from tests.worker.real_attempt import RealAttempt
from tests.worker.victims import failing, on_small_disk

pytestmark = pytest.mark.usefixtures("no_process_left")

SIZE = 600_000
NOISE = [{"do": "noise", "seed": 7, "size_bytes": SIZE}]
DONE = [{"do": "touch", "path": "done"}, {"do": "exit", "code": 0}]
#: All of it fits into a pipe: the agent ends whether it is read or not.
BRIEF = [{"do": "noise", "seed": 7, "size_bytes": 60_000}, *DONE]
VERY_LITTLE = 80_000
#: Its reserve, its status, a part of the output; not all of it.
LITTLE = 200_000
ENOUGH = 100_000_000


def storage_full(attempt: RealAttempt) -> bool:
    status = attempt.status()
    return status is not None and status.pause is PauseCause.STORAGE_FULL


def test_a_full_disk_stops_the_agent_is_told_and_loses_nothing(tmp_path: Path) -> None:
    attempt, capacity = on_small_disk(RealAttempt.make(tmp_path, [*NOISE, *DONE], heartbeat_s=0.05), LITTLE)
    attempt.start().until(lambda: storage_full(attempt))
    assert not (attempt.work / "done").exists()
    kept = attempt.files.transcript.read_bytes()
    assert noise_bytes(7, SIZE).startswith(kept)
    capacity.write_text(str(ENOUGH))
    result = attempt.wait()
    assert attempt.files.transcript.read_bytes() == noise_bytes(7, SIZE) == attempt.answer()
    assert attempt.text() == noise_bytes(7, SIZE).decode("utf-8", "replace")
    assert [event.kind for event in attempt.events() if event.kind in (Kind.PAUSED, Kind.RESUMED)] == [
        Kind.PAUSED,
        Kind.RESUMED,
    ]
    assert (result.program_error, attempt.verdict().outcome) == (None, AttemptOutcome.COMPLETED)


def test_an_agent_that_ends_while_the_disk_is_full_loses_nothing(tmp_path: Path) -> None:
    attempt, capacity = on_small_disk(RealAttempt.make(tmp_path, BRIEF, heartbeat_s=0.05), VERY_LITTLE)
    attempt.start().until_there("done").until(lambda: storage_full(attempt))
    capacity.write_text(str(ENOUGH))
    attempt.wait()
    assert attempt.files.transcript.read_bytes() == noise_bytes(7, 60_000) == attempt.answer()
    assert attempt.verdict().outcome is AttemptOutcome.COMPLETED


def test_a_cancel_on_a_full_disk_ends_the_tree_and_its_result_finds_room(tmp_path: Path) -> None:
    steps = [{"do": "ignore"}, *NOISE, {"do": "hang"}]
    attempt, _ = on_small_disk(RealAttempt.make(tmp_path, steps, heartbeat_s=0.05), LITTLE)
    attempt.start().until(lambda: storage_full(attempt))
    result = attempt.cancel()
    assert (attempt.verdict().outcome, result.survivors) == (AttemptOutcome.CANCELLED, 0)
    assert "no room on the disk" in (result.program_error or "")
    kept = attempt.files.transcript.read_bytes()
    assert noise_bytes(7, SIZE).startswith(kept)
    assert result.output_bytes == len(kept)


def test_a_cancel_after_the_agent_has_ended_on_a_full_disk_is_obeyed(tmp_path: Path) -> None:
    attempt, _ = on_small_disk(RealAttempt.make(tmp_path, BRIEF, heartbeat_s=0.05), VERY_LITTLE)
    attempt.start().until_there("done").until(lambda: storage_full(attempt))
    attempt.cancel()
    assert attempt.verdict().outcome is AttemptOutcome.CANCELLED


def test_an_answer_that_finds_no_room_waits_for_it(tmp_path: Path) -> None:
    # Output and events fit; the answer, which is as long again, does not.
    steps = [{"do": "flood", "size_bytes": 100_000}, *DONE]
    attempt, capacity = on_small_disk(RealAttempt.make(tmp_path, steps, heartbeat_s=0.05), 290_000)
    attempt.start().until(lambda: storage_full(attempt))
    assert not attempt.files.result.exists()
    capacity.write_text(str(ENOUGH))
    assert attempt.wait().answer is not None
    assert len(attempt.answer()) == 100_000
    assert attempt.verdict().outcome is AttemptOutcome.COMPLETED


def test_a_cancel_while_the_answer_waits_gives_it_up_and_the_result_finds_room(tmp_path: Path) -> None:
    steps = [{"do": "flood", "size_bytes": 100_000}, *DONE]
    attempt, _ = on_small_disk(RealAttempt.make(tmp_path, steps, heartbeat_s=0.05), 290_000)
    attempt.start().until(lambda: storage_full(attempt))
    result = attempt.cancel()
    assert (result.answer, attempt.verdict().outcome) == (None, AttemptOutcome.CANCELLED)


def test_a_message_leaves_its_maildir_only_when_it_is_on_disk(tmp_path: Path) -> None:
    steps = [*NOISE, *DONE]
    early = {
        "do": "child",
        "then": [{"do": "wait_for", "path": "go"}, {"do": "message"}, {"do": "touch", "path": "put"}],
    }
    attempt, capacity = on_small_disk(RealAttempt.make(tmp_path, [early, *steps], heartbeat_s=0.05), LITTLE)
    attempt.start().until(lambda: storage_full(attempt))
    (attempt.work / "go").touch()
    attempt.until_there("put")
    assert len(list(attempt.files.out_new.iterdir())) == 1
    capacity.write_text(str(ENOUGH))
    assert attempt.wait().messages == 1
    assert list(attempt.files.out_new.iterdir()) == []


@pytest.mark.parametrize("file", ["transcript.raw", "events.jsonl", "stderr.log"])
def test_a_sync_that_fails_is_not_repeated_and_is_no_success(tmp_path: Path, file: str) -> None:
    attempt = RealAttempt.make(tmp_path, [{"do": "print", "text": "x"}, {"do": "print", "text": "y", "to": "stderr"}])
    attempt = failing(attempt, kind="fsync", path=f"*/{file}", code="EIO", lasting=False)
    result = attempt.finish()
    assert "may be incomplete on disk" in (result.program_error or "")
    assert attempt.verdict().code == "agent_error"


@pytest.mark.parametrize(
    ("kind", "path", "code"),
    [
        ("fsync", "*answer.txt*", "EIO"),
        ("create", "*answer.txt*", "EMFILE"),
        ("create", "*result.json*", "EMFILE"),
        ("fsync", "*result.json*", "EIO"),
        ("write", "*transcript.raw", "EIO"),
        ("write", "*events.jsonl", "ENOSPC"),
    ],
)
def test_a_file_that_can_be_written_anew_is(tmp_path: Path, kind: str, path: str, code: str) -> None:
    attempt = RealAttempt.make(tmp_path, [{"do": "print", "text": "x"}], heartbeat_s=0.05)
    attempt = failing(attempt, kind=kind, path=path, code=code, lasting=False)
    attempt.finish()
    assert attempt.verdict().outcome is AttemptOutcome.COMPLETED
    assert attempt.answer() == attempt.files.transcript.read_bytes() == b"x\n"


def test_half_a_write_is_continued_where_it_stopped(tmp_path: Path) -> None:
    attempt = RealAttempt.make(tmp_path, NOISE, heartbeat_s=0.05)
    attempt = failing(attempt, kind="write", path="*transcript.raw", code="ENOSPC", effect=Effect.SHORT, lasting=False)
    attempt.finish()
    assert attempt.files.transcript.read_bytes() == noise_bytes(7, SIZE)


def test_a_status_that_cannot_be_written_stops_nobody(tmp_path: Path) -> None:
    attempt = RealAttempt.make(tmp_path, [{"do": "print", "text": "x"}])
    attempt = failing(attempt, kind="replace", path="*status.json", code="EIO")
    attempt.finish()
    assert attempt.status() is None
    assert attempt.verdict().outcome is AttemptOutcome.COMPLETED


@pytest.mark.parametrize("limit", [6, 10, 13, 16])
def test_with_few_descriptors_it_works_or_starts_nothing(tmp_path: Path, limit: int) -> None:
    attempt = RealAttempt.make(tmp_path, "touch started; echo x")
    attempt.start("sh", "-c", f'ulimit -n {limit}; exec "$@"', "sh")
    assert attempt.process is not None
    status = attempt.process.wait()
    if not attempt.files.claim.exists():
        assert status != 0
        assert not (attempt.work / "started").exists()
    elif attempt.verdict().outcome is AttemptOutcome.COMPLETED:
        assert attempt.answer() == b"x\n"
    else:
        assert attempt.verdict().code == "spawn_error"
        assert not (attempt.work / "started").exists()
