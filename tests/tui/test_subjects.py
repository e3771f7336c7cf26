"""Whose transcript it is, and which ones are beside it."""

from __future__ import annotations

from msgspec.structs import replace

from crew_core.model.state import Task
from crew_core.model.status import AttemptCause, TaskStatus
from crew_core.observe.slices import SliceState, TasksSlice
from crew_tui.subjects import attempt_beside, subject_of, task_beside
from tests.tui.builders import task


def tasks(*some: Task, reasons: dict[str, str] | None = None) -> TasksSlice:
    return TasksSlice(SliceState.READY, some, reasons or {})


def tried(task_id: str, *causes: AttemptCause, status: TaskStatus = TaskStatus.COMPLETED) -> Task:
    made = task(task_id, status)
    return replace(
        made, attempts=tuple(replace(made.attempts[0], n=n, cause=cause) for n, cause in enumerate(causes, 1))
    )


def test_the_newest_attempt_of_the_agent_comes_first_and_any_can_be_asked_for():
    known = tasks(tried("a", AttemptCause.FIRST, AttemptCause.RETRY, AttemptCause.VERIFY))
    assert subject_of(known, "a").attempt == 2
    assert subject_of(known, "a", 3).attempt == 3
    assert subject_of(known, "a", 9).attempt == 2
    assert subject_of(known, "a", 3).attempt_words == "attempt 3 of 3 (verify)"


def test_the_only_attempt_needs_no_words():
    assert subject_of(tasks(tried("a", AttemptCause.FIRST)), "a").attempt_words == ""


def test_a_task_that_nobody_has_worked_on_says_why():
    known = tasks(task("a"), reasons={"a": "waits for b"})
    subject = subject_of(known, "a")
    assert (subject.attempt, subject.why_empty, subject.grows) == (None, "Not started: waits for b.", True)
    assert not subject_of(tasks(task("a", TaskStatus.SKIPPED)), "a").grows
    assert "no such task" in subject_of(known, "gone").why_empty


def test_it_grows_as_long_as_its_attempt_is_under_way():
    assert subject_of(tasks(task("a", TaskStatus.RUNNING)), "a").grows
    assert not subject_of(tasks(task("a", TaskStatus.COMPLETED)), "a").grows


def test_tasks_without_an_attempt_are_passed_over_and_after_the_last_comes_the_first():
    known = tasks(tried("a", AttemptCause.FIRST), task("b"), tried("c", AttemptCause.FIRST))
    assert task_beside(known, subject_of(known, "a"), 1) == "c"
    assert task_beside(known, subject_of(known, "c"), 1) == "a"
    assert task_beside(known, subject_of(known, "a"), -1) == "c"
    assert task_beside(known, subject_of(known, "b"), 1) == "c"
    assert task_beside(known, subject_of(known, "gone"), 1) == "a"


def test_alone_there_is_nothing_beside_it():
    known = tasks(tried("a", AttemptCause.FIRST))
    assert task_beside(known, subject_of(known, "a"), 1) is None
    assert attempt_beside(subject_of(known, "a"), 1) is None
    assert attempt_beside(subject_of(known, "a"), -1) is None
    assert attempt_beside(subject_of(tasks(task("a")), "a"), 1) is None
