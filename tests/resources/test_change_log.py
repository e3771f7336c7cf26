"""A change that is cut short at any moment is whole after the next command, and every moment is a working crew."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from crew_core.ops.changing import change_log
from crew_core.ops.errors import InputWrong, OpsError
from crew_core.ops.managing import new_resource, rename_resource, undo
from crew_core.ops.validating import validate
from crew_core.resources.catalogue import Layer
from crew_core.resources.kinds import Kind
from crew_core.store.fs import RealFs
from crew_core.store.lock import RunLock
from tests.resources.managed_crew import ManagedCrew
from tests.seams.faulty_fs import Effect, Fault, FaultyFs, environment
from tests.seams.faulty_fs import Kind as Operation
from tests.seams.unsynced_fs import UnsyncedFs

RENAME = """
import sys
from pathlib import Path
from crew_core.ops.managing import rename_resource, undo
from crew_core.resources.kinds import Kind
from crew_core.store.fs import RealFs
from tests.seams.faulty_fs import from_environment

fs = from_environment(RealFs())
if sys.argv[2] == "undo":
    undo(Kind.AGENT, fs)
else:
    rename_resource(Path(sys.argv[1]), Kind.AGENT, "helper", "hand", fs=fs)
"""


@pytest.fixture
def mine(tmp_path: Path) -> ManagedCrew:
    return ManagedCrew.make(tmp_path / "p")


def _killed(mine: ManagedCrew, verb: str, at: int, environ: Mapping[str, str]) -> bool:
    """Whether the change was cut short at its operation ``at``."""
    done = subprocess.run(
        [sys.executable, "-c", RENAME, str(mine.project), verb],
        env={**environ, **environment(Fault(Effect.KILL_AFTER, at=at))},
        cwd=Path(__file__).parents[2],
        timeout=50,
        check=False,
    )
    assert done.returncode in (0, -signal.SIGKILL)
    return done.returncode != 0


def _operations(mine: ManagedCrew) -> int:
    fs = FaultyFs(UnsyncedFs())
    rename_resource(mine.project, Kind.AGENT, "helper", "hand", fs=fs)
    undo(Kind.AGENT, UnsyncedFs())
    return len(fs.operations)


def test_a_write_that_fails_anywhere_leaves_a_working_crew_and_is_finished_by_the_next_command(
    mine: ManagedCrew,
) -> None:
    before = mine.everything()
    failed = 0
    for at in range(1, _operations(mine) + 1):
        try:
            rename_resource(mine.project, Kind.AGENT, "helper", "hand", fs=FaultyFs(UnsyncedFs(), [Fault(at=at)]))
        except OpsError:
            failed += 1
        # At every moment each reference leads somewhere.
        assert validate(mine.project).findings == ()
        with change_log(UnsyncedFs()).writing():
            pass
        if mine.everything() != before:
            assert (mine.user / "agents" / "hand.md").exists()
            assert undo(Kind.AGENT, UnsyncedFs()).name == "rename helper hand"
        assert mine.everything() == before
    assert failed > 30


@pytest.mark.parametrize("verb", ["rename", "undo"])
def test_a_command_that_is_killed_is_finished_by_the_next_one(mine: ManagedCrew, verb: str) -> None:
    before = mine.everything()
    total = _operations(mine)
    if verb == "undo":
        rename_resource(mine.project, Kind.AGENT, "helper", "hand")
    # In the middle of the work: half of the files are written.
    assert _killed(mine, verb, total * 2 // 3, dict(os.environ))
    assert validate(mine.project).findings == ()
    told = new_resource(mine.project, Kind.SKILL, "next", Layer.USER).notices
    assert told[0].startswith(f"finished first, because it had been cut short: agents {verb}")
    undo(Kind.SKILL)
    if verb == "rename":
        assert (mine.user / "agents" / "hand.md").exists()
        undo(Kind.AGENT)
    assert mine.everything() == before


def test_what_a_person_changed_after_a_crash_is_left_as_it_is(mine: ManagedCrew) -> None:
    target = str(mine.user / "teams" / "mine.team.md")
    fault = Fault(kind=Operation.REPLACE, path=target)
    with pytest.raises(OpsError):
        rename_resource(mine.project, Kind.AGENT, "helper", "hand", fs=FaultyFs(RealFs(), [fault]))
    Path(target).write_text("- helper: mine now\n")
    assert new_resource(mine.project, Kind.SKILL, "next", Layer.USER).notices == ()
    assert Path(target).read_text() == "- helper: mine now\n"
    assert (mine.user / "agents" / "helper.md").exists()


def test_two_commands_at_a_time_do_not_mix(mine: ManagedCrew) -> None:
    new_resource(mine.project, Kind.SKILL, "first", Layer.USER)
    log = change_log()
    (change,) = log.everything()
    lock = RunLock.acquire(log.directory(change).parent / "lock", RealFs())
    try:
        with pytest.raises(OpsError, match="another crew-tui changes resources at this moment; try again"):
            new_resource(mine.project, Kind.SKILL, "second", Layer.USER)
    finally:
        lock.release()
    with pytest.raises(InputWrong, match="is there already"):
        new_resource(mine.project, Kind.SKILL, "first", Layer.USER)
