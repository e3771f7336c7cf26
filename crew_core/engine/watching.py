"""From what supervisors leave on disk to events: started, progress, messages, paused, ended, lost, revoked."""

from __future__ import annotations

import os
from pathlib import Path

from crew_core.engine.claims import read_claim, revoke
from crew_core.engine.hearing import Hearing
from crew_core.engine.ledger import Ledger
from crew_core.engine.seams import Seams
from crew_core.engine.spending import Spending
from crew_core.engine.steering import Steering
from crew_core.engine.workers import FAREWELL_S, NO_CHILD, Worker, Workers
from crew_core.model import events as e
from crew_core.model.attempt import ClaimKind, WorkerStatus
from crew_core.model.status import AttemptCause, AttemptPhase
from crew_core.model.verdict import Evidence, verdict
from crew_core.store.clock import iso
from crew_core.store.regular import open_regular
from crew_core.store.sweep import sweep, sweep_orphans
from crew_core.store.temporary_directory import remove

#: How long a supervisor may take from its start to its claim before the spawn is taken back.
CLAIM_WITHIN_S = 30.0

_LAST_WORDS_BYTES = 2_000


class Watching:
    """Turns the worker's files into the run's events; owned by the coordinator's loop."""

    def __init__(self, seams: Seams, ledger: Ledger, workers: Workers, steering: Steering, spending: Spending) -> None:
        self._seams = seams
        self._ledger = ledger
        self._workers = workers
        self._steering = steering
        self._spending = spending
        self._hearing = Hearing(ledger)

    def look(self) -> float | None:
        """Look at every worker. Returns in how many seconds one has to be looked at again, if soon."""
        self._workers.reap()
        soon: float | None = None
        for worker in self._workers.all():
            wait = self._look_at(worker)
            if wait is not None:
                soon = wait if soon is None else min(soon, wait)
        return soon

    def _look_at(self, worker: Worker) -> float | None:
        alive = worker.alive(self._seams.identities)
        if worker.claim is None and not self._claimed(worker, alive):
            return None
        if worker.claim is None or worker.claim.kind is ClaimKind.REVOKED:
            return None
        # Once more: one that was taken for dead may have claimed at the last moment.
        alive = worker.alive(self._seams.identities)
        status = worker.read_status()
        if status is not None:
            self._heartbeat(worker, status)
        now = self._seams.clock.monotonic()
        result = worker.read_result(now)
        if result is not None:
            if alive and now - worker.result_at < FAREWELL_S:
                return 0.005
            self._end(worker, Evidence(result=result))
        elif not alive:
            # Looked at in this order, a result that was written just before the end is never missed.
            late = worker.read_result(now)
            self._end(worker, Evidence(result=late) if late else Evidence(None, self._sweep(worker)))
        return None

    def _claimed(self, worker: Worker, alive: bool) -> bool:
        """Whether the worker has a claim now; takes the spawn back when nobody will ever make one."""
        worker.claim = read_claim(worker.files)
        if worker.claim is None:
            waited = self._seams.clock.monotonic() - worker.spawned_at
            if alive and waited < CLAIM_WITHIN_S:
                return False
            at = iso(self._seams.clock.now())
            identity = self._seams.identities.current()
            worker.claim = revoke(self._seams.fs, worker.files, worker.worker_id, identity, at)
        if worker.claim.kind is ClaimKind.REVOKED:
            self._revoked(worker)
            return False
        if worker.pid == NO_CHILD:
            worker.pid = None
        self._ledger.record(
            e.AttemptStarted(n=worker.n, supervisor=worker.claim.identity, started_at=worker.claim.at),
            worker.task_id,
        )
        self._workers.watch_end(worker)
        return True

    def _revoked(self, worker: Worker) -> None:
        task = self._ledger.task(worker.task_id)
        attempt = task.attempts[-1]
        spent = task.retries_spent - (1 if attempt.cause is AttemptCause.RETRY else 0)
        said = _last_words(worker)
        reason = (
            f"its supervisor did not start: {said}" if said else "its supervisor ended before it claimed the attempt"
        )
        self._ledger.record(
            e.AttemptRevoked(n=worker.n, reason=reason, retries_spent=max(0, spent)), worker.task_id, message=reason
        )
        self._steering.give_up(worker, "its agent was never started")
        self._workers.forget(worker)

    def _heartbeat(self, worker: Worker, status: WorkerStatus) -> None:
        task = self._ledger.task(worker.task_id)
        attempt = task.attempts[-1]
        if attempt.pause is not status.pause:
            said = f"{worker.task_id} is paused: {status.pause}" if status.pause else None
            self._ledger.record(e.AttemptPaused(n=worker.n, pause=status.pause), task.id, message=said)
        if (status.messages, status.dealings) != worker.heard:
            worker.heard = (status.messages, status.dealings)
            self._hearing.hear(worker)
            task = self._ledger.task(worker.task_id)
        if status.progress != task.agent_progress and attempt.cause is not AttemptCause.VERIFY:
            self._ledger.record(
                e.TaskProgress(
                    progress=status.progress,
                    coalesce_reason=status.coalesce_reason,
                    spent=self._spending.so_far(task, status.progress),
                ),
                task.id,
                provenance="live_worker",
            )

    def _sweep(self, worker: Worker) -> int:
        """End what a dead supervisor left behind; returns how many processes that were."""
        worker.read_status()
        identities = self._seams.identities
        ended = sweep(identities, worker.status, worker.worker_id)
        ended += sweep_orphans(identities, self._workers.child_pids() | self._kept())
        if worker.claim is not None and worker.claim.temporary is not None:
            remove(Path(worker.claim.temporary), worker.worker_id)
        return ended

    def _kept(self) -> frozenset[int]:
        """Processes that steps with ``keepProcesses`` have left to us: they are nobody's leftovers."""
        workers = [a.worker_id for t in self._ledger.state.tasks.values() for a in t.attempts if a.survivors]
        identities = self._seams.identities
        return frozenset(each.pid for name in workers for each in identities.with_environment("CREW_WORKER_ID", name))

    def _end(self, worker: Worker, evidence: Evidence) -> None:
        result = evidence.result
        meaning = verdict(evidence)
        self._last_words_of(worker, evidence)
        self._ledger.record(
            e.AttemptEnded(
                n=worker.n,
                outcome=meaning.outcome,
                code=meaning.code,
                detail=meaning.detail,
                ended_at=result.ended_at if result else None,
                exit_code=result.exit_code if result else None,
                signal=result.signal if result else None,
                survivors=result.survivors if result else 0,
                ended_processes=result.ended_processes if result else evidence.swept,
                output_bytes=result.output_bytes if result else 0,
                answer=result.answer if result else None,
                usage=result.usage if result else None,
                session=result.session if result else worker.session,
                model=result.model if result else None,
                spent=self._spending.in_the_end(self._ledger.task(worker.task_id), result, meaning.outcome),
            ),
            worker.task_id,
            message=meaning.detail or None,
            attempt_id=f"{self._ledger.run.run_id}:{worker.task_id}:attempt-{worker.n}",
        )
        self._workers.forget(worker)

    def _last_words_of(self, worker: Worker, evidence: Evidence) -> None:
        """What it told since the last look, if somebody waits for that; what it never took is lost."""
        result = evidence.result
        sent = self._ledger.task(worker.task_id).attempts[-1].sent
        if result is None or result.messages > worker.heard[0] or any(not each.state.ended for each in sent):
            self._hearing.hear(worker)
        self._steering.give_up(worker, "the attempt ended, and nothing says that its agent took this")

    def adopt(self, worker: Worker) -> None:
        """Take over an attempt that an earlier coordinator began: whatever is true of it now, ``look`` says."""
        self._workers.add(worker)
        attempt = self._ledger.task(worker.task_id).attempts[-1]
        if attempt.phase is AttemptPhase.RUNNING:
            worker.claim = read_claim(worker.files)
            self._workers.watch_end(worker)


def _last_words(worker: Worker) -> str:
    """The last line of the supervisor's log: of an error, the line that names it."""
    try:
        with open_regular(worker.files.supervisor_log) as log:
            log.seek(max(0, log.seek(0, os.SEEK_END) - _LAST_WORDS_BYTES))
            lines = log.read().decode("utf-8", "replace").splitlines()
    except OSError:
        # It never came to writing any.
        return ""
    return next((line.strip() for line in reversed(lines) if line.strip()), "")
