"""One run as a line of the list."""

from __future__ import annotations

from dataclasses import dataclass, replace

from crew_core.observe.slices import Liveness, RunRow
from crew_tui.glyphs import Glyphs, Sign, sign_of
from crew_tui.lines import MARK, Column, Line, Tone, columns, endless
from crew_tui.run_words import INTERRUPTED, fixed_word, project_name, unread
from crew_tui.text import clean

#: As in every place where a run has to be recognised but not copied.
SHORT_ID = 8


@dataclass(frozen=True, slots=True)
class Form:
    """What all lines of the list have in common. `projects`, `fixed`: there is something to tell apart."""

    width: int
    glyphs: Glyphs
    projects: bool = False
    fixed: bool = False


def run_sign(row: RunRow, glyphs: Glyphs) -> Sign:
    """The status as recorded, with a question mark where something speaks against it."""
    if row.live is Liveness.INTERRUPTED:
        return Sign(glyphs.attention, INTERRUPTED, Tone.WARN)
    sign = sign_of(row.status, glyphs)
    if row.doubt and row.status is not None:
        return Sign(sign.shape, f"{sign.word}?", Tone.WARN)
    return sign


#: Of a run of which nothing is known yet.
COMING = (
    # The cell of the mark.
    Column(" ", 0),
    Column("", 1),
    Column("", SHORT_ID),
    Column("", 11),
    Column("", 14, priority=3, grows=True),
    Column("", 12, priority=4),
    Column("", 5, right=True, priority=1),
    Column("", 4, right=True),
)


def run_line(row: RunRow, since: str, marked: bool, form: Form) -> Line:
    """`since`: how long ago it ended, or began."""
    if unread(row):
        return _with_badge(columns(_name_only(row), form.width, key=str(row.path)), row, marked, form)
    sign = run_sign(row, form.glyphs)
    goal = clean(row.goal) or clean(row.problem)
    fields = (
        Column(sign.shape, 1, sign.tone),
        Column(row.run_id[-SHORT_ID:], SHORT_ID),
        Column(sign.word, 11, sign.tone),
        Column(goal, 14, priority=3, grows=True),
        # It takes the room of the goal where that one has none.
        *((Column(clean(project_name(row)), 10, grows=True, priority=2),) if form.projects else ()),
        Column(clean(row.workflow), 12, Tone.DIM, priority=4),
        *((Column(fixed_word(row), 7, Tone.DIM, priority=5),) if form.fixed else ()),
        Column(f"{row.done}/{row.total}" if row.total else "", 5, right=True, priority=1),
        Column(since, 4, Tone.DIM, right=True),
    )
    return _with_badge(columns(fields, form.width, key=str(row.path)), row, marked, form)


def _name_only(row: RunRow) -> tuple[Column, ...]:
    return (Column("", 1, Tone.DIM), Column(row.run_id[-SHORT_ID:], SHORT_ID, Tone.DIM))


def _with_badge(made: Line, row: RunRow, marked: bool, form: Form) -> Line:
    """A cell between the cursor and the status: marked, or the first letter of why it is not steered from here.

    None where the whole word always follows.
    """
    if endless(form.width):
        return made
    badge = (form.glyphs.live, Tone.ACCENT) if marked else (fixed_word(row)[:1] or " ", Tone.DIM)
    cursor, *rest = made.pieces
    assert cursor[0] == MARK
    return replace(made, pieces=(cursor, badge, *rest))
