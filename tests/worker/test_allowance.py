"""How much an agent may use while no coordinator adds up what all agents of the run use."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from crew_core.model.attempt import AttemptResult, AttemptSpec, StopRequest, WorkerPhase, WorkerStatus
from crew_core.model.plan import Limits
from crew_core.model.prices import NANO, Price
from crew_core.model.progress import Progress
from crew_core.model.status import Access, AttemptCause, StopCode, StopVerb
from crew_core.model.transcript import AgentEvent, Kind
from crew_core.model.usage import Usage
from crew_core.store.fs import ensure_directory
from crew_core.store.identity import real_identities
from crew_core.store.layout import AttemptLayout, RunLayout
from crew_core.store.lock import RunLock
from crew_core.store.snapshot import write_snapshot
from crew_core.worker.allowance import Allowance
from crew_core.worker.progress import ProgressLedger
from tests.engine.run_builders import plan, task
from tests.seams.manual_clock import ManualClock
from tests.seams.unsynced_fs import UnsyncedFs

FS = UnsyncedFs()
AT = "2026-01-02T03:04:05.000Z"
LIVING = real_identities().current()
DEAD = replace(LIVING, start_ticks=1)
STOPPED = StopRequest(StopVerb.STOP, StopCode.CALLER_STOPPED)


def _spec(files: AttemptLayout, **fields: Any) -> AttemptSpec:
    task_id = files.root.parent.name
    spec = AttemptSpec(
        run_id="r",
        task_id=task_id,
        n=1,
        cause=AttemptCause.FIRST,
        worker_id=task_id,
        program="claude",
        agent="reader",
        role="worker",
        access=Access.READ,
        goal="",
        text="",
        cwd="/",
        inputs_path="",
        bell_path="",
        depth=0,
        max_depth=0,
        model="house-model",
        **{"limited": True, "reserved_tokens": 500, **fields},
    )
    ensure_directory(FS, files.root)
    write_snapshot(FS, files.spec, spec)
    return spec


class Crew:
    """A run on disk with a limit of 1,000 tokens or $1, at $1 for a thousand tokens."""

    def __init__(self, directory: Path, spec: Mapping[str, Any] | None = None, /, **limits: Any) -> None:
        self.run = RunLayout(directory / "run")
        ensure_directory(FS, self.run.root)
        of = replace(plan(task("own"), limits=Limits(**limits)), prices={"house-model": Price(1000, 0)})
        write_snapshot(FS, self.run.plan, of)
        files = self.run.attempt("own", 1)
        self.clock = ManualClock()
        self.own = ProgressLedger(self.clock.now())
        self.allowance = Allowance(_spec(files, **(spec or {})), files, real_identities())

    def other(self, name: str, tokens: int | None, *, supervisor: Any = LIVING, **spec: Any) -> AttemptLayout:
        files = self.run.attempt(name, 1)
        _spec(files, **spec)
        usage = Usage(input=tokens, output=0) if tokens is not None else None
        status = WorkerStatus(name, AT, WorkerPhase.RUNNING, supervisor, progress=Progress(usage=usage))
        write_snapshot(FS, files.status, status)
        return files

    def ended(self, name: str, tokens: int, **result: Any) -> None:
        files = self.other(name, 0, supervisor=DEAD)
        write_snapshot(FS, files.result, AttemptResult(name, AT, AT, usage=Usage(input=tokens, output=0), **result))

    def uses(self, tokens: int) -> str:
        """It reports one more response; what is said of the next."""
        usage = Usage(input=tokens, output=0)
        self.own.observe(AgentEvent(kind=Kind.USAGE, usage=usage), self.clock.now())
        return self.allowance.refused(self.own)


def test_what_all_have_used_counts_however_they_fared(tmp_path: Path) -> None:
    crew = Crew(tmp_path, max_tokens=1_000)
    crew.ended("done", 100)
    crew.other("at-work", 200)
    # Of these the use is not known: what was reserved for each counts, or what it told if that is more.
    crew.ended("cut", 50, stop=STOPPED)
    crew.other("lost", 10, supervisor=DEAD, reserved_tokens=100)
    # These use nothing that counts.
    crew.ended("unborn", 0, spawn_error="not started: no such program")
    crew.other("check", None, limited=False)
    _spec(crew.run.attempt("revoked", 1))
    assert crew.uses(99) == ""
    assert crew.uses(1) == "the limit of 1,000 tokens is used up: 1,000 were used"


def test_what_others_tell_in_the_meantime_is_seen(tmp_path: Path) -> None:
    crew = Crew(tmp_path, max_tokens=1_000)
    crew.other("at-work", 100)
    assert crew.uses(100) == ""
    crew.other("at-work", 800)
    assert "1,000 were used" in crew.uses(100)


def test_the_cost_is_what_the_model_is_priced_at(tmp_path: Path) -> None:
    crew = Crew(tmp_path, max_cost=1.0)
    crew.other("at-work", 500)
    assert crew.uses(499) == ""
    assert crew.uses(1) == "the limit of $1.00 is used up: $1.00 were spent"


def test_a_coordinator_decides_for_itself_and_what_it_did_not_see_is_looked_at_after_it(tmp_path: Path) -> None:
    crew = Crew(tmp_path, max_tokens=1_000)
    lock = RunLock.acquire(crew.run.lock, FS)
    assert crew.uses(1_500) == ""
    lock.release()
    assert "1,500 were used" in crew.allowance.refused(crew.own)


@pytest.mark.parametrize("damaged", ["spec", "status", "result"])
def test_where_the_others_cannot_be_read_what_was_reserved_is_all(tmp_path: Path, damaged: str) -> None:
    crew = Crew(tmp_path, max_tokens=1_000)
    getattr(crew.other("at-work", 100), damaged).write_text("{")
    assert crew.uses(499) == ""
    assert "the 500 tokens that were reserved for it are used up" in crew.uses(1)


def test_so_it_is_with_what_was_reserved_of_a_cost(tmp_path: Path) -> None:
    crew = Crew(tmp_path, {"reserved_tokens": None, "reserved_cost_nano": NANO // 2}, max_cost=1.0)
    crew.other("at-work", 100).status.write_text("{")
    assert crew.uses(499) == ""
    assert "the $0.50 that were reserved for it are used up" in crew.uses(1)


def test_while_the_disk_does_not_tell_who_coordinates_that_is_asked_again(tmp_path: Path) -> None:
    crew = Crew(tmp_path, max_tokens=1_000)
    # A file that cannot be opened, whoever asks.
    crew.run.lock.symlink_to(crew.run.lock)
    assert crew.uses(1_500) == ""
    crew.run.lock.unlink()
    assert "1,500 were used" in crew.allowance.refused(crew.own)
