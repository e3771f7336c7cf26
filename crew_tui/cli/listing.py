"""`list`: the runs, newest first."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from crew_core.model.spent import total
from crew_core.observe import listing
from crew_core.observe.slices import Liveness, RunRow
from crew_core.ops.errors import InputWrong
from crew_core.ops.scopes import scope_of_projects, scopes_of
from crew_core.ops.usage import by_day, record, today
from crew_tui.cli.call import Call
from crew_tui.cli.json_form import document
from crew_tui.cli.printing import Heading, Piece, Row, note, screen_for
from crew_tui.glyphs import PLAIN
from crew_tui.lines import Tone
from crew_tui.panes.run_line import run_sign
from crew_tui.quantities import UNKNOWN, age, elapsed, plural
from crew_tui.run_words import INTERRUPTED, fixed_word
from crew_tui.spent_words import cost, used
from crew_tui.text import clean

_HEADINGS = (
    Heading("RUN"),
    Heading("STATUS"),
    Heading("ENDED", right=True),
    Heading("AGE", right=True),
    Heading("GOAL"),
)


def list_runs(call: Call) -> int:
    """Of the project, of several, or of all; also those that other programs have started there."""
    if call.options.all and call.roots:
        raise InputWrong("list", "--all with --root", "leave one out")
    scope = scope_of_projects(call.roots) if call.roots else scopes_of(call.start)[-1 if call.options.all else 0]
    roots = scope.find()
    found = listing.list_runs(roots)
    rows = [row for row in found.rows if _wanted(row, call.options.status)]
    shown = rows[: call.options.limit]
    if call.json:
        days = {day: record(spent) for day, spent in by_day(found.rows).items()}
        document({"runs": shown, "total": len(rows), "problems": found.problems, "usage": {"byDay": days}})
        return 0
    for problem in found.problems:
        note(f"{problem.path}: {problem.what}")
    if shown:
        _show(shown, found.rows, call)
    elif not call.options.all:
        note(f"no {'such ' if call.options.status else ''}runs in {', '.join(map(str, roots))}; see: list --all")
    foreign = sum(row.foreign for row in shown)
    if foreign:
        note(f"{plural(foreign, 'run')} of another program: to look at, with crew-tui monitor")
    newer = sum(bool(row.newer) for row in shown)
    if newer:
        note(f"{plural(newer, 'run')} of a newer crew-tui: to read, not to change")
    if len(rows) > len(shown):
        left = len(rows) - len(shown)
        note(f"{plural(left, 'older run')} {'is' if left == 1 else 'are'} not shown; --limit {len(rows)} shows all")
    return 0


def _show(shown: Sequence[RunRow], every: Sequence[RunRow], call: Call) -> None:
    """The rows, with what they cost when something is known of that, and what today came to."""
    screen = screen_for(plain=call.plain)
    metered = any(total(row.spent_by_day.values()).cost is not None for row in shown if row.spent_by_day)
    cost_at = len(_HEADINGS) - 1
    headings = [*_HEADINGS[:cost_at], *((Heading("COST", right=True),) if metered else ()), *_HEADINGS[cost_at:]]
    rows = []
    for row in shown:
        cells = _cells(row, named=call.options.all)
        spent = (cost(total(row.spent_by_day.values())),) if metered else ()
        rows.append(Row((*cells[:cost_at], *spent, *cells[cost_at:])))
    screen.table(headings, rows)
    day = today(every, datetime.now(UTC))
    if day.spent.attempts and day.spent.tokens is not None:
        screen.line()
        screen.line(("today (UTC): ", Tone.DIM), f"{used(day.spent)}, {plural(day.runs, 'run')}")


def _wanted(row: RunRow, words: list[str]) -> bool:
    if not words:
        return True
    return (row.status is not None and row.status.value in words) or (
        INTERRUPTED in words and row.live is Liveness.INTERRUPTED
    )


def _cells(row: RunRow, *, named: bool) -> tuple[Piece, ...]:
    sign = run_sign(row, PLAIN)
    project = f"{clean(row.project.rpartition('/')[2])}: " if named and row.project else ""
    whose = f"{fixed_word(row)}: " if fixed_word(row) else ""
    goal = f"{whose}{project}{clean(row.goal)}" if row.status is not None else clean(row.problem)
    done = f"{row.done}/{row.total}" if row.total else UNKNOWN
    ago = age(elapsed(row.created_at, None, datetime.now(UTC)))
    return (row.run_id, (sign.word, sign.tone), done, (ago, Tone.DIM), goal)
