"""How one run stands, in words: its head, its health, its tasks, and what to do next."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, tzinfo
from pathlib import Path

from crew_core.model.asks import AskKind
from crew_core.model.state import Run, Task
from crew_core.model.status import FOR_GOOD, TaskStatus
from crew_core.model.steering import DeliveryState
from crew_core.observe.slices import Evidence, Liveness, Problem, RunRow
from crew_core.ops.usage import use_of
from crew_tui.cli.printing import Heading, Row, Screen
from crew_tui.cli.verdict_words import status_piece, verdict
from crew_tui.lines import Tone
from crew_tui.panes.timeline import known_until
from crew_tui.panes.took import task_time
from crew_tui.quantities import age, dollars, duration, elapsed, plural, running_for, time_of_day
from crew_tui.run_clock import run_worked_s
from crew_tui.spent_words import cost, tokens, used
from crew_tui.text import clean
from crew_tui.times import with_times

_HEADINGS = (
    Heading("TASK"),
    Heading("STATUS"),
    Heading("AGENT", rank=1),
    Heading("TRIES", right=True, rank=2),
    Heading("TIME", right=True, rank=4),
    Heading("TOKENS", right=True, rank=3),
    Heading("COST", right=True),
)


#: How a permission is answered.
_ANSWERS = "allow|always|deny"


@dataclass(frozen=True, slots=True)
class RunFacts:
    """What the words are about. `coordinator`: who works on it; `workers`: pids of living supervisors by task.

    `foreign`: it takes no commands from here; neither one with words for `newer`. `doubts` speak against the record.
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
    newer: str = ""
    #: Of the times of day; None is that of the machine.
    zone: tzinfo | None = None

    def told(self, text: str, now: datetime) -> str:
        """A text from disk, with the moments in it as times of day."""
        return with_times(clean(text), self.zone, now)


def say_status(facts: RunFacts, screen: Screen, now: datetime) -> None:
    """Everything, in the order in which it is asked for."""
    _head(facts, screen, now)
    _health(facts.live, facts.told(facts.coordinator, now), screen)
    for doubt in facts.doubts:
        screen.sentence("doubt", facts.told(doubt.says, now), tone=Tone.WARN)
    for problem in facts.problems:
        name = clean(problem.path.name)
        screen.sentence("problem", f"{name}: {clean(problem.what)}", lead=name, tone=Tone.FAIL)
    screen.line()
    if facts.tasks:
        known = _known(facts, now)
        screen.table(_HEADINGS, [_row(task, facts, now, known) for task in facts.tasks])
    _use(facts, screen)
    _what_next(facts, screen)


def say_begun(row: RunRow, coordinator: str, screen: Screen, now: datetime) -> None:
    """A run of which only the plan is known; times of day are those of the machine."""
    screen.fact("run", row.run_id)
    screen.sentence("goal", clean(row.goal))
    word, tone = status_piece(row.status, row.live)
    screen.sentence("status", f"{word}: {clean(row.why)}", lead=word, tone=tone)
    _health(row.live, with_times(clean(coordinator), None, now), screen)


def _head(facts: RunFacts, screen: Screen, now: datetime) -> None:
    run = facts.run
    screen.fact("run", facts.run_dir.name)
    screen.sentence("goal", clean(run.goal))
    word, tone = status_piece(run.status, facts.live)
    words = verdict(run) if run.status.ended else ": ".join(part for part in (word, facts.told(facts.why, now)) if part)
    if facts.live is Liveness.INTERRUPTED:
        words = f"{word}: it is {run.status} and no coordinator works on it"
    screen.sentence("status", words, lead=word, tone=tone)
    screen.sentence("crew", f"team {clean(run.team)}, workflow {clean(run.workflow)}")
    screen.sentence("time", _times(facts, now))
    screen.fact("where", clean(run.cwd))
    screen.fact("files", clean(str(facts.run_dir)))


def _known(facts: RunFacts, now: datetime) -> datetime:
    """To which what goes on is counted."""
    return datetime.fromtimestamp(known_until(facts.run, facts.live, facts.tasks, now.timestamp()), UTC)


def _times(facts: RunFacts, now: datetime) -> str:
    run = facts.run
    if run.started_at is None:
        return f"not started; asked for {_ago(run.created_at, now)}"
    began = f"started {time_of_day(run.started_at, facts.zone)} ({_ago(run.started_at, now)})"
    known = _known(facts, now)
    spent = run_worked_s(run, run.started_at, run.finished_at, known, live=facts.live is Liveness.LIVE)
    if run.status.ended:
        return f"{began}, took {duration(spent)}"
    if facts.live is not Liveness.LIVE:
        return f"{began}, ran {duration(spent)}; nothing was heard since {_ago(known.isoformat(), now)}"
    limit = f" of at most {run.deadline_minutes:g} working minutes" if run.deadline_minutes else ""
    return f"{began}, for {running_for(spent)}{limit}"


def _ago(at: str, now: datetime) -> str:
    said = age(elapsed(at, None, now))
    return "just now" if said == "now" else f"{said} ago"


def _health(live: Liveness, coordinator: str, screen: Screen) -> None:
    tone = {Liveness.LIVE: Tone.OK, Liveness.ENDED: Tone.TEXT}.get(live, Tone.WARN)
    said = f"{live}: {coordinator}" if coordinator else live.value
    screen.sentence("health", said, lead=live.value, tone=tone)


