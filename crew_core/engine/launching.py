"""Carrying out the intent to spawn: what the supervisor is to read, then its process."""

from __future__ import annotations

from crew_core.engine.budget import asks_model, tokens_left
from crew_core.engine.ledger import Ledger
from crew_core.engine.machine_slots import descriptors
from crew_core.engine.scheduler import Start
from crew_core.engine.seams import Seams
from crew_core.engine.telling import Telling
from crew_core.engine.workers import NO_CHILD, Worker
from crew_core.model.amounts import is_limited
from crew_core.model.attempt import AttemptSpec
from crew_core.model.plan import RunPlan
from crew_core.model.state import Task
from crew_core.model.status import Access, AttemptCause
from crew_core.store.fs import ensure_directory
from crew_core.store.layout import RunLayout
from crew_core.store.snapshot import write_snapshot

#: Verification commands are scripts for ``sh``, whatever program the agent is.
VERIFY_PROGRAM = "shell"


class Launching:
    """Spawns supervisors; called only after the intent is durable."""

    def __init__(self, layout: RunLayout, seams: Seams, ledger: Ledger) -> None:
        self._layout = layout
        self._seams = seams
        self._ledger = ledger
        self._telling = Telling(layout, seams, ledger)

    def launch(self, worker: Worker, start: Start, plan: RunPlan) -> None:
        """Write spec and inputs, start the supervisor, let go of our copies of its locks.

        :raises OSError: a file could not be written. A process that could not be started is no error here:
            the worker counts as reaped, and its spawn will be revoked.
        """
        task = self._ledger.task(worker.task_id)
        try:
            files = worker.files
            for directory in (files.root, files.control_new, files.out_new):
                ensure_directory(self._seams.fs, directory, within=self._layout.root)
            self._telling.write(task, files, plan, continuing=task.attempts[-1].resume is not None)
            write_snapshot(self._seams.fs, files.spec, self._spec(task, worker, start, plan))
            worker.spawned_at = self._seams.clock.monotonic()
            try:
                worker.pid = self._seams.spawn(
                    self._seams.worker_argv, files.root, files.supervisor_log, descriptors(start.grants)
                )
            except OSError as error:
                with files.supervisor_log.open("a") as log:
                    log.write(f"supervisor not started: {error}\n")
                worker.pid, worker.reaped = NO_CHILD, True
        finally:
            for grant in start.grants:
                grant.release()

    def _spec(self, task: Task, worker: Worker, start: Start, run: RunPlan) -> AttemptSpec:
        plan = run.task(task.id)
        agent = run.agents[task.agent]
        verify = start.cause is AttemptCause.VERIFY
        metered = asks_model(task.attempts[-1])
        return AttemptSpec(
            run_id=task.run_id,
            task_id=task.id,
            n=worker.n,
            cause=start.cause,
            worker_id=worker.worker_id,
            program=VERIFY_PROGRAM if verify else agent.program,
            agent=task.agent,
            role=task.role,
            access=Access.WRITE if verify else agent.access,
            goal=run.goal,
            text=start.command or plan.text,
            cwd=task.cwd,
            inputs_path=str(worker.files.inputs),
            packet_path=str(worker.files.packet),
            item=plan.item,
            checks_refused=run.checks.refused,
            bell_path=str(self._layout.bell),
            depth=run.depth,
            max_depth=run.max_depth,
            timeout_s=start.timeout_s if verify else plan.timeout_s,
            keep_processes=plan.keep_processes and not verify,
            model=agent.model,
            tools=agent.tools,
            thinking=agent.thinking,
            permissions=agent.permissions,
            command=agent.command,
            settings=agent.settings,
            state_dir="" if verify else str(self._layout.program_state(agent.program)),
            output_cap_bytes=run.limits.output_cap_bytes,
            answer_bytes=run.limits.answer_bytes,
            resume=task.attempts[-1].resume,
            max_tokens=tokens_left(run.limits, self._ledger.state) if metered else None,
            limited=is_limited(run.limits) and metered,
            reserved_tokens=start.reservation.tokens if start.reservation else None,
            reserved_cost_nano=start.reservation.cost_nano if start.reservation else None,
        )
