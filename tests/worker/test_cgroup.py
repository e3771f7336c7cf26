"""With a delegated cgroup nothing gets away from an agent, and what is ended as a whole is counted."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from crew_core.store.identity import real_identities
from crew_core.store.sweep import sweep
from tests import leftovers
from tests.worker.bad_trees import HANG, TREES, UP
from tests.worker.real_attempt import RealAttempt, wait_until

pytestmark = pytest.mark.usefixtures("no_process_left")

#: Goes into the cgroup, then is the supervisor.
_INSIDE = 'echo $$ >"$0/cgroup.procs" && exec "$@"'


def _mount() -> Path | None:
    try:
        mounts = Path("/proc/self/mounts").read_text().splitlines()
    except OSError:
        return None
    return next((Path(fields[1]) for fields in map(str.split, mounts) if fields[2] == "cgroup2"), None)


@pytest.fixture
def cgroup(test_id: str) -> Iterator[Path]:
    """One that is ours to use, as a service manager would give it."""
    mount = _mount()
    if mount is None:
        pytest.skip("no cgroups of version 2 here")
    made = mount / f"crew-test-{test_id}"
    try:
        made.mkdir()
    except OSError as error:
        pytest.skip(f"no cgroup can be made here: {error}")
    if not (made / "cgroup.kill").exists():
        made.rmdir()
        pytest.skip("this kernel cannot kill a cgroup as a whole")
    yield made
    wait_until(lambda: not (made / "cgroup.procs").read_text())
    left = [each.name for each in made.iterdir() if each.is_dir()]
    for name in left:
        (made / name).rmdir()
    made.rmdir()
    assert left == [], "a worker's cgroup was left"


def inside(cgroup: Path, attempt: RealAttempt) -> RealAttempt:
    attempt.start("/bin/sh", "-c", _INSIDE, str(cgroup))
    return attempt


def test_a_cancel_counts_what_it_ends_and_removes_the_cgroup(tmp_path: Path, cgroup: Path, test_id: str) -> None:
    attempt = RealAttempt.make(tmp_path, TREES["everything"](str(tmp_path / "work")))
    inside(cgroup, attempt).until_there("up")
    status = attempt.until(attempt.status).status()
    assert status is not None
    assert status.cgroup is not None
    assert Path(status.cgroup).parent == cgroup
    result = attempt.cancel()
    assert leftovers.living(leftovers.Origin(test_id, tmp_path)) == []
    assert result.survivors == 0
    assert result.ended_processes >= 4
    assert not Path(status.cgroup).exists()


def test_an_agent_that_ends_leaves_nobody_and_they_are_counted(tmp_path: Path, cgroup: Path, test_id: str) -> None:
    steps = [step for step in TREES["cleared environment"](str(tmp_path / "work")) if step not in (HANG, UP)]
    attempt = RealAttempt.make(tmp_path, [*steps, {"do": "exit", "code": 0}])
    result = inside(cgroup, attempt).wait()
    assert leftovers.living(leftovers.Origin(test_id, tmp_path)) == []
    assert (result.survivors, result.exit_code, result.ended_processes) == (0, 0, 1)


def test_who_comes_after_the_last_heartbeat_is_ended_too_and_counted(
    tmp_path: Path, cgroup: Path, test_id: str
) -> None:
    attempt = RealAttempt.make(tmp_path, TREES["cleared environment"](str(tmp_path / "work")), heartbeat_s=3600.0)
    inside(cgroup, attempt).until_there("up")
    attempt.kill_supervisor()
    status = attempt.status()
    assert status is not None
    assert status.cgroup is not None
    # A child cgroup of the agent's own: with it the agent's is no empty directory.
    below = Path(status.cgroup) / "below"
    below.mkdir()
    [escaped] = [p for p in leftovers.living(leftovers.Origin(test_id, tmp_path)) if not p.environ()]
    assert os.getsid(escaped.pid) != status.supervisor.pid
    (below / "cgroup.procs").write_text(str(escaped.pid))
    assert sweep(real_identities(), status, status.worker_id) >= 1
    assert leftovers.living(leftovers.Origin(test_id, tmp_path)) == []
    assert not Path(status.cgroup).exists()