def _row(task: Task, facts: RunFacts, now: datetime, known: datetime) -> Row:
    """`known`: to which what goes on is counted."""
    spent = task.used
    return Row(
        (
            clean(task.id),
            status_piece(task.status),
            (clean(task.agent), Tone.DIM),
            _tries(task),
            task_time(task, known),
            tokens(spent),
            cost(spent),
        ),
        note=_note(task, facts, now),
    )


def _tries(task: Task) -> str:
    """How often an agent was started for it; of how many times, once it had to be repeated."""
    made = len(task.tried)
    return f"{made}/{task.max_retries + 1}" if task.retries_spent else str(made)


def _use(facts: RunFacts, screen: Screen) -> None:
    """What its agents have used, of what is allowed, and by whom when there are several."""
    use = use_of(facts.tasks)
    limits = _limits(facts.run)
    if not use.total.attempts:
        if limits:
            screen.sentence("usage", f"none yet, {limits}")
        return
    screen.line()
    screen.sentence("usage", ", ".join(part for part in (used(use.total), limits) if part))
    for label, group in (("roles", use.by_role), ("models", use.by_model)):
        if len(group) > 1 or (label == "models" and any(group)):
            named = (f"{clean(name) or f'{label[:-1]} not named'}: {used(spent)}" for name, spent in group.items())
            screen.sentence(label, "; ".join(named))


def _limits(run: Run) -> str:
    tokens_limit = f"{run.max_tokens:,} tokens" if run.max_tokens is not None else ""
    cost_limit = dollars(run.max_cost) if run.max_cost is not None else ""
    both = " and ".join(part for part in (tokens_limit, cost_limit) if part)
    return f"of at most {both}" if both else ""


_FAR = {
    DeliveryState.QUEUED: "waits for its turn",
    DeliveryState.SENT: "not taken yet",
    DeliveryState.TAKEN: "taken",
    DeliveryState.REFUSED: "refused",
    DeliveryState.LOST: "lost",
}


def _note(task: Task, facts: RunFacts, now: datetime) -> str:
    """Why it stands so; of a task that runs, whether its worker lives and when its agent was last heard of."""
    reason = facts.reasons.get(task.id, "")
    parts = [facts.told(reason, now)] if reason and task.status is not TaskStatus.COMPLETED else []
    attempt = task.current
    if attempt is not None:
        worker = facts.workers.get(task.id)
        lives = f"its worker lives (pid {worker})" if worker is not None else "no living worker is known"
        parts.append(f"attempt {attempt.n} {attempt.phase}: {lives}")
        heard = task.agent_progress.last_activity_at if task.agent_progress else None
        if heard:
            parts.append(f"last activity {_ago(heard, now)}")
        if attempt.sent:
            parts.append(f"what was sent to it last: {_FAR[attempt.sent[-1].state]}")
    unknown = task.agent_progress.unknown_events if task.agent_progress else 0
    if unknown:
        parts.append(f"{plural(unknown, 'line')} of its output not understood, kept as written")
    if task.dead_letter:
        parts.append("its retries are spent")
    return "; ".join(parts)


def _asked(facts: RunFacts, screen: Screen) -> None:
    """What waits for an answer, the oldest of each task first, and how to give it: they are answered in this order."""
    for task in facts.tasks:
        for ask in task.asks:
            options = f" ({', '.join(map(clean, ask.options))})" if ask.options else ""
            screen.sentence(
                "asks", f"{clean(task.id)}: {clean(ask.whole)}{options}", lead=clean(task.id), tone=Tone.WARN
            )
        if task.asks:
            permission = task.asks[0].kind is AskKind.PERMISSION
            screen.fact(
                "next", f"crew-tui respond {facts.run_dir.name} {clean(task.id)} {_ANSWERS if permission else 'TEXT'}"
            )


def _way_on(facts: RunFacts, screen: Screen) -> None:
    """What answers, or takes up again, what waits for a person."""
    run = facts.run
    _asked(facts, screen)
    if facts.live is Liveness.INTERRUPTED:
        screen.fact("next", f"crew-tui resume {facts.run_dir.name}")
    elif run.code in FOR_GOOD:
        screen.sentence("next", "a new run: this one would end again in the same moment")
    elif run.status.ended and any(each.status in (TaskStatus.FAILED, TaskStatus.CANCELLED) for each in facts.tasks):
        screen.fact("next", f"crew-tui retry {facts.run_dir.name}")


def _what_next(facts: RunFacts, screen: Screen) -> None:
    run = facts.run
    screen.line()
    if facts.foreign:
        screen.sentence("next", "nothing from here: it can only be looked at")
        return
    if facts.newer:
        screen.sentence("next", "nothing from here: it can be read, not changed")
    else:
        _way_on(facts, screen)
    if facts.summary is not None and run.status.ended:
        screen.fact("summary", str(facts.summary))
    results = sum(task.result_artifact is not None for task in facts.tasks)
    known = f"{plural(results, 'result')}: " if results else "none yet: "
    screen.fact("outputs", f"{known}crew-tui artifacts {facts.run_dir.name}")
