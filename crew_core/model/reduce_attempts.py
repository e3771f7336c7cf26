"""What events of an attempt change."""

from __future__ import annotations

from collections.abc import Callable

from msgspec.structs import replace

from crew_core.model import events as e
from crew_core.model.draft import Draft, apply, edit
from crew_core.model.state import Attempt, Task
from crew_core.model.status import AttemptCause, AttemptOutcome, AttemptPhase, TaskStatus
from crew_core.model.steering import Sent


def _edit_attempt(task: Task, n: int, change: Callable[[Attempt], Attempt]) -> Task:
    attempts = tuple(change(a) if a.n == n else a for a in task.attempts)
    return replace(task, attempts=attempts)


@apply.register
def _(payload: e.AttemptStarting, draft: Draft, event: e.Event) -> None:
    new = Attempt(
        n=payload.n,
        cause=payload.cause,
        phase=AttemptPhase.STARTING,
        worker_id=payload.worker_id,
        at=event.time,
        command=payload.command,
        takes=payload.takes,
        resume=payload.resume,
        model=payload.model,
        unmetered=payload.unmetered,
        reservation=payload.reservation,
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
            asks=(),
        )

    edit(draft, event, change)


@apply.register
def _(payload: e.AttemptStarted, draft: Draft, event: e.Event) -> None:
    def change(attempt: Attempt) -> Attempt:
        if attempt.phase is AttemptPhase.ENDED:
            return attempt
        return replace(
            attempt,
            phase=AttemptPhase.RUNNING,
            supervisor=payload.supervisor,
            started_at=payload.started_at,
        )

    edit(draft, event, lambda task: _edit_attempt(task, payload.n, change))


@apply.register
def _(payload: e.AttemptRevoked, draft: Draft, event: e.Event) -> None:
    def change(attempt: Attempt) -> Attempt:
        return replace(
            attempt,
            phase=AttemptPhase.ENDED,
            outcome=AttemptOutcome.REVOKED,
            message=payload.reason,
            ended_at=event.time,
        )

    edit(
        draft,
        event,
        lambda task: replace(_edit_attempt(task, payload.n, change), retries_spent=payload.retries_spent, asks=()),
    )


@apply.register
def _(payload: e.AttemptPaused, draft: Draft, event: e.Event) -> None:
    edit(
        draft,
        event,
        lambda task: _edit_attempt(task, payload.n, lambda a: replace(a, pause=payload.pause)),
    )


@apply.register
def _(payload: e.AttemptEnded, draft: Draft, event: e.Event) -> None:
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
            session=payload.session,
            model=payload.model or attempt.model,
            spent=payload.spent or attempt.spent,
        )

    edit(draft, event, lambda task: replace(_edit_attempt(task, payload.n, change), asks=()))


@apply.register
def _(payload: e.MessageSent, draft: Draft, event: e.Event) -> None:
    def change(attempt: Attempt) -> Attempt:
        if any(sent.steer.id == payload.steer.id for sent in attempt.sent):
            return attempt
        return replace(attempt, sent=(*attempt.sent, Sent(steer=payload.steer, about=payload.about)))

    edit(draft, event, lambda task: _edit_attempt(task, payload.n, change))


@apply.register
def _(payload: e.MessageDelivery, draft: Draft, event: e.Event) -> None:
    def change(attempt: Attempt) -> Attempt:
        sent = tuple(
            replace(each, state=payload.state, said=payload.said) if each.steer.id == payload.id else each
            for each in attempt.sent
        )
        return replace(attempt, sent=sent)

    edit(draft, event, lambda task: _edit_attempt(task, payload.n, change))
