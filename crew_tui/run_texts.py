"""The texts of a run that have a key of their own: status, summary, record, agents, what one agent reported."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, tzinfo
from pathlib import Path

from crew_core.model.state import Attempt, Task
from crew_core.observe.agent_texts import printed, reported
from crew_core.observe.produced import Produced, artifacts_root, produced
from crew_core.observe.slices import Liveness, RunSlice, TasksSlice
from crew_core.observe.text_book import NothingThere, OpenText
from crew_core.observe.text_file import TextFile, open_below
from crew_tui.cli.printing import Heading, Piece, Row
from crew_tui.cli.status_words import RunFacts, say_status
from crew_tui.cli.verdict_words import status_piece
from crew_tui.glyphs import Glyphs
from crew_tui.lines import Line, Tone
from crew_tui.panes.evidence import every_doubt
from crew_tui.panes.run_line import SHORT_ID
from crew_tui.quantities import UNKNOWN, duration, elapsed, running_for, time_of_day
from crew_tui.spent_words import cost, tokens
from crew_tui.text import clean
from crew_tui.texts.agent_events import agent_events_text
from crew_tui.texts.forms import Form, form_of
from crew_tui.texts.printed import printed_text
from crew_tui.texts.source import TextSource, contained_source, opened
from crew_tui.times import with_times

Now = Callable[[], datetime]

_ATTEMPTS = (
    Heading("TASK"),
    Heading("TRY", right=True),
    Heading("WHY", rank=3),
    Heading("STATUS"),
    Heading("AGENT", rank=4),
    Heading("PROGRAM", rank=1),
    Heading("STARTED", rank=2),
    Heading("TIME", right=True),
    Heading("EXIT", right=True, rank=5),
    Heading("TOKENS", right=True),
    Heading("COST", right=True),
)


def status_text(run: RunSlice, tasks: TasksSlice, now: Now, zone: tzinfo | None) -> TextSource:
    """As `crew-tui status` says it, of what is known at this moment."""

    def open_text(glyphs: Glyphs) -> OpenText[Line]:
        facts = _facts(run, tasks, zone)
        at = now()
        return printed_text(lambda screen: say_status(facts, screen, at))

    return TextSource(_title("status", run), open_text, wrap=False)


def _facts(run: RunSlice, tasks: TasksSlice, zone: tzinfo | None) -> RunFacts:
    """:raises NothingThere: nothing is known of the run."""
    from crew_core.observe.liveness import coordinator_words
    from crew_core.ops.evidence import living_workers
    from crew_core.ops.outputs import summary_path

    if run.run is None or run.path is None:
        raise NothingThere("its status cannot be read" if run.shown else "nothing is known of the run yet")
    said = "; ".join(each.says for each in run.evidence)
    own = not run.foreign
    return RunFacts(
        run.path,
        run.run,
        tasks.tasks,
        run.live,
        why=run.why,
        reasons=tasks.reasons,
        coordinator=coordinator_words(run.path) if own else said,
        problems=run.problems,
        doubts=every_doubt(run, tasks),
        workers=living_workers(run.path) if own and run.live is not Liveness.ENDED else {},
        summary=summary_path(run.path) if own else None,
        foreign=run.foreign,
        newer=run.newer,
        zone=zone,
    )


def agents_text(run: RunSlice, tasks: TasksSlice, now: Now, zone: tzinfo | None) -> TextSource:
    """All tasks with each of their attempts."""

    def open_text(glyphs: Glyphs) -> OpenText[Line]:
        at = now()
        table = [row for task in tasks.tasks for row in _attempts(task, tasks.reasons.get(task.id, ""), at, zone)]
        if not table:
            raise NothingThere("the run has no tasks yet")
        return printed_text(lambda screen: screen.table(_ATTEMPTS, table))

    return TextSource(_title("agents", run), open_text, wrap=False)


def _attempts(task: Task, reason: str, now: datetime, zone: tzinfo | None) -> Sequence[Row]:
    """A row for each attempt, the newest last; of a task without one, its own."""
    name, agent = clean(task.id), clean(task.agent)
    if not task.attempts:
        known: tuple[Piece, ...] = (name, UNKNOWN, "", status_piece(task.status), (agent, Tone.DIM))
        nothing = (UNKNOWN,) * (len(_ATTEMPTS) - len(known) - 1)
        return (Row((*known, clean(task.program) or UNKNOWN, *nothing), note=with_times(clean(reason), zone, now)),)
    last = task.attempts[-1]
    return [
        Row(
            (
                name if each is task.attempts[0] else "",
                str(each.n),
                each.cause.value,
                _how(each, task) if each is last else _ended(each),
                (agent, Tone.DIM),
                clean(task.program) or UNKNOWN,
                time_of_day(each.started_at or each.at, zone),
                _spent(each, now),
                UNKNOWN if each.exit_code is None else str(each.exit_code),
                tokens(each.used),
                cost(each.used),
            ),
            note=_note(each, with_times(clean(reason), zone, now) if each is last else ""),
        )
        for each in task.attempts
    ]


def _how(attempt: Attempt, task: Task) -> tuple[str, Tone]:
    return _ended(attempt) if attempt.outcome is not None and not task.status.ended else status_piece(task.status)


def _ended(attempt: Attempt) -> tuple[str, Tone]:
    return (attempt.outcome or attempt.phase).value, Tone.DIM


def _spent(attempt: Attempt, now: datetime) -> str:
    if attempt.started_at is None:
        return UNKNOWN
    spent = elapsed(attempt.started_at, attempt.ended_at, now)
    return duration(spent) if attempt.ended_at else running_for(spent)


def _note(attempt: Attempt, reason: str) -> str:
    said = [clean(attempt.message or attempt.code or ""), reason]
    return "; ".join(dict.fromkeys(each for each in said if each and each != attempt.outcome))


def read_artifacts(run: RunSlice, tasks: TasksSlice) -> Sequence[Produced]:
    """What the run has brought forth. Reads and hashes the files: not for the loop."""
    return produced(run.path, run.run, tasks.tasks) if run.path is not None and run.shown else ()


def summary_text(run: RunSlice) -> TextSource:
    """`summary.md`, which is written when the run ends; pi-crew does not write it for every end."""
    run_dir = _path_of(run)
    absent = "There is no summary yet: it is written when the run ends."
    if run.live is Liveness.ENDED:
        absent = "The run has ended, and there is no summary of it."

    def open_text(glyphs: Glyphs) -> OpenText[Line]:
        return opened(lambda: _open(artifacts_root(run_dir), ("summary.md",), absent), Form.MARKDOWN, glyphs)

    return TextSource(_title("summary", run), open_text)


def manifest_text(run: RunSlice) -> TextSource:
    """The record of the run as it stands on disk."""
    alive = run.live in (Liveness.LIVE, Liveness.UNKNOWN)
    return contained_source(
        _path_of(run), ("manifest.json",), _title("manifest", run), form=Form.JSON, may_change=alive
    )


def agent_events_source(run: RunSlice, task: Task, zone: tzinfo | None) -> TextSource:
    """What the task's newest agent reported, event by event."""
    run_dir = _path_of(run)

    def open_text(glyphs: Glyphs) -> OpenText[Line]:
        found = reported(run_dir, task)
        absent = "Its agent has reported nothing."
        if found is None:
            raise NothingThere(absent if task.attempts else "No agent was started for this task.")
        file = _open(found.root, found.parts, absent)
        try:
            return agent_events_text(file, found, zone, glyphs)
        except BaseException:
            file.close()
            raise

    return TextSource(_of_task("events", task), open_text, may_change=not task.status.ended, wrap=False)


