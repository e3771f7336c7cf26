"""What a person should know of now: found in slices, without memory of what was so before."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

from crew_core.model.attempt import PauseCause
from crew_core.model.progress import Activity
from crew_core.model.state import Task
from crew_core.model.status import RunStatus, TaskStatus
from crew_core.observe.slices import LinkSlice, LinkState, Liveness, Problem, RunRow, TasksSlice
from crew_core.observe.tab_slices import Box, HealthSlice, Letter, MailSlice

#: Between two coordinators there is a moment without one, and between a worker's end and its coordinator's word on it
#: as well. What is shorter is no news. `run --follow` waits as long.
SETTLES_S = 3.0

#: A file that is being replaced can be unreadable for a moment.
REREAD_S = 1.0

#: Whom a task writes to when it writes to the person, in pi-crew's word.
LEADER = "leader"


class Severity(StrEnum):
    """How bad it is. ``INFO``: good to know; ``WARNING``: somebody has to look; ``ERROR``: something is lost."""

    INFO = "info"
    WARNING = "warning"
    ERROR = "error"

    @property
    def rank(self) -> int:
        return _RANKS[self]


_RANKS = {Severity.INFO: 0, Severity.WARNING: 1, Severity.ERROR: 2}


class Condition(StrEnum):
    """The kinds of things that an alert is about."""

    NEEDS_YOU = "needs-you"
    INTERRUPTED = "interrupted"
    FAILED = "failed"
    COMPLETED = "completed"
    CANCELLED = "cancelled"
    QUIET_AGENT = "quiet-agent"
    DEAD_WORKER = "dead-worker"
    LETTER = "letter"
    PROBLEM = "problem"


@dataclass(frozen=True, slots=True)
class Key:
    """What an alert is about. ``path``: the run directory, or what cannot be read; ``about``: what of it."""

    condition: Condition
    path: Path
    about: str = ""


@dataclass(frozen=True, slots=True)
class Standing:
    """A condition that holds. ``needs_you``: it stays so until a person does something.

    ``settles_s``: it is no news before it has held for so long. ``text`` may come from anywhere and is not cleaned.
    ``since``: the moment from disk at which it began, as far as records say; empty when they do not.
    """

    key: Key
    severity: Severity
    text: str
    task_id: str | None = None
    needs_you: bool = False
    settles_s: float = 0.0
    # That records say it better is no change of what holds.
    since: str = field(default="", compare=False)


def over(row: RunRow) -> bool:
    """Nothing more happens to it by itself, and nobody is waited for."""
    return row.status is not None and row.status.ended and row.status is not RunStatus.BLOCKED


def in_row(row: RunRow) -> tuple[Standing, ...]:
    """What the list of runs says of one run."""
    if row.status is None:
        key = Key(Condition.PROBLEM, row.path)
        return (Standing(key, Severity.WARNING, row.problem or "cannot be read", settles_s=REREAD_S),)
    if over(row):
        return (_ended(row, row.status),)
    if row.live is Liveness.INTERRUPTED:
        key = Key(Condition.INTERRUPTED, row.path)
        said, since = _interrupted(row), row.updated_at
        return (Standing(key, Severity.WARNING, said, needs_you=True, settles_s=SETTLES_S, since=since),)
    if row.needs_you:
        # While others work its last change says nothing about the one that waits.
        since = "" if row.running else row.updated_at
        return (_needs_you(row.path, row.why, blocked=row.status is RunStatus.BLOCKED, since=since),)
    return ()


def _interrupted(row: RunRow) -> str:
    return f"interrupted: {row.why}" if row.why else "interrupted: no coordinator works on it"


def _ended(row: RunRow, status: RunStatus) -> Standing:
    """With its end as part of the key: a run that was run again may end the same way a second time.

    Of a foreign run the moment of the end is not certain, and may be written anew.
    """
    end = "" if row.foreign else row.finished_at or ""
    condition, severity = {
        RunStatus.FAILED: (Condition.FAILED, Severity.ERROR),
        RunStatus.CANCELLED: (Condition.CANCELLED, Severity.INFO),
    }.get(status, (Condition.COMPLETED, Severity.INFO))
    said = f"{status.value}: {row.why.removeprefix(f'{status.value}: ')}" if row.why else status.value
    if row.doubt:
        said, severity = f"{said}; in doubt: {row.doubt}", max(severity, Severity.WARNING, key=lambda each: each.rank)
    return Standing(Key(condition, row.path, end), severity, said, since=row.finished_at or "")


def _needs_you(
    path: Path, why: str, *, blocked: bool = False, severity: Severity = Severity.WARNING, since: str = ""
) -> Standing:
    """What is waited for is part of the key: the next task that waits is another thing."""
    said = f"blocked: {why.removeprefix('blocked: ')}" if blocked else why or "needs you"
    task_id, about = _named(why)
    return Standing(Key(Condition.NEEDS_YOU, path, about), severity, said, task_id, needs_you=True, since=since)


def waits_for_you(task_id: str) -> str:
    """What the list of runs says when this task is the first that waits for a person."""
    return f"{task_id} waits for you"


def is_paused(task_id: str) -> str:
    """What the list of runs says when this task is the first that is paused."""
    return f"{task_id} is paused"


#: What the list says of a task, of our runs and of pi-crew's, and the word for it in a key.
_OF_TASKS = {"waits for you": "waits", "waits for an answer": "waits", "is paused": "paused"}


def _named(why: str) -> tuple[str | None, str]:
    """From the words of the list: the task that is waited for, if it is one, and what is waited for."""
    task_id, _, said = why.partition(" ")
    return (task_id, f"{task_id} {_OF_TASKS[said]}") if said in _OF_TASKS else (None, why)


def in_places(problems: Sequence[Problem]) -> tuple[Standing, ...]:
    """Directories of runs that cannot be read."""
    return tuple(_problem(each) for each in problems)


def in_link(link: LinkSlice) -> tuple[Standing, ...]:
    """Nothing that is shown moves any more."""
    if link.state is not LinkState.STALE:
        return ()
    return tuple(_problem(each, Severity.ERROR) for each in link.problems)


def in_run(path: Path, problems: Sequence[Problem]) -> tuple[Standing, ...]:
    """Files of the run that cannot be read, or not wholly. One for each file: damage comes in swarms."""
    first: dict[Path, Problem] = {}
    for each in problems:
        first.setdefault(each.path, each)
    return tuple(
        Standing(Key(Condition.PROBLEM, path, str(each.path)), Severity.WARNING, _words(each), settles_s=REREAD_S)
        for each in first.values()
    )


def _problem(problem: Problem, severity: Severity = Severity.WARNING) -> Standing:
    return Standing(Key(Condition.PROBLEM, problem.path), severity, _words(problem), settles_s=REREAD_S)


def _words(problem: Problem) -> str:
    return f"{problem.path.name}: {problem.what}"


def in_tasks(path: Path, tasks: TasksSlice) -> tuple[Standing, ...]:
    """Tasks that wait for a person, are paused, or whose agent is not heard of."""
    return tuple(_of_tasks(path, tasks.tasks))


def _of_tasks(path: Path, tasks: Sequence[Task]) -> Iterator[Standing]:
    for task in tasks:
        if task.status is TaskStatus.WAITING or task.asks:
            asked = [ask.since for ask in task.asks if ask.since]
            yield _needs_you(path, waits_for_you(task.id), since=min(asked, default=""))
        if task.status is not TaskStatus.RUNNING or task.current is None:
            continue
        pause = task.current.pause
        if pause is not None:
            full = pause is PauseCause.STORAGE_FULL
            yield _needs_you(path, is_paused(task.id), severity=Severity.ERROR if full else Severity.WARNING)
        elif task.agent_progress is not None and task.agent_progress.activity_state is Activity.NEEDS_ATTENTION:
            key = Key(Condition.QUIET_AGENT, path, f"{task.id}:{task.current.n}")
            said, since = f"{task.id} is quiet: {task.agent}", task.agent_progress.last_activity_at or ""
            yield Standing(key, Severity.WARNING, said, task.id, needs_you=True, since=since)


def in_health(path: Path, health: HealthSlice) -> tuple[Standing, ...]:
    """Workers that are certainly gone. One of which nothing can be known is none of them."""
    return tuple(
        Standing(
            Key(Condition.DEAD_WORKER, path, f"{worker.task_id}:{worker.attempt}"),
            Severity.WARNING,
            f"the worker of {worker.task_id} is gone" + (f" (pid {worker.pid})" if worker.pid else ""),
            worker.task_id,
            needs_you=True,
            settles_s=SETTLES_S,
            since=worker.beat_at or "",
        )
        for worker in health.workers
        if worker.alive is False
    )


def in_mail(path: Path, mail: MailSlice) -> tuple[Standing, ...]:
    """Letters to the person that nobody has acknowledged."""
    return tuple(
        Standing(
            Key(Condition.LETTER, path, each.id),
            Severity.WARNING if each.urgent else Severity.INFO,
            f"{each.sender} writes: {each.text}",
            each.task_id,
            needs_you=True,
            since=each.at,
        )
        for each in mail.letters
        if _to_the_person(each)
    )


def _to_the_person(letter: Letter) -> bool:
    return letter.box is Box.OUTBOX and letter.to == LEADER and letter.open
