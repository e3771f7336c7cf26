"""What events of the run itself change."""

from __future__ import annotations

from msgspec.structs import replace

from crew_core.model import events as e
from crew_core.model.commands import CommandRecord
from crew_core.model.draft import Draft, apply, run_of
from crew_core.model.state import Run, Task
from crew_core.model.status import RunStatus, TaskStatus


@apply.register
def _(payload: e.RunCreated, draft: Draft, event: e.Event) -> None:
    draft.run = Run(
        run_id=event.run_id,
        team=payload.team,
        workflow=payload.workflow,
        goal=payload.goal,
        status=RunStatus.QUEUED,
        created_at=payload.created_at,
        updated_at=event.time,
        cwd=payload.cwd,
        project_root=payload.project_root,
        depth=payload.depth,
        tether=payload.tether,
        deadline_minutes=payload.deadline_minutes,
        max_tokens=payload.max_tokens,
        max_cost=payload.max_cost,
    )
    draft.tasks = {
        seed.id: Task(
            id=seed.id,
            run_id=event.run_id,
            step_id=seed.step_id,
            role=seed.role,
            agent=seed.agent,
            title=seed.step_id,
            status=TaskStatus.QUEUED,
            cwd=seed.cwd,
            access=seed.access,
            program=seed.program,
            depends_on=tuple(edge.task for edge in seed.edges),
            edge_policies={edge.task: edge.policy for edge in seed.edges},
            max_retries=seed.max_retries,
            for_each=seed.for_each,
            seq=event.seq,
        )
        for seed in payload.tasks
    }


@apply.register
def _(payload: e.CoordinatorStarted, draft: Draft, event: e.Event) -> None:
    run = run_of(draft)
    since = event.time if run.status is RunStatus.RUNNING else None
    draft.run = replace(run, coordinator=payload.identity, clock_spent_s=payload.clock_spent_s, clock_since=since)


@apply.register
def _(payload: e.CoordinatorDetached, draft: Draft, event: e.Event) -> None:
    draft.run = replace(run_of(draft), coordinator=None)


@apply.register
def _(payload: e.RunRunning, draft: Draft, event: e.Event) -> None:
    run = run_of(draft)
    draft.run = replace(
        run,
        status=RunStatus.RUNNING,
        stop=None,
        code=None,
        summary=None,
        finished_at=None,
        started_at=run.started_at or event.time,
        clock_spent_s=payload.clock_spent_s,
        clock_since=event.time,
    )


@apply.register
def _(payload: e.RunStopping, draft: Draft, event: e.Event) -> None:
    draft.run = replace(run_of(draft), stop=payload.stop)


@apply.register
def _(payload: e.RunEnded, draft: Draft, event: e.Event) -> None:
    draft.run = replace(
        run_of(draft),
        status=payload.status,
        code=payload.code,
        summary=event.message,
        finished_at=event.time,
        clock_spent_s=payload.clock_spent_s,
        clock_since=None,
        coordinator=None,
    )


@apply.register
def _(payload: e.CommandAccepted, draft: Draft, event: e.Event) -> None:
    known = draft.commands.get(payload.command.id)
    if known is None or known.outcome is None:
        draft.commands[payload.command.id] = CommandRecord(command=payload.command)


@apply.register
def _(payload: e.CommandDone, draft: Draft, event: e.Event) -> None:
    draft.commands[payload.command.id] = CommandRecord(command=payload.command, outcome=payload.outcome)


@apply.register
def _(payload: e.ArtifactRecorded, draft: Draft, event: e.Event) -> None:
    run = run_of(draft)
    kept = tuple(a for a in run.artifacts if a.path != payload.artifact.path)
    draft.run = replace(run, artifacts=(*kept, payload.artifact))
