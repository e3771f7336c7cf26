"""What must hold of a run after any number of crashes: of its journal, and of what was told."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

from crew_core.model.events import Event
from crew_core.model.state import RunState, Task
from crew_core.model.status import AttemptCause, AttemptOutcome, RunStatus, TaskStatus


def check(events: Sequence[Event], state: RunState, starts: Sequence[str]) -> None:
    """The three tasks of `crash_run.crash_plan`. ``starts``: the worker of each agent that has begun."""
    assert [event.seq for event in events] == list(range(1, len(events) + 1))
    epochs = [event.metadata.epoch for event in events]
    assert epochs == sorted(epochs), "two coordinators wrote"
    assert len(starts) == len(set(starts)), "an attempt's agent started twice"
    status = {t.id: t.status for t in state.tasks.values()}
    assert status == {"a": TaskStatus.COMPLETED, "b": TaskStatus.COMPLETED, "c": TaskStatus.CANCELLED}
    assert state.run.status is RunStatus.CANCELLED
    for t in state.tasks.values():
        assert t.current is None
        _check_attempts(t, set(starts))
    _check_ends(events)


def _check_attempts(t: Task, starts: set[str]) -> None:
    assert t.retries_spent <= t.max_retries
    agents = [a for a in t.attempts if a.outcome is not AttemptOutcome.REVOKED]
    retries = sum(1 for a in agents if a.cause is AttemptCause.RETRY)
    assert retries == t.retries_spent, "a revoked spawn spent a retry, or a lost one did not"
    for earlier, later in itertools.pairwise(agents):
        if earlier.outcome in (AttemptOutcome.LOST, AttemptOutcome.FAILED):
            assert later.cause is AttemptCause.RETRY
    for attempt in t.attempts:
        if attempt.outcome is AttemptOutcome.REVOKED:
            assert attempt.worker_id not in starts, "a revoked spawn started its agent"


def _check_ends(events: Sequence[Event]) -> None:
    ended: set[str] = set()
    for event in events:
        if event.type == "attempt.starting" and event.task_id:
            assert event.task_id not in ended, "a task that had ended ran again"
        if event.type in ("task.completed", "task.cancelled") and event.task_id:
            assert event.task_id not in ended, "a task ended twice"
            ended.add(event.task_id)
    assert sum(event.type == "run.cancelled" for event in events) == 1
