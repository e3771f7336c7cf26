"""`status`: one run with its tasks, and the evidence for how it stands."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

from crew_core.model.attempt import Usage
from crew_core.model.state import Run, RunState, Task
from crew_core.model.status import AttemptCause, AttemptOutcome, TaskStatus
from crew_core.observe.liveness import coordinator_words, liveness
from crew_core.observe.reading import RunReader, RunReading
from crew_core.observe.run_row import row_of
from crew_core.observe.slices import Liveness
from crew_core.ops.errors import OpsError
from crew_core.ops.evidence import living_workers
from crew_core.ops.find import find_run
from crew_core.ops.outputs import summary_path
from crew_tui.cli.call import Call
from crew_tui.cli.json_form import document
from crew_tui.cli.printing import Heading, Row, Screen, screen_for
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


def status(call: Call) -> int:
    """:raises OpsError: there is no such run, or nothing of it can be read."""
    run_dir = find_run(call.options.run, call.start)
    reading = RunReader(run_dir).read()
    if reading.state is None:
        return _begun_only(run_dir, reading, call)
    live = liveness(run_dir, reading.state.run.status)
    evidence = coordinator_words(run_dir)
    workers = {} if live is Liveness.ENDED else living_workers(run_dir)
    if call.json:
        known = {"evidence": evidence, "workers": workers}
        told = {"run": reading.state.run, "tasks": reading.tasks, "live": live, **known}
        document({**told, "why": reading.why, "reasons": reading.reasons, "problems": reading.problems})
        return 0
    screen = screen_for(plain=call.plain)
    _head(run_dir, reading.state.run, reading.why, live, screen)
    _health(live, evidence, screen)
    for problem in reading.problems:
        screen.sentence(
            "problem", f"{problem.path.name}: {clean(problem.what)}", lead=problem.path.name, tone=Tone.FAIL
        )
    now = datetime.now(UTC)
    screen.line()
    screen.table(_HEADINGS, [_row(task, reading.reasons, workers, now) for task in reading.tasks])
    _what_next(run_dir, reading.state, live, screen)
    return 0


def _begun_only(run_dir: Path, reading: RunReading, call: Call) -> int:
    """A run of which only the plan is known."""
    row = row_of(run_dir)
    if row.status is None:
        said = reading.problems[0].what if reading.problems else row.problem
        raise OpsError(f"run {run_dir.name}", f"cannot be read: {said}", f"look into {run_dir}")
    if call.json:
        document({"run": row, "tasks": (), "live": row.live, "evidence": coordinator_words(run_dir), "why": row.why})
        return 0
    screen = screen_for(plain=call.plain)
    screen.fact("run", row.run_id)
    screen.sentence("goal", clean(row.goal))
    word, tone = status_piece(row.status, row.live)
    screen.sentence("status", f"{word}: {row.why}", lead=word, tone=tone)
    _health(row.live, coordinator_words(run_dir), screen)
    return 0


def _head(run_dir: Path, run: Run, why: str, live: Liveness, screen: Screen) -> None:
    screen.fact("run", run.run_id)
    screen.sentence("goal", clean(run.goal))
    word, tone = status_piece(run.status, live)
    words = verdict(run) if run.status.ended else f"{word}: {clean(why)}"
    if live is Liveness.INTERRUPTED:
        words = f"{word}: it is {run.status} and no coordinator works on it"
    screen.sentence("status", words, lead=word, tone=tone)
    screen.sentence("crew", f"team {clean(run.team)}, workflow {clean(run.workflow)}")
    screen.sentence("time", _times(run))
    screen.fact("where", clean(run.cwd))
    screen.fact("files", str(run_dir))


def _times(run: Run) -> str:
    now = datetime.now(UTC)
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


def _health(live: Liveness, evidence: str, screen: Screen) -> None:
    tone = {Liveness.LIVE: Tone.OK, Liveness.ENDED: Tone.TEXT}.get(live, Tone.WARN)
    screen.sentence("health", f"{live}: {evidence}", lead=live.value, tone=tone)


def _row(task: Task, reasons: Mapping[str, str], workers: Mapping[str, int], now: datetime) -> Row:
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
            _tokens(task.usage),
            _cost(task.usage),
        ),
        note=_note(task, reasons.get(task.id, ""), workers.get(task.id), now),
    )


def _tries(task: Task) -> str:
    """How often an agent was started for it; of how many times, once it had to be repeated."""
    made = [
        each
        for each in task.attempts
        if each.cause is not AttemptCause.VERIFY and each.outcome is not AttemptOutcome.REVOKED
    ]
    return f"{len(made)}/{task.max_retries + 1}" if task.retries_spent else str(len(made))


def _tokens(usage: Usage | None) -> str:
    known = [part for part in (usage.input, usage.output) if part is not None] if usage else []
    return count(sum(known)) if known else UNKNOWN


def _cost(usage: Usage | None) -> str:
    return f"${usage.cost:.2f}" if usage is not None and usage.cost is not None else UNKNOWN


def _note(task: Task, reason: str, worker: int | None, now: datetime) -> str:
    """Why it stands so; of a task that runs, whether its worker lives and when its agent was last heard of."""
    parts = [clean(reason)] if reason and task.status is not TaskStatus.COMPLETED else []
    attempt = task.current
    if attempt is not None:
        lives = f"its worker lives (pid {worker})" if worker is not None else "no living worker is known"
        parts.append(f"attempt {attempt.n} {attempt.phase}: {lives}")
        heard = task.agent_progress.last_activity_at if task.agent_progress else None
        if heard:
            parts.append(f"last activity {_ago(heard, now)}")
    if task.dead_letter:
        parts.append("its retries are spent")
    return "; ".join(parts)


def _what_next(run_dir: Path, state: RunState, live: Liveness, screen: Screen) -> None:
    run = state.run
    screen.line()
    if live is Liveness.INTERRUPTED:
        screen.fact("next", f"crew-tui resume {run.run_id}")
    elif run.status.ended and any(t.status in (TaskStatus.FAILED, TaskStatus.CANCELLED) for t in state.tasks.values()):
        screen.fact("next", f"crew-tui retry {run.run_id}")
    summary = summary_path(run_dir)
    if summary is not None and run.status.ended:
        screen.fact("summary", str(summary))
    results = sum(task.result_artifact is not None for task in state.tasks.values())
    known = f"{plural(results, 'result')}: " if results else "none yet: "
    screen.fact("outputs", f"{known}crew-tui artifacts {run.run_id}")
