"""State out of events: the one fold that coordinator, recovery, dashboard and replay share."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import singledispatch

from msgspec.structs import replace

from crew_core.model import events as e
from crew_core.model.commands import CommandRecord
from crew_core.model.state import Attempt, Run, RunState, Task
from crew_core.model.status import AttemptCause, AttemptOutcome, AttemptPhase, RunStatus, TaskStatus


class _Draft:
    """A state in the making: only what changes is copied."""

    __slots__ = ("commands", "messages", "run", "tasks")

    def __init__(self, state: RunState | None) -> None:
        self.run: Run | None = state.run if state else None
        self.tasks: dict[str, Task] = dict(state.tasks) if state else {}
        self.commands = dict(state.commands) if state else {}
        self.messages = state.messages if state else ()


def reduce_all(state: RunState | None, events: Iterable[e.Event]) -> RunState | None:
    """Fold ``events`` into ``state``; None stays None until ``run.created`` is seen.

    Objects of tasks that no event names keep their identity. Applying an event twice equals once.

    :raises msgspec.ValidationError: an event of a known type carries data of another shape.
    """
    draft = _Draft(state)
    touched = False
    for event in events:
        payload = e.payload_of(event)
        if draft.run is None and not isinstance(payload, e.RunCreated):
            continue
        touched = True
        if payload is not None:
            _apply(payload, draft, event)
        assert draft.run is not None
        draft.run = replace(
            draft.run, seq=event.seq, epoch=max(draft.run.epoch, event.metadata.epoch), updated_at=event.time
        )
    if not touched or draft.run is None:
        return state
    return RunState(run=draft.run, tasks=draft.tasks, commands=draft.commands, messages=draft.messages)


def reduce(state: RunState | None, event: e.Event) -> RunState | None:
    """``reduce_all`` for one event."""
    return reduce_all(state, (event,))


@singledispatch
def _apply(payload: e.Payload, draft: _Draft, event: e.Event) -> None:
    raise TypeError(f"no reducer for {type(payload).__name__}")


def _run(draft: _Draft) -> Run:
    assert draft.run is not None
    return draft.run


def _edit(draft: _Draft, event: e.Event, change: Callable[[Task], Task]) -> None:
    task = draft.tasks.get(event.task_id or "")
    if task is not None:
        draft.tasks[task.id] = replace(change(task), seq=event.seq)


def _edit_attempt(task: Task, n: int, change: Callable[[Attempt], Attempt]) -> Task:
    attempts = tuple(change(a) if a.n == n else a for a in task.attempts)
    return replace(task, attempts=attempts)


@_apply.register
def _(payload: e.RunCreated, draft: _Draft, event: e.Event) -> None:
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
            seq=event.seq,
        )
        for seed in payload.tasks
    }


@_apply.register
def _(payload: e.CoordinatorStarted, draft: _Draft, event: e.Event) -> None:
    run = _run(draft)
    since = event.time if run.status is RunStatus.RUNNING else None
    draft.run = replace(run, coordinator=payload.identity, clock_spent_s=payload.clock_spent_s, clock_since=since)


@_apply.register
def _(payload: e.CoordinatorDetached, draft: _Draft, event: e.Event) -> None:
    draft.run = replace(_run(draft), coordinator=None)


@_apply.register
def _(payload: e.RunRunning, draft: _Draft, event: e.Event) -> None:
    run = _run(draft)
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


@_apply.register
def _(payload: e.RunStopping, draft: _Draft, event: e.Event) -> None:
    draft.run = replace(_run(draft), stop=payload.stop)


@_apply.register
def _(payload: e.RunEnded, draft: _Draft, event: e.Event) -> None:
    draft.run = replace(
        _run(draft),
        status=payload.status,
        code=payload.code,
        summary=event.message,
        finished_at=event.time,
        clock_spent_s=payload.clock_spent_s,
        clock_since=None,
        coordinator=None,
    )


@_apply.register
def _(payload: e.CommandAccepted, draft: _Draft, event: e.Event) -> None:
    known = draft.commands.get(payload.command.id)
    if known is None or known.outcome is None:
        draft.commands[payload.command.id] = CommandRecord(command=payload.command)


@_apply.register
def _(payload: e.CommandDone, draft: _Draft, event: e.Event) -> None:
    draft.commands[payload.command.id] = CommandRecord(command=payload.command, outcome=payload.outcome)


@_apply.register
def _(payload: e.TaskHeld, draft: _Draft, event: e.Event) -> None:
    _edit(draft, event, lambda task: replace(task, hold=payload.hold))


@_apply.register
def _(payload: e.TaskStarted, draft: _Draft, event: e.Event) -> None:
    """Nothing follows from it: the task runs since its first ``attempt.starting``."""


@_apply.register
def _(payload: e.TaskStopping, draft: _Draft, event: e.Event) -> None:
    _edit(draft, event, lambda task: replace(task, stop=payload.stop))


@_apply.register
def _(payload: e.TaskParked, draft: _Draft, event: e.Event) -> None:
    _edit(
        draft,
        event,
        lambda task: replace(
            task,
            status=TaskStatus.QUEUED,
            parked_until=payload.until,
            code=payload.code,
            error=payload.error,
        ),
    )


def _end(task: Task, event: e.Event, status: TaskStatus) -> Task:
    return replace(
        task,
        status=status,
        finished_at=event.time,
        parked_until=None,
        hold=None,
        stop=None,
        code=None,
        error=None,
        because=None,
    )


@_apply.register
def _(payload: e.TaskCompleted, draft: _Draft, event: e.Event) -> None:
    _edit(
        draft,
        event,
        lambda task: replace(
            _end(task, event, TaskStatus.COMPLETED),
            result_artifact=payload.result,
            exit_code=payload.exit_code,
            usage=payload.usage,
        ),
    )


@_apply.register
def _(payload: e.TaskFailed, draft: _Draft, event: e.Event) -> None:
    _edit(
        draft,
        event,
        lambda task: replace(
            _end(task, event, TaskStatus.FAILED),
            code=payload.code,
            error=payload.error,
            exit_code=payload.exit_code,
            result_artifact=payload.result,
            usage=payload.usage,
        ),
    )


@_apply.register
def _(payload: e.TaskDeadLettered, draft: _Draft, event: e.Event) -> None:
    _edit(draft, event, lambda task: replace(task, dead_letter=True))


@_apply.register
def _(payload: e.TaskCancelled, draft: _Draft, event: e.Event) -> None:
    _edit(
        draft,
        event,
        lambda task: replace(
            _end(task, event, TaskStatus.CANCELLED),
            code=payload.code,
            error=payload.error,
            usage=payload.usage,
        ),
    )


@_apply.register
def _(payload: e.TaskSkipped, draft: _Draft, event: e.Event) -> None:
    _edit(
        draft,
        event,
        lambda task: replace(_end(task, event, TaskStatus.SKIPPED), because=payload.because),
    )


@_apply.register
def _(payload: e.TaskRequeued, draft: _Draft, event: e.Event) -> None:
    _edit(
        draft,
        event,
        lambda task: replace(
            _end(task, event, TaskStatus.QUEUED),
            started_at=None,
            finished_at=None,
            dead_letter=False,
            retries_spent=0,
            exit_code=None,
            result_artifact=None,
        ),
    )


@_apply.register
def _(payload: e.TaskProgress, draft: _Draft, event: e.Event) -> None:
    _edit(draft, event, lambda task: replace(task, agent_progress=payload.progress))


@_apply.register
def _(payload: e.AttemptStarting, draft: _Draft, event: e.Event) -> None:
    new = Attempt(
        n=payload.n,
        cause=payload.cause,
        phase=AttemptPhase.STARTING,
        worker_id=payload.worker_id,
        at=event.time,
        command=payload.command,
    )

    def change(task: Task) -> Task:
        earlier = tuple(a for a in task.attempts if a.n != payload.n)
        progress = task.agent_progress if payload.cause is AttemptCause.VERIFY else None
        return replace(
            task,
            status=TaskStatus.RUNNING,
            started_at=task.started_at or event.time,
            finished_at=None,
            parked_until=None,
            hold=None,
            error=None,
            code=None,
            attempts=(*earlier, new),
            retries_spent=payload.retries_spent,
            agent_progress=progress,
        )

    _edit(draft, event, change)


@_apply.register
def _(payload: e.AttemptStarted, draft: _Draft, event: e.Event) -> None:
    def change(attempt: Attempt) -> Attempt:
        if attempt.phase is AttemptPhase.ENDED:
            return attempt
        return replace(
            attempt,
            phase=AttemptPhase.RUNNING,
            supervisor=payload.supervisor,
            started_at=payload.started_at,
        )

    _edit(draft, event, lambda task: _edit_attempt(task, payload.n, change))


@_apply.register
def _(payload: e.AttemptRevoked, draft: _Draft, event: e.Event) -> None:
    def change(attempt: Attempt) -> Attempt:
        return replace(
            attempt,
            phase=AttemptPhase.ENDED,
            outcome=AttemptOutcome.REVOKED,
            message=payload.reason,
            ended_at=event.time,
        )

    _edit(
        draft,
        event,
        lambda task: replace(_edit_attempt(task, payload.n, change), retries_spent=payload.retries_spent),
    )


@_apply.register
def _(payload: e.AttemptPaused, draft: _Draft, event: e.Event) -> None:
    _edit(
        draft,
        event,
        lambda task: _edit_attempt(task, payload.n, lambda a: replace(a, pause=payload.pause)),
    )


@_apply.register
def _(payload: e.AttemptEnded, draft: _Draft, event: e.Event) -> None:
    def change(attempt: Attempt) -> Attempt:
        return replace(
            attempt,
            phase=AttemptPhase.ENDED,
            pause=None,
            outcome=payload.outcome,
            code=payload.code,
            message=payload.detail,
            ended_at=payload.ended_at or event.time,
            exit_code=payload.exit_code,
            signal=payload.signal,
            survivors=payload.survivors,
            ended_processes=payload.ended_processes,
            output_bytes=payload.output_bytes,
            usage=payload.usage,
        )

    _edit(draft, event, lambda task: _edit_attempt(task, payload.n, change))


@_apply.register
def _(payload: e.MessageReceived, draft: _Draft, event: e.Event) -> None:
    message = payload.received
    known = {(m.task_id, m.id) for m in draft.messages}
    if (message.task_id, message.id) not in known:
        draft.messages = (*draft.messages, message)
    _edit(draft, event, lambda task: replace(task, messages=payload.messages))


@_apply.register
def _(payload: e.ArtifactRecorded, draft: _Draft, event: e.Event) -> None:
    run = _run(draft)
    kept = tuple(a for a in run.artifacts if a.path != payload.artifact.path)
    draft.run = replace(run, artifacts=(*kept, payload.artifact))
