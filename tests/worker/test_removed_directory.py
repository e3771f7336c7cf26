"""Who removes the directory of an attempt ends it: its supervisor waits for nothing and nobody any more."""

from __future__ import annotations

import errno
import fcntl
import os
import shutil
from pathlib import Path

import pytest

from crew_core.worker.attempt_directory import AttemptDirectory
from tests import leftovers
from tests.awaiting import PATIENCE_S
from tests.seams.faulty_fs import Kind
from tests.worker.real_attempt import RealAttempt
from tests.worker.victims import failing

pytestmark = pytest.mark.usefixtures("no_process_left")

#: A child in a session of its own, and nobody hears SIGTERM.
TREE = [
    {"do": "ignore"},
    {"do": "child", "session": "daemon", "then": [{"do": "ignore"}, {"do": "touch", "path": "child"}, {"do": "hang"}]},
    {"do": "wait_for", "path": "child"},
    {"do": "touch", "path": "up"},
    {"do": "hang"},
]


def remove(directory: Path) -> None:
    """In one step, so that nothing is written into it while it is emptied."""
    away = directory.with_name("removed")
    directory.rename(away)
    shutil.rmtree(away)


def until_gone(attempt: RealAttempt) -> None:
    assert attempt.process is not None
    attempt.process.wait(PATIENCE_S)


def test_an_agent_whose_attempt_is_removed_is_ended_with_its_tree(tmp_path: Path, test_id: str) -> None:
    attempt = RealAttempt.make(tmp_path, TREE, heartbeat_s=0.05).start().until_there("up")
    remove(attempt.files.root)
    until_gone(attempt)
    assert leftovers.living(leftovers.Origin(test_id, tmp_path)) == []
    assert not attempt.files.root.exists()


def test_another_directory_in_its_place_is_not_written_to(tmp_path: Path) -> None:
    attempt = RealAttempt.make(tmp_path, TREE, heartbeat_s=0.05).start().until_there("up")
    remove(attempt.files.root)
    attempt.files.root.mkdir()
    until_gone(attempt)
    assert list(attempt.files.root.iterdir()) == []


@pytest.mark.parametrize("file", ["answer.txt", "result.json"])
def test_a_result_that_waits_for_room_is_given_up_when_its_directory_is_removed(tmp_path: Path, file: str) -> None:
    attempt = RealAttempt.make(tmp_path, [{"do": "print", "text": "x"}], heartbeat_s=0.05)
    attempt = failing(attempt, kind=Kind.CREATE, path=f"*{file}*", code=errno.errorcode[errno.ENOSPC]).start()
    attempt.until(lambda: "trying again" in attempt.log())
    remove(attempt.files.root)
    until_gone(attempt)
    assert not attempt.files.root.exists()


def test_its_slot_is_free_then(tmp_path: Path) -> None:
    slot = os.open(tmp_path / "slot", os.O_RDWR | os.O_CREAT)
    fcntl.flock(slot, fcntl.LOCK_EX)
    attempt = RealAttempt.make(tmp_path, TREE, heartbeat_s=0.05).start(pass_fds=[slot]).until_there("up")
    os.close(slot)
    remove(attempt.files.root)
    until_gone(attempt)
    again = os.open(tmp_path / "slot", os.O_RDWR)
    fcntl.flock(again, fcntl.LOCK_EX | fcntl.LOCK_NB)
    os.close(again)


def test_a_directory_of_which_the_disk_does_not_tell_is_not_gone(tmp_path: Path) -> None:
    (tmp_path / "run").mkdir()
    (tmp_path / "run" / "1").mkdir()
    directory = AttemptDirectory(tmp_path / "run" / "1")
    assert not directory.gone
    (tmp_path / "run").rename(tmp_path / "away")
    assert directory.gone
    # Every look fails with ELOOP, which says nothing of what lies there.
    (tmp_path / "run").symlink_to(tmp_path / "run")
    assert not directory.gone
