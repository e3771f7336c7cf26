"""`list`: the runs, newest first."""

from __future__ import annotations

from datetime import UTC, datetime

from crew_core.observe import listing
from crew_core.observe.slices import Liveness, RunRow
from crew_core.ops.errors import InputWrong
from crew_core.ops.project import all_roots, runs_of
from crew_tui.cli.call import Call
from crew_tui.cli.json_form import document
from crew_tui.cli.printing import Heading, Row, note, screen_for
from crew_tui.cli.verdict_words import INTERRUPTED, status_piece
from crew_tui.lines import Tone
from crew_tui.quantities import UNKNOWN, age, elapsed, plural
from crew_tui.text import clean

_HEADINGS = (
    Heading("RUN"),
    Heading("STATUS"),
    Heading("DONE", right=True),
    Heading("AGE", right=True),
    Heading("GOAL"),
)


def list_runs(call: Call) -> int:
    """Of the project, of several, or of all."""
    roots = [runs_of(root) for root in call.roots] or [runs_of(call.start)]
    if call.options.all:
        if call.roots:
            raise InputWrong("list", "--all with --root", "leave one out")
        roots = list(all_roots(call.start))
    found = listing.list_runs(list(dict.fromkeys(roots)))
    rows = [row for row in found.rows if _wanted(row, call.options.status)]
    shown = rows[: call.options.limit]
    if call.json:
        document({"runs": shown, "total": len(rows), "problems": found.problems})
        return 0
    for problem in found.problems:
        note(f"{problem.path}: {problem.what}")
    if shown:
        screen_for(plain=call.plain).table(_HEADINGS, [_row(row, named=call.options.all) for row in shown])
    elif not call.options.all:
        note(f"no {'such ' if call.options.status else ''}runs in {', '.join(map(str, roots))}; see: list --all")
    if len(rows) > len(shown):
        left = len(rows) - len(shown)
        note(f"{plural(left, 'older run')} {'is' if left == 1 else 'are'} not shown; --limit {len(rows)} shows all")
    return 0


def _wanted(row: RunRow, words: list[str]) -> bool:
    if not words:
        return True
    return (row.status is not None and row.status.value in words) or (
        INTERRUPTED in words and row.live is Liveness.INTERRUPTED
    )


def _row(row: RunRow, *, named: bool) -> Row:
    project = f"{clean(row.project.rpartition('/')[2])}: " if named and row.project else ""
    goal = f"{project}{clean(row.goal)}" if row.status is not None else clean(row.problem)
    done = f"{row.done}/{row.total}" if row.total else UNKNOWN
    ago = age(elapsed(row.created_at, None, datetime.now(UTC)))
    return Row((row.run_id, status_piece(row.status, row.live), done, (ago, Tone.DIM), goal))
