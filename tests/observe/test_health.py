"""Signs of life, from the files that supervisors write and the lock that a coordinator holds."""

from __future__ import annotations

from pathlib import Path

import pytest

from crew_core.model import events as e
from crew_core.model.attempt import AttemptResult, PauseCause, WorkerPhase, WorkerStatus
from crew_core.model.identity import ProcessIdentity
from crew_core.model.progress import Progress
from crew_core.model.status import AttemptCause
from crew_core.observe.health import coordinator_evidence, read_health
from crew_core.observe.own_run import OwnRun
from crew_core.observe.slices import Liveness, SliceState
from crew_core.observe.tab_slices import HealthSlice
from crew_core.observe.watcher import NO_HINTS
from crew_core.store.fs import RealFs
from crew_core.store.identity import real_identities
from crew_core.store.lock import LockRecord, RunLock
from crew_core.store.snapshot import write_snapshot
from tests.engine.run_builders import AT, plan, task
from tests.observe.written_run import WrittenRun

BEAT = "2026-01-02T03:04:09.000Z"


def me() -> ProcessIdentity:
    return real_identities().current()


def gone() -> ProcessIdentity:
    """A process of this boot that cannot live any more: our own pid with another start."""
    mine = me()
    return ProcessIdentity(mine.boot_id, mine.pid_namespace, mine.pid, mine.start_ticks + 1)


def elsewhere() -> ProcessIdentity:
    return ProcessIdentity("another-boot", "1", 7, 1)


class WatchedRun:
    """A run with task ``a`` running, whose supervisor is `supervisor`."""

    def __init__(self, root: Path) -> None:
        self.written = WrittenRun(root, plan(task("a"), task("b", after=("a",))))
        self.written.record(e.RunRunning())
        self.written.record(
            e.AttemptStarting(n=1, cause=AttemptCause.FIRST, worker_id="w1", program="shell", retries_spent=0), "a"
        )
        self.written.record(e.TaskStarted(), "a")
        self.files = self.written.layout.attempt("a", 1)
        self.files.root.mkdir(parents=True)

    def beats(self, supervisor: ProcessIdentity, **changes: object) -> None:
        status = WorkerStatus(worker_id="w1", at=BEAT, phase=WorkerPhase.RUNNING, supervisor=supervisor, **changes)  # type: ignore[arg-type]
        write_snapshot(self.written.fs, self.files.status, status, durable=False)

    def health(self) -> HealthSlice:
        state = self.written.book.state
        return read_health(self.written.path, state.run, state.tasks.values())


@pytest.fixture
def run(tmp_path: Path) -> WatchedRun:
    return WatchedRun(tmp_path)


def test_a_beating_worker_says_when_and_what_it_does(run: WatchedRun) -> None:
    run.beats(me(), progress=Progress(current_tool="bash", current_tool_args="npm test"))
    found = run.health()
    assert [each.task_id for each in found.workers] == ["a"]
    worker = found.workers[0]
    assert (worker.attempt, worker.pid, worker.beat_at, worker.alive) == (1, me().pid, BEAT, True)
    assert worker.doing == "bash npm test"
    assert found.evidence == ()
    assert found == run.health()


def test_a_worker_that_has_not_beaten_yet_is_there(run: WatchedRun) -> None:
    worker = run.health().workers[0]
    assert (worker.beat_at, worker.pid, worker.alive, worker.started_at) == (None, None, None, AT)


def test_a_supervisor_that_is_gone_is_dead_and_the_file_says_so(run: WatchedRun) -> None:
    run.beats(gone())
    found = run.health()
    assert found.workers[0].alive is False
    assert [(each.rule, each.path) for each in found.evidence] == [("worker-gone", run.files.status)]


def test_of_a_process_elsewhere_nothing_is_said(run: WatchedRun) -> None:
    run.beats(elsewhere())
    found = run.health()
    assert found.workers[0].alive is None
    assert found.evidence[0].rule == "worker-elsewhere"


def test_a_result_that_nobody_took_is_told(run: WatchedRun) -> None:
    run.beats(gone())
    result = AttemptResult(worker_id="w1", started_at=AT, ended_at=BEAT)
    write_snapshot(run.written.fs, run.files.result, result, durable=False)
    found = run.health()
    assert "waits for a coordinator" in found.workers[0].doing
    assert [each.rule for each in found.evidence] == ["worker-result"]


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"pause": PauseCause.STORAGE_FULL}, "paused: storage-full"),
        ({"phase": WorkerPhase.STOPPING}, "stopping"),
        ({"progress": Progress(recent_output=("one", "two", " "))}, "two"),
        ({}, ""),
    ],
)
def test_what_a_worker_does(run: WatchedRun, changes: dict[str, object], said: str) -> None:
    status = {"phase": WorkerPhase.RUNNING, **changes}
    record = WorkerStatus(worker_id="w1", at=BEAT, supervisor=me(), **status)  # type: ignore[arg-type]
    write_snapshot(run.written.fs, run.files.status, record, durable=False)
    assert run.health().workers[0].doing == said


@pytest.mark.parametrize("data", [b"", b"{", b"[]", b'{"schemaVersion": 99}', b"\xff\xfe"])
def test_a_damaged_status_is_evidence_and_no_crash(run: WatchedRun, data: bytes) -> None:
    run.files.status.write_bytes(data)
    found = run.health()
    assert found.workers[0].beat_at is None
    assert [each.rule for each in found.evidence] == ["worker-status"]


def test_only_running_tasks_have_workers(run: WatchedRun) -> None:
    run.written.record(e.TaskCompleted(exit_code=0), "a")
    found = run.health()
    assert found.state is SliceState.EMPTY
    assert found.workers == ()


def test_who_coordinates_is_told_while_and_after_the_lock_is_held(run: WatchedRun) -> None:
    assert run.health().coordinator == "no coordinator has been here yet"
    lock = RunLock.acquire(run.written.layout.lock, RealFs())
    lock.write(LockRecord(identity=me(), epoch=3, at=AT))
    try:
        assert run.health().coordinator == f"coordinator pid {me().pid}, epoch 3, holds the lock since {AT}"
    finally:
        lock.release()
    assert run.health().coordinator.endswith("lives but let go of the lock; the lock is free")


def test_an_interrupted_run_names_the_lock_the_file_and_the_event(run: WatchedRun) -> None:
    source = OwnRun(run.written.path)
    known = source.read(NO_HINTS)
    assert known.live is Liveness.INTERRUPTED
    assert [(each.rule, each.path, each.seq) for each in known.evidence] == [
        ("lock-free", run.written.layout.lock, None),
        ("journal-open", run.written.layout.journal, 4),
    ]


def test_evidence_for_every_verdict(run: WatchedRun) -> None:
    state = run.written.book.state
    for live in Liveness:
        found = coordinator_evidence(run.written.path, state.run, live)
        assert found
        assert all(each.says and each.path for each in found)