def raw_output_source(run: RunSlice, task: Task) -> TextSource:
    """Every byte that the task's newest agent printed."""
    run_dir = _path_of(run)

    def open_text(glyphs: Glyphs) -> OpenText[Line]:
        found = printed(run_dir, task)
        absent = "Its agent has printed nothing."
        if found is None:
            raise NothingThere(absent if task.attempts else "No agent was started for this task.")
        form = form_of(found[1][-1])
        return opened(lambda: _open(*found, absent), form if form is Form.RECORDS else Form.PLAIN, glyphs)

    return TextSource(_of_task("raw output", task), open_text, may_change=not task.status.ended, wrap=False)


def _open(root: Path, parts: tuple[str, ...], absent: str) -> TextFile:
    """:raises NothingThere: with the words `absent`. :raises OSError: it cannot be read."""
    try:
        return open_below(root, *parts)
    except FileNotFoundError as error:
        raise NothingThere(absent) from error


def _path_of(run: RunSlice) -> Path:
    assert run.path is not None, "keys on a run are there only while one is selected"
    return run.path


def _title(what: str, run: RunSlice) -> str:
    return f"{what} of run {run.path.name[-SHORT_ID:]}" if run.path else what


def _of_task(what: str, task: Task) -> str:
    number = f", attempt {task.attempts[-1].n}" if task.attempts else ""
    return f"{what} of {clean(task.id)}{number}"
