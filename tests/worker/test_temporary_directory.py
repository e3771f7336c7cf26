"""Where an agent program leaves its temporary files, and what becomes of them."""

from __future__ import annotations

import stat
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from crew_core.model.attempt import Claim
from crew_core.model.plan import CommandPlan, ProgramSettings
from crew_core.model.status import AttemptOutcome
from crew_core.store.snapshot import read_snapshot
from tests.worker.real_attempt import RealAttempt

pytestmark = pytest.mark.usefixtures("no_process_left")

LEAVES = 'echo "KEY=secret" > "$TMPDIR/left.log"; mkdir -p "$TMPDIR/more/of/it"; echo "$TMPDIR $TMP $TEMP" > where; '


@pytest.fixture
def temporary(tmp_path: Path) -> Path:
    """What the person has said by TMPDIR."""
    made = tmp_path / "T"
    made.mkdir()
    return made


def attempt(directory: Path, temporary: Path, script: str, **fields: Any) -> RealAttempt:
    """Of a program that is described by an agent's file."""
    plan = CommandPlan(argv=("sh", "-c", LEAVES + script))
    made = RealAttempt.make(directory, "", **({"program": "command", "command": plan} | fields))
    return replace(made, environment={"TMPDIR": str(temporary)})


def where(made: RealAttempt) -> Path:
    """Its directory, by all three names."""
    (place,) = set((made.work / "where").read_text().split())
    return Path(place)


def test_it_is_the_attempts_own_and_gone_at_its_end(tmp_path: Path, temporary: Path) -> None:
    made = attempt(tmp_path, temporary, "touch up; while [ ! -e go ]; do sleep 0.01; done; echo done").start()
    made.until_there("up")
    place = where(made)
    assert place.parent == temporary
    assert stat.S_IMODE(place.stat().st_mode) == 0o700
    assert read_snapshot(made.files.claim, Claim).temporary == str(place)
    (made.work / "go").touch()
    made.wait()
    assert made.verdict().outcome is AttemptOutcome.COMPLETED
    assert not list(temporary.iterdir())


def test_it_is_gone_before_the_result_is_there(tmp_path: Path, temporary: Path) -> None:
    made = attempt(tmp_path, temporary, "echo done").start()
    made.until(made.files.result.exists)
    assert not list(temporary.iterdir())
    made.wait()


def test_it_is_gone_after_a_cancel(tmp_path: Path, temporary: Path) -> None:
    made = attempt(tmp_path, temporary, "touch up; exec sleep 60").start().until_there("up")
    assert where(made).is_dir()
    made.cancel()
    assert not list(temporary.iterdir())


def test_it_is_gone_when_the_program_could_not_be_started(tmp_path: Path, temporary: Path) -> None:
    made = attempt(tmp_path, temporary, "", command=CommandPlan(argv=("/nowhere/program",)))
    assert made.finish().spawn_error is not None
    assert not list(temporary.iterdir())


def test_it_stays_while_processes_are_kept_that_may_use_it(tmp_path: Path, temporary: Path) -> None:
    script = '(until [ -e go ]; do sleep 0.01; done; cp "$TMPDIR/left.log" late) >/dev/null 2>&1 & echo done'
    made = attempt(tmp_path, temporary, script, keep_processes=True)
    assert made.finish().survivors > 0
    (made.work / "go").touch()
    made.until(lambda: (made.work / "late").exists() and (made.work / "late").read_text() == "KEY=secret\n")
    assert where(made).is_dir()


def test_what_the_settings_of_the_program_say_counts(tmp_path: Path, temporary: Path) -> None:
    said = tmp_path / "said"
    said.mkdir()
    settings = ProgramSettings(env={"TMPDIR": str(said)})
    made = attempt(tmp_path, temporary, "echo done", settings=settings)
    made.finish()
    assert where(made).parent == said
    assert not list(said.iterdir())


def test_a_persons_own_script_leaves_its_files_where_the_person_has_them(tmp_path: Path, temporary: Path) -> None:
    made = RealAttempt.make(tmp_path, 'echo kept > "$TMPDIR/kept"')
    replace(made, environment={"TMPDIR": str(temporary)}).finish()
    assert [path.name for path in temporary.iterdir()] == ["kept"]
