"""What events of a task change."""

from __future__ import annotations

from msgspec.structs import replace

from crew_core.model import events as e
from crew_core.model.commands import CommandKind
from crew_core.model.draft import Draft, apply, edit
from crew_core.model.plan import Edge
from crew_core.model.state import Attempt, Task
from crew_core.model.status import AttemptCause, TaskStatus


@apply.register
def _(payload: e.TasksAdded, draft: Draft, event: e.Event) -> None:
    new = {each.plan.id: _added_task(each, event) for each in payload.tasks if each.plan.id not in draft.tasks}
    behind: dict[str, Task] = {}
    for task in draft.tasks.values():
        behind[task.id] = _with_edges(task, payload.edges[task.id], event) if task.id in payload.edges else task
        if task.id == event.task_id:
            behind |= new
    draft.tasks = behind
    known = {plan.id for plan in draft.added}
    draft.added = (*draft.added, *(each.plan for each in payload.tasks if each.plan.id not in known))


def _added_task(added: e.AddedTask, event: e.Event) -> Task:
    plan = added.plan
    task = Task(
        id=plan.id,
        run_id=event.run_id,
        step_id=plan.step_id,
        role=plan.role,
        agent=plan.agent,
        title=plan.step_id,
        status=TaskStatus.QUEUED,
        cwd=plan.cwd,
        access=added.access,
        program=added.program,
        max_retries=plan.max_retries,
        added_by=plan.added_by,
        item=plan.item,
    )
    return _with_edges(task, plan.edges, event)


def _with_edges(task: Task, edges: tuple[Edge, ...], event: e.Event) -> Task:
    return replace(
        task,
        depends_on=tuple(edge.task for edge in edges),
        edge_policies={edge.task: edge.policy for edge in edges},
        seq=event.seq,
    )


@apply.register
def _(payload: e.AnswerRefused, draft: Draft, event: e.Event) -> None:
    edit(draft, event, lambda task: replace(task, refused=payload.n, faults=payload.faults))


@apply.register
def _(payload: e.TaskHeld, draft: Draft, event: e.Event) -> None:
    edit(draft, event, lambda task: replace(task, hold=payload.hold))


@apply.register
def _(payload: e.TaskStarted, draft: Draft, event: e.Event) -> None:
    """Nothing follows from it: the task runs since its first ``attempt.starting``."""


@apply.register
def _(payload: e.TaskStopping, draft: Draft, event: e.Event) -> None:
    edit(draft, event, lambda task: replace(task, stop=payload.stop))


@apply.register
def _(payload: e.TaskParked, draft: Draft, event: e.Event) -> None:
    edit(
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


@apply.register
def _(payload: e.TaskCompleted, draft: Draft, event: e.Event) -> None:
    edit(
        draft,
        event,
        lambda task: replace(
            _end(task, event, TaskStatus.COMPLETED),
            result_artifact=payload.result,
            exit_code=payload.exit_code,
            usage=payload.usage,
            verdict=payload.verdict,
            verdict_reason=payload.verdict_reason,
        ),
    )


@apply.register
def _(payload: e.TaskFailed, draft: Draft, event: e.Event) -> None:
    edit(
        draft,
        event,
        lambda task: replace(
            _end(task, event, TaskStatus.FAILED),
            code=payload.code,
            error=payload.error,
            exit_code=payload.exit_code,
            result_artifact=payload.result,
            usage=payload.usage,
            verdict=payload.verdict,
            verdict_reason=payload.verdict_reason,
        ),
    )


@apply.register
def _(payload: e.TaskDeadLettered, draft: Draft, event: e.Event) -> None:
    edit(draft, event, lambda task: replace(task, dead_letter=True))


@apply.register
def _(payload: e.TaskCancelled, draft: Draft, event: e.Event) -> None:
    edit(
        draft,
        event,
        lambda task: replace(
            _end(task, event, TaskStatus.CANCELLED),
            code=payload.code,
            error=payload.error,
            usage=payload.usage,
        ),
    )


@apply.register
def _(payload: e.TaskSkipped, draft: Draft, event: e.Event) -> None:
    edit(
        draft,
        event,
        lambda task: replace(_end(task, event, TaskStatus.SKIPPED), because=payload.because),
    )


@apply.register
def _(payload: e.TaskRequeued, draft: Draft, event: e.Event) -> None:
    edit(
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
            verdict=None,
            verdict_reason="",
            faults=(),
            refused=None,
            anew_after=len(task.attempts) if payload.cause == CommandKind.RETRY else task.anew_after,
        ),
    )


@apply.register
def _(payload: e.TaskProgress, draft: Draft, event: e.Event) -> None:
    def change(task: Task) -> Task:
        return replace(task, agent_progress=payload.progress, attempts=_with_use(task, payload))

    edit(draft, event, change)


def _with_use(task: Task, payload: e.TaskProgress) -> tuple[Attempt, ...]:
    """Its attempts, the one that runs with what it uses and which model it asks."""
    current = task.current
    if current is None or current.cause is AttemptCause.VERIFY:
        return task.attempts
    model = payload.progress.model or current.model
    return (*task.attempts[:-1], replace(current, model=model, spent=payload.spent or current.spent))


@apply.register
def _(payload: e.TaskAsked, draft: Draft, event: e.Event) -> None:
    def change(task: Task) -> Task:
        others = tuple(ask for ask in task.asks if ask.id != payload.ask.id)
        return replace(task, asks=(*others, payload.ask))

    edit(draft, event, change)


@apply.register
def _(payload: e.TaskAnswered, draft: Draft, event: e.Event) -> None:
    edit(draft, event, lambda task: replace(task, asks=tuple(ask for ask in task.asks if ask.id != payload.id)))


@apply.register
def _(payload: e.MessageReceived, draft: Draft, event: e.Event) -> None:
    message = payload.received
    known = {(m.task_id, m.id) for m in draft.messages}
    if (message.task_id, message.id) not in known:
        draft.messages = (*draft.messages, message)
    edit(draft, event, lambda task: replace(task, messages=payload.messages))
