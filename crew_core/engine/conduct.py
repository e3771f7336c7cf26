"""Conducting one run: look, settle, decide, record; and, after the commit, act."""

from __future__ import annotations

import random
import secrets
from collections.abc import Callable

import msgspec
from msgspec.structs import replace

from crew_core.agents.protocol import Abilities
from crew_core.engine.admission import Admission
from crew_core.engine.closeout import close_out
from crew_core.engine.launching import Launching
from crew_core.engine.ledger import Ledger
from crew_core.engine.machine_slots import SharedMachine
from crew_core.engine.room import Room, needs_of, starts_at_once
from crew_core.engine.scheduler import Decisions, Start, decide
from crew_core.engine.seams import Seams
from crew_core.engine.sessions import conversation
from crew_core.engine.settlements import Settlements
from crew_core.engine.settling import settle
from crew_core.engine.spending import Spending
from crew_core.engine.steering import Steering, abilities_of, takes_of
from crew_core.engine.timekeeping import Timekeeping
from crew_core.engine.watching import Watching
from crew_core.engine.workers import Worker, Workers
from crew_core.model import events as e
from crew_core.model.attempt import ControlMessage, StopRequest
from crew_core.model.explain import explain_hold
from crew_core.model.plan import RunPlan
from crew_core.model.state import HoldCause
from crew_core.model.status import AttemptCause, RunStatus, StopCode, TaskStatus
from crew_core.store import maildir
from crew_core.store.doorbell import ring
from crew_core.store.layout import RunLayout
from crew_core.store.snapshot import read_snapshot

#: Another run frees a slot, a directory or memory without telling us: look again this often while it matters.
SHARED_LOOK_S = 0.25

#: Nothing to do soon.
QUIET_S = 60.0


