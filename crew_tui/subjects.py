"""Whose transcript is looked at: one attempt of a task, the ones beside it. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from msgspec.structs import replace

from crew_core.model.prices import NANO, bare_name
from crew_core.model.spent import Spent
from crew_core.model.state import Attempt, Task
from crew_core.model.status import AttemptCause, AttemptPhase
from crew_core.observe.slices import TasksSlice
from crew_tui.spent_words import cost, tokens
from crew_tui.text import clean


@dataclass(frozen=True, slots=True)
class Subject:
    """``attempt`` None: nobody has worked on the task. ``grows``: somebody may still be writing it, or will be."""

    task_id: str
    attempt: int | None = None
    attempts: tuple[int, ...] = ()
    cause: str = ""
    agent: str = ""
    program: str = ""
    model: str = ""
    #: What it has used so far, by its record.
    spent: Spent | None = None
    grows: bool = False
    why_empty: str = ""

    @property
    def name(self) -> str:
        return clean(self.task_id)

    def used(self, reported: float | None) -> str:
        """In words; empty as long as nothing is known of that.

        :param reported: the US dollars of which its transcript tells, as far as it was read. They are the least that it
            has cost, where its record does not know.
        """
        spent = self.spent
        if spent is None or not spent.attempts:
            return ""
        if spent.cost is None and reported:
            spent = replace(spent, cost_nano=round(reported * NANO))
        known = spent.tokens is not None or spent.cost is not None
        return f"{tokens(spent)} tokens, cost {cost(spent)}" if known else ""

    @property
    def attempt_words(self) -> str:
        """Nothing for the only attempt."""
        if self.attempt is None or (len(self.attempts) < 2 and not self.cause):
            return ""
        cause = f" ({self.cause})" if self.cause else ""
        return f"attempt {self.attempt} of {self.attempts[-1]}{cause}"

    def same_as(self, other: Subject) -> bool:
        """It is the same attempt, whatever became of it."""
        return (self.task_id, self.attempt) == (other.task_id, other.attempt)


def subject_of(tasks: TasksSlice, task_id: str, attempt: int | None = None) -> Subject:
    """The attempt with this number, else the newest in which the agent itself worked."""
    task = next((each for each in tasks.tasks if each.id == task_id), None)
    if task is None:
        return Subject(task_id, why_empty="The run has no such task any more.")
    chosen = next((each for each in task.attempts if each.n == attempt), None) or _newest(task)
    agent, program = clean(task.agent), clean(task.program)
    if chosen is None:
        reason = clean(tasks.reasons.get(task_id, "")) or task.status.value
        waits = not task.status.ended
        return Subject(task_id, agent=agent, program=program, grows=waits, why_empty=f"Not started: {reason}.")
    return Subject(
        task_id,
        chosen.n,
        tuple(each.n for each in task.attempts),
        cause="" if chosen.cause is AttemptCause.FIRST else chosen.cause.value,
        agent=agent,
        program=program,
        model=clean(bare_name(chosen.model or "")),
        spent=chosen.used,
        grows=chosen.phase is not AttemptPhase.ENDED and not task.status.ended,
    )


def _newest(task: Task) -> Attempt | None:
    agents = [each for each in task.attempts if each.cause is not AttemptCause.VERIFY] or task.attempts
    return agents[-1] if agents else None


def task_beside(tasks: TasksSlice, subject: Subject, step: int) -> str | None:
    """The next task in this direction on which somebody has worked, from the last one on to the first."""
    order = [each.id for each in tasks.tasks if each.attempts or each.id == subject.task_id]
    if len(order) < 2 or subject.task_id not in order:
        return order[0] if order and subject.task_id not in order else None
    return order[(order.index(subject.task_id) + step) % len(order)]


def attempt_beside(subject: Subject, step: int) -> int | None:
    """The next attempt in this direction; None at the ends."""
    if subject.attempt not in subject.attempts:
        return None
    place = subject.attempts.index(subject.attempt) + step
    return subject.attempts[place] if 0 <= place < len(subject.attempts) else None
