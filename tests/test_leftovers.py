"""The check for processes left behind finds them, however they were started."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests import leftovers

WAIT_FOR_EVER = [sys.executable, "-c", "import signal; print(flush=True); signal.pause()"]


def _start(environment: dict[str, str], directory: Path) -> subprocess.Popen[bytes]:
    process = subprocess.Popen(
        WAIT_FOR_EVER, env=environment, cwd=directory, stdout=subprocess.PIPE, start_new_session=True
    )
    assert process.stdout is not None
    process.stdout.readline()
    return process


@pytest.mark.parametrize("trace", ["id", "home", "directory"])
def test_a_process_in_a_session_of_its_own_is_found_by_any_trace_and_ended(
    trace: str, test_id: str, tmp_path: Path
) -> None:
    environment, directory = {
        "id": ({leftovers.TEST_ID_VARIABLE: test_id}, Path("/")),
        "home": ({"HOME": os.environ["HOME"]}, Path("/")),
        "directory": ({}, tmp_path),
    }[trace]
    origin = leftovers.Origin(test_id, tmp_path)
    with _start(environment, directory) as process:
        assert [p.pid for p in leftovers.leftovers(origin, grace_s=0)] == [process.pid]
        assert str(process.pid) in leftovers.describe(leftovers.living(origin))
        leftovers.end(origin)
        assert process.wait() != 0
    assert leftovers.living(origin) == []


def test_a_process_of_a_neighbour_with_a_longer_name_is_not_ours(tmp_path: Path) -> None:
    neighbour = tmp_path / "ab"
    neighbour.mkdir()
    with _start({}, neighbour) as process:
        assert leftovers.living(leftovers.Origin("another", tmp_path / "a")) == []
        process.kill()


def test_no_variable_of_the_person_reaches_a_test(tmp_path: Path) -> None:
    assert Path.home() == tmp_path / "home"
    assert [name for name in os.environ if name.startswith("CREW_")] == [leftovers.TEST_ID_VARIABLE]