class Conduct:
    """The run's course. Methods record events; effects wait for ``act``, after the commit."""

    def __init__(self, layout: RunLayout, seams: Seams, ledger: Ledger, wake: Callable[[], None]) -> None:
        self._layout = layout
        self._seams = seams
        self._ledger = ledger
        self._written = self._plan = read_snapshot(layout.plan, RunPlan)
        self.workers = Workers(seams.identities, wake)
        self.steering = Steering(seams, ledger)
        self.spending = Spending(self._plan, seams, ledger)
        self.watching = Watching(seams, ledger, self.workers, self.steering, self.spending)
        self.time = Timekeeping(seams, ledger)
        self._launching = Launching(layout, seams, ledger)
        self._settlements = Settlements(layout, seams, ledger)
        self._machine = SharedMachine(seams.fs, seams.machine, seams.identities.current())
        self._chance = random.Random()
        self._to_launch: list[tuple[Worker, Start]] = []

    @property
    def plan(self) -> RunPlan:
        """What the starter wrote, and the tasks that answers brought."""
        added = self._ledger.state.added if self._ledger.exists else ()
        if len(self._plan.tasks) != len(self._written.tasks) + len(added):
            self._plan = replace(self._written, tasks=(*self._written.tasks, *added))
        return self._plan

    def create_run(self) -> None:
        """The first event: the whole plan, so that the journal explains itself."""
        seeds = tuple(
            e.TaskSeed(
                id=task.id,
                step_id=task.step_id,
                role=task.role,
                agent=task.agent,
                program=self.plan.agents[task.agent].program,
                cwd=task.cwd,
                access=self.plan.agents[task.agent].access,
                max_retries=task.max_retries,
                edges=task.edges,
                for_each=task.for_each,
            )
            for task in self.plan.tasks
        )
        self._ledger.record(
            e.RunCreated(
                goal=self.plan.goal,
                team=self.plan.team,
                workflow=self.plan.workflow,
                cwd=self.plan.cwd,
                created_at=self.plan.created_at,
                tasks=seeds,
                project_root=self.plan.project_root,
                depth=self.plan.depth,
                tether=self.plan.tether,
                deadline_minutes=self.plan.limits.max_run_minutes,
                max_tokens=self.plan.limits.max_tokens,
                max_cost=self.plan.limits.max_cost,
            ),
            message=self.plan.goal,
        )

    def advance(self) -> float:
        """One step: record what happened and what is to happen. Returns how long nothing more is due, in seconds."""
        soon = self.watching.look()
        if self._ledger.run.status.ended:
            return QUIET_S
        # A run that was cancelled before its first turn never begins.
        if self._ledger.run.status is RunStatus.QUEUED and self._ledger.run.stop is None:
            self._ledger.record(e.RunRunning(clock_spent_s=0.0))
        waits = [QUIET_S if soon is None else soon, self.time.check(self.stop_run), self._leave_places()]
        self.spending.check(self.stop_run)
        waits.append(self._schedule())
        return min(waits)

    def _schedule(self) -> float:
        self._settle_all()
        now = self._seams.clock.now()
        decisions = decide(self._ledger.state, self.plan, now, self._admission())
        self._record(decisions)
        if decisions.holds and self.spending.check(self.stop_run):
            # What is held would wait for ever: the next turn calls it off.
            return 0.0
        if decisions.expansions:
            # The new tasks are looked at in the next turn, which comes at once.
            return 0.0
        if decisions.finished and not self.workers.all() and not self._to_launch:
            close_out(self._layout, self._seams, self._ledger, self.time.clock_spent())
            return QUIET_S
        if self._held_by_others():
            return SHARED_LOOK_S
        if decisions.wake_at is not None:
            return max(0.0, (decisions.wake_at - now).total_seconds())
        return QUIET_S

    def _admission(self) -> Admission:
        busy = {worker.task_id for worker in self.workers.all()}
        running = [task for task in self._ledger.state.tasks.values() if task.id in busy]
        return Admission(self.plan.limits, self._machine, running, self.spending.purse(), self._room())

    def _room(self) -> Room:
        return Room(
            self._seams.memory.free,
            lambda: bool(self.workers.all()) or self._machine.workers() > 0,
            self._machine.starting(),
            starts_at_once(self._seams.cores),
        )

    def _leave_places(self) -> float:
        """Give back the places of programs that have started; returns in how many seconds the next one should have."""
        now = self._seams.clock.monotonic()
        soon = QUIET_S
        for worker in self.workers.all():
            if worker.place is None:
                continue
            task = self._ledger.task(worker.task_id)
            left_s = worker.start_left_s(needs_of(task.program, task.attempts[-1].cause).start_s, now)
            if left_s > 0:
                soon = min(soon, left_s)
            else:
                worker.leave_place()
        return soon

    def _held_by_others(self) -> bool:
        ours = f"{self._ledger.run.run_id}/"
        holds = [task.hold for task in self._ledger.state.tasks.values() if task.hold is not None]
        return any(
            hold.cause in (HoldCause.MACHINE_LIMIT, HoldCause.MEMORY, HoldCause.START_UP)
            or (hold.cause is HoldCause.DIRECTORY and not hold.by.startswith(ours))
            for hold in holds
        )

    def _settle_all(self) -> None:
        run = self._ledger.run
        for task in list(self._ledger.state.tasks.values()):
            settlement = settle(task, self.plan, run.stop, self._seams.clock.now(), self._chance)
            if settlement is not None:
                self._settlements.record(task, settlement, self.plan)

    def _record(self, decisions: Decisions) -> None:
        run = self._ledger.run
        for task_id in decisions.expansions:
            self._settlements.expand(task_id, self.plan)
        for task_id, blame in decisions.skips:
            self._ledger.record(e.TaskSkipped(because=blame), task_id, message=f"{blame} did not complete")
        for task_id in decisions.cancels:
            code = run.stop.code if run.stop else StopCode.CALLER_CANCELLED
            reason = run.stop.reason if run.stop else ""
            self._ledger.record(e.TaskCancelled(code=code, error=reason), task_id, message=reason or code)
        for task_id, hold in decisions.holds.items():
            told = explain_hold(hold, self._ledger.state.tasks[task_id].role)
            self._ledger.record(e.TaskHeld(hold=hold), task_id, message=told)
        for start in decisions.starts:
            self._intend(start)

    def _intend(self, start: Start) -> None:
        task = self._ledger.task(start.task_id)
        n = len(task.attempts) + 1
        worker = Worker(
            task_id=task.id,
            n=n,
            worker_id=f"{task.run_id}:{task.id}:{n}:{secrets.token_hex(4)}",
            files=self._layout.attempt(task.id, n),
            spawned_at=self._seams.clock.monotonic(),
            place=start.place,
        )
        able = Abilities() if start.cause is AttemptCause.VERIFY else abilities_of(task.program)
        resume = conversation(task, task.program, able, self._layout)
        again = resume is not None and start.cause is AttemptCause.FIRST
        self._ledger.record(
            e.AttemptStarting(
                n=n,
                cause=AttemptCause.CONTINUE if again else start.cause,
                worker_id=worker.worker_id,
                program=task.program,
                retries_spent=start.retries_spent,
                command=start.command,
                takes=takes_of(able),
                resume=resume,
                model=None if start.cause is AttemptCause.VERIFY else self.spending.model_of(task),
                unmetered=start.cause is AttemptCause.VERIFY or not able.asks_model,
                reservation=start.reservation,
            ),
            task.id,
            message=start.command,
        )
        if n == 1:
            self._ledger.record(e.TaskStarted(), task.id)
        self._to_launch.append((worker, start))

    def act(self) -> None:
        """Carry out what was intended; everything recorded is durable now."""
        launches, self._to_launch = self._to_launch, []
        for worker, start in launches:
            self._launching.launch(worker, start, self.plan)
            self.workers.add(worker)
        for worker in self.workers.all():
            stop = self._stop_of(worker)
            if stop is not None and stop.verb not in worker.stop_sent:
                self._send_stop(worker, stop)
            self.steering.put(worker)

    def _stop_of(self, worker: Worker) -> StopRequest | None:
        """The strongest request that concerns this worker."""
        strongest = self._ledger.run.stop
        own = self._ledger.task(worker.task_id).stop
        if own is not None and own.verb.overrides(strongest.verb if strongest else None):
            strongest = own
        return strongest

    def _send_stop(self, worker: Worker, stop: StopRequest) -> None:
        message = msgspec.json.encode(ControlMessage(stop=stop))
        maildir.put(self._seams.fs, worker.files.control_new, f"stop-{stop.verb}.json", message)
        ring(worker.files.control_bell)
        worker.stop_sent.add(stop.verb)

    def stop_run(self, stop: StopRequest) -> None:
        """Record the intent to end the whole run; a cancel overrides a stop, nothing overrides a cancel."""
        standing = self._ledger.run.stop
        if stop.verb.overrides(standing.verb if standing else None):
            self._ledger.record(e.RunStopping(stop=stop), message=stop.reason or stop.code)

    def stop_task(self, task_id: str, stop: StopRequest) -> None:
        """Record the intent to end one task: at once when nothing runs, else through its supervisor."""
        task = self._ledger.task(task_id)
        if task.status is TaskStatus.QUEUED:
            self._ledger.record(e.TaskCancelled(code=stop.code, error=stop.reason), task_id, message=stop.reason)
        elif stop.verb.overrides(task.stop.verb if task.stop else None):
            self._ledger.record(e.TaskStopping(stop=stop), task_id, message=stop.reason or stop.code)

    def clock_spent_before_us(self) -> float:
        """Run time until the last event of the coordinator before this one."""
        return self.time.clock_spent(at=self._ledger.run.updated_at)
