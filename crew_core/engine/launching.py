"""Carrying out the intent to spawn: what the supervisor is to read, then its process."""

from __future__ import annotations

from pathlib import Path

import msgspec

from crew_core.engine.handoff import Predecessor, build_inputs
from crew_core.engine.ledger import Ledger
from crew_core.engine.machine_slots import descriptors
from crew_core.engine.scheduler import Start
from crew_core.engine.seams import Seams
from crew_core.engine.workers import Worker
from crew_core.model.attempt import AttemptSpec
from crew_core.model.plan import RunPlan
from crew_core.model.state import Task
from crew_core.model.status import Access, AttemptCause
from crew_core.store.fs import ensure_directory, write_durable
from crew_core.store.layout import AttemptLayout, RunLayout
from crew_core.store.snapshot import write_snapshot

#: Verification commands are scripts for ``sh``, whatever program the agent is.
VERIFY_PROGRAM = "shell"


class Launching:
    """Spawns supervisors; called only after the intent is durable."""

    def __init__(self, layout: RunLayout, seams: Seams, ledger: Ledger) -> None:
        self._layout = layout
        self._seams = seams
        self._ledger = ledger

    def launch(self, worker: Worker, start: Start, plan: RunPlan) -> None:
        """Write spec and inputs, start the supervisor, let go of our copies of its locks.

        :raises OSError: a file could not be written. A process that could not be started is no error here:
            the worker counts as reaped, and its spawn will be revoked.
        """
        task = self._ledger.task(worker.task_id)
        try:
            files = worker.files
            for directory in (files.root, files.control_new, files.out_new):
                ensure_directory(self._seams.fs, directory)
            self._write_inputs(task, files, plan)
            write_snapshot(self._seams.fs, files.spec, self._spec(task, worker, start, plan))
            worker.spawned_at = self._seams.clock.monotonic()
            try:
                worker.pid = self._seams.spawn(
                    self._seams.worker_argv, files.root, files.supervisor_log, descriptors(start.grants)
                )
            except OSError as error:
                with files.supervisor_log.open("a") as log:
                    log.write(f"supervisor not started: {error}\n")
                worker.pid, worker.reaped = -1, True
        finally:
            for grant in start.grants:
                grant.release()

    def _spec(self, task: Task, worker: Worker, start: Start, run: RunPlan) -> AttemptSpec:
        plan = run.task(task.id)
        agent = run.agents[task.agent]
        verify = start.cause is AttemptCause.VERIFY
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
            item=plan.item,
            bell_path=str(self._layout.bell),
            depth=run.depth,
            max_depth=run.max_depth,
            timeout_s=start.timeout_s if verify else plan.timeout_s,
            keep_processes=plan.keep_processes and not verify,
            model=agent.model,
            tools=agent.tools,
            system_prompt=agent.system_prompt,
            output_cap_bytes=run.limits.output_cap_bytes,
            answer_bytes=run.limits.answer_bytes,
        )

    def _write_inputs(self, task: Task, files: AttemptLayout, run: RunPlan) -> None:
        before = [self._ledger.task(name) for name in task.depends_on]
        # A fan-out has said nothing itself; its tasks are among the dependencies.
        predecessors = [self._predecessor(each) for each in before if each.for_each is None]
        inputs = build_inputs(run.goal, task.run_id, task.id, predecessors, run.limits.inputs_bytes)
        write_durable(self._seams.fs, files.inputs, msgspec.json.encode(inputs))

    def _predecessor(self, task: Task) -> Predecessor:
        path = self._result_path(task)
        text = path.read_bytes() if path else b""
        return Predecessor(
            task_id=task.id,
            role=task.role,
            status=task.status.value,
            text=text,
            path=str(path or ""),
            error=task.error or "",
        )

    def _result_path(self, task: Task) -> Path | None:
        artifact = task.result_artifact
        return self._layout.artifacts / artifact.path if artifact else None
