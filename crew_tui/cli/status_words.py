"""How one run stands, in words: its head, its health, its tasks, and what to do next."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from crew_core.model.attempt import Usage
from crew_core.model.state import Run, Task
from crew_core.model.status import AttemptCause, AttemptOutcome, TaskStatus
from crew_core.observe.slices import Evidence, Liveness, Problem, RunRow
from crew_tui.cli.printing import Heading, Row, Screen
from crew_tui.cli.verdict_words import status_piece, verdict
from crew_tui.lines import Tone
from crew_tui.quantities import UNKNOWN, age, count, duration, elapsed, plural, running_for, time_of_day
from crew_tui.text import clean

_HEADINGS = (
    Heading("TASK"),
    Heading("STATUS"),
    Heading("AGENT"),
    Heading("TRIES", right=True),
    Heading("TIME", right=True),
    Heading("TOKENS", right=True),
    Heading("COST", right=True),
)


@dataclass(frozen=True, slots=True)
class RunFacts:
    """What the words are about. `coordinator`: who works on it; `workers`: pids of living supervisors by task.

    `foreign`: it takes no commands from here. `doubts` speak against the record.
    """

    run_dir: Path
    run: Run
    tasks: Sequence[Task]
    live: Liveness
    why: str = ""
    reasons: Mapping[str, str] = field(default_factory=dict)
    coordinator: str = ""
    problems: Sequence[Problem] = ()
    doubts: Sequence[Evidence] = ()
    workers: Mapping[str, int] = field(default_factory=dict)
    summary: Path | None = None
    foreign: bool = False


def say_status(facts: RunFacts, screen: Screen, now: datetime) -> None:
    """Everything, in the order in which it is asked for."""
    _head(facts, screen, now)
    _health(facts.live, facts.coordinator, screen)
    for doubt in facts.doubts:
        screen.sentence("doubt", clean(doubt.says), tone=Tone.WARN)
    for problem in facts.problems:
        name = clean(problem.path.name)
        screen.sentence("problem", f"{name}: {clean(problem.what)}", lead=name, tone=Tone.FAIL)
    screen.line()
    if facts.tasks:
        screen.table(_HEADINGS, [_row(task, facts, now) for task in facts.tasks])
    _what_next(facts, screen)


def say_begun(row: RunRow, coordinator: str, screen: Screen) -> None:
    """A run of which only the plan is known."""
    screen.fact("run", clean(row.run_id))
    screen.sentence("goal", clean(row.goal))
    word, tone = status_piece(row.status, row.live)
    screen.sentence("status", f"{word}: {row.why}", lead=word, tone=tone)
    _health(row.live, coordinator, screen)


def _head(facts: RunFacts, screen: Screen, now: datetime) -> None:
    run = facts.run
    screen.fact("run", clean(run.run_id))
    screen.sentence("goal", clean(run.goal))
    word, tone = status_piece(run.status, facts.live)
    words = verdict(run) if run.status.ended else f"{word}: {clean(facts.why)}"
    if facts.live is Liveness.INTERRUPTED:
        words = f"{word}: it is {run.status} and no coordinator works on it"
    screen.sentence("status", words, lead=word, tone=tone)
    screen.sentence("crew", f"team {clean(run.team)}, workflow {clean(run.workflow)}")
    screen.sentence("time", _times(run, now))
    screen.fact("where", clean(run.cwd))
    screen.fact("files", clean(str(facts.run_dir)))


def _times(run: Run, now: datetime) -> str:
    if run.started_at is None:
        return f"not started; asked for {_ago(run.created_at, now)}"
    began = f"started {time_of_day(run.started_at, None)} ({_ago(run.started_at, now)})"
    spent = elapsed(run.started_at, run.finished_at, now)
    if run.status.ended:
        return f"{began}, took {duration(spent)}"
    limit = f" of at most {run.deadline_minutes:g} working minutes" if run.deadline_minutes else ""
    return f"{began}, for {running_for(spent)}{limit}"


def _ago(at: str, now: datetime) -> str:
    said = age(elapsed(at, None, now))
    return "just now" if said == "now" else f"{said} ago"


def _health(live: Liveness, coordinator: str, screen: Screen) -> None:
    tone = {Liveness.LIVE: Tone.OK, Liveness.ENDED: Tone.TEXT}.get(live, Tone.WARN)
    said = f"{live}: {clean(coordinator)}" if coordinator else live.value
    screen.sentence("health", said, lead=live.value, tone=tone)


def _row(task: Task, facts: RunFacts, now: datetime) -> Row:
    spent = elapsed(task.started_at, task.finished_at, now)
    running = task.status is TaskStatus.RUNNING
    time = UNKNOWN if task.started_at is None else running_for(spent) if running else duration(spent)
    return Row(
        (
            clean(task.id),
            status_piece(task.status),
            (clean(task.agent), Tone.DIM),
            _tries(task),
            time,
            tokens(task.usage),
            cost(task.usage),
        ),
        note=_note(task, facts, now),
    )


def _tries(task: Task) -> str:
    """How often an agent was started for it; of how many times, once it had to be repeated."""
    made = [
        each
        for each in task.attempts
        if each.cause is not AttemptCause.VERIFY and each.outcome is not AttemptOutcome.REVOKED
    ]
    return f"{len(made)}/{task.max_retries + 1}" if task.retries_spent else str(len(made))


def tokens(usage: Usage | None) -> str:
    known = [part for part in (usage.input, usage.output) if part is not None] if usage else []
    return count(sum(known)) if known else UNKNOWN


def cost(usage: Usage | None) -> str:
    """`$0.31`; what is less than a cent is no nothing: `$0.0042`."""
    if usage is None or usage.cost is None:
        return UNKNOWN
    return f"${usage.cost:.4f}" if 0 < usage.cost < 0.01 else f"${usage.cost:.2f}"


def _note(task: Task, facts: RunFacts, now: datetime) -> str:
    """Why it stands so; of a task that runs, whether its worker lives and when its agent was last heard of."""
    reason = facts.reasons.get(task.id, "")
    parts = [clean(reason)] if reason and task.status is not TaskStatus.COMPLETED else []
    attempt = task.current
    if attempt is not None:
        worker = facts.workers.get(task.id)
        lives = f"its worker lives (pid {worker})" if worker is not None else "no living worker is known"
        parts.append(f"attempt {attempt.n} {attempt.phase}: {lives}")
        heard = task.agent_progress.last_activity_at if task.agent_progress else None
        if heard:
            parts.append(f"last activity {_ago(heard, now)}")
    if task.dead_letter:
        parts.append("its retries are spent")
    return "; ".join(parts)


def _what_next(facts: RunFacts, screen: Screen) -> None:
    run = facts.run
    screen.line()
    if facts.foreign:
        screen.sentence("next", "nothing from here: it can only be looked at")
        return
    if facts.live is Liveness.INTERRUPTED:
        screen.fact("next", f"crew-tui resume {run.run_id}")
    elif run.status.ended and any(each.status in (TaskStatus.FAILED, TaskStatus.CANCELLED) for each in facts.tasks):
        screen.fact("next", f"crew-tui retry {run.run_id}")
    if facts.summary is not None and run.status.ended:
        screen.fact("summary", str(facts.summary))
    results = sum(task.result_artifact is not None for task in facts.tasks)
    known = f"{plural(results, 'result')}: " if results else "none yet: "
    screen.fact("outputs", f"{known}crew-tui artifacts {run.run_id}")
