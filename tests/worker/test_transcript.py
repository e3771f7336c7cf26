"""Every byte that an agent prints is on disk, in order, and costs a fixed amount of memory."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from crew_core.model.attempt import AttemptResult
from crew_core.model.status import AttemptOutcome
from crew_core.model.transcript import Kind
from tests.fake_agent.output import noise_bytes
from tests.worker.real_attempt import RealAttempt

pytestmark = pytest.mark.usefixtures("no_process_left")

MEGABYTE = 1_000_000
#: What 64 times the output may cost: allocators keep a little, lines and chunks are bounded.
GROWTH_KB = 16_000


def raw(attempt: RealAttempt) -> bytes:
    return attempt.files.transcript.read_bytes()


@pytest.mark.parametrize("seed", [1, 2])
def test_any_bytes_in_any_writes_are_kept_as_they_are(tmp_path: Path, seed: int) -> None:
    size = random.Random(seed).randint(1, 300_000)
    attempt = RealAttempt.make(tmp_path, [{"do": "noise", "seed": seed, "size_bytes": size}])
    result = attempt.finish()
    expected = noise_bytes(seed, size)
    assert raw(attempt) == expected == attempt.answer()
    assert attempt.text() == expected.decode("utf-8", "replace")
    assert result.output_bytes == size


def test_a_line_of_8_mb_without_an_end_is_kept_whole(tmp_path: Path) -> None:
    attempt = RealAttempt.make(tmp_path, [{"do": "line", "size_bytes": 8 * MEGABYTE, "newline": False}])
    result = attempt.finish()
    assert raw(attempt) == b"x" * (8 * MEGABYTE)
    assert attempt.text() == "x" * (8 * MEGABYTE)
    assert result.answer is not None
    assert (result.answer.size_bytes, result.answer.kept_bytes) == (8 * MEGABYTE, len(attempt.answer()))
    assert result.answer.kept_bytes < 1_100_000


def test_only_the_newline_character_ends_a_line(tmp_path: Path) -> None:
    text = "a\rb\x0bc\u2028d\x85e"
    attempt = RealAttempt.make(tmp_path, [{"do": "print", "text": text}])
    attempt.finish()
    assert [event.text for event in attempt.of_kind(Kind.TEXT)] == [text + "\n"]
    status = attempt.status()
    assert status is not None
    assert status.progress.recent_output == (text,)


def test_control_sequences_and_zero_bytes_are_data(tmp_path: Path) -> None:
    text = "\x1b[2J\x1b]0;title\x07\0end"
    attempt = RealAttempt.make(tmp_path, [{"do": "print", "text": text}])
    attempt.finish()
    assert raw(attempt) == text.encode() + b"\n"
    assert attempt.text() == text + "\n"


def test_stderr_has_a_file_of_its_own(tmp_path: Path) -> None:
    steps = [{"do": "raw", "hex": "ff 0a fe", "to": "stderr"}, {"do": "print", "text": "out"}]
    attempt = RealAttempt.make(tmp_path, steps)
    result = attempt.finish()
    assert raw(attempt) == b"out\n"
    assert attempt.files.stderr.read_bytes() == b"\xff\n\xfe"
    assert result.stderr_tail == "\ufffd\n\ufffd"


def test_an_agent_that_closes_its_output_may_go_on(tmp_path: Path) -> None:
    closing = [{"do": "close", "stream": stream} for stream in ("stdout", "stderr")]
    rest = [{"do": "touch", "path": "closed"}, {"do": "wait_for", "path": "go"}, {"do": "exit", "code": 4}]
    attempt = RealAttempt.make(tmp_path, [{"do": "print", "text": "bye"}, *closing, *rest])
    attempt.start().until_there("closed")
    assert not attempt.files.result.exists()
    (attempt.work / "go").touch()
    assert attempt.wait().exit_code == 4
    assert raw(attempt) == b"bye\n"


def test_what_lies_in_the_pipe_when_the_leader_ends_is_read_though_others_hold_it(tmp_path: Path) -> None:
    child = {"do": "child", "session": "daemon", "then": [{"do": "ignore"}, {"do": "hang"}]}
    attempt = RealAttempt.make(tmp_path, [child, {"do": "flood", "size_bytes": 200_000}])
    result = attempt.finish()
    assert len(raw(attempt)) == 200_000
    assert (result.survivors, result.ended_processes) == (0, 1)
    assert attempt.verdict().outcome is AttemptOutcome.COMPLETED


def test_a_child_that_prints_without_end_does_not_keep_the_attempt_open(tmp_path: Path) -> None:
    child = {"do": "child", "session": "own", "then": [{"do": "ignore"}, {"do": "flood", "size_bytes": 1 << 40}]}
    attempt = RealAttempt.make(tmp_path, [child, {"do": "print", "text": "done"}], output_cap_bytes=20 * MEGABYTE)
    result = attempt.finish()
    assert (result.survivors, result.exit_code) == (0, 0)


def peak_kb(directory: Path, steps: list[dict[str, object]]) -> int:
    """The supervisor's greatest memory when its agent has printed all that."""
    directory.mkdir()
    attempt = RealAttempt.make(directory, [*steps, {"do": "touch", "path": "up"}, {"do": "hang"}])
    attempt.start().until_there("up")
    lines = Path(f"/proc/{attempt.pid}/status").read_text().splitlines()
    result: AttemptResult = attempt.cancel()
    assert result.output_bytes >= MEGABYTE
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM:"))


def test_memory_does_not_grow_with_the_output(tmp_path: Path) -> None:
    small = peak_kb(tmp_path / "small", [{"do": "flood", "size_bytes": MEGABYTE}])
    lines = peak_kb(tmp_path / "lines", [{"do": "flood", "size_bytes": 64 * MEGABYTE}])
    one_line = peak_kb(tmp_path / "one", [{"do": "line", "size_bytes": 32 * MEGABYTE}])
    noise = peak_kb(tmp_path / "noise", [{"do": "noise", "seed": 1, "size_bytes": 8 * MEGABYTE}])
    assert max(lines, one_line, noise) - small < GROWTH_KB


@pytest.mark.torture
@pytest.mark.timeout(600)
def test_memory_does_not_grow_with_a_gigabyte(tmp_path: Path) -> None:
    small = peak_kb(tmp_path / "small", [{"do": "flood", "size_bytes": MEGABYTE}])
    large = peak_kb(tmp_path / "large", [{"do": "flood", "size_bytes": 1000 * MEGABYTE}])
    assert large - small < GROWTH_KB
