"""An entry of a transcript as rows of a screen: its summary, and what is unfolded below it. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo

from rich.cells import cell_len

from crew_core.model.status import TaskStatus
from crew_core.model.transcript import Kind
from crew_core.observe.file_edits import FileEdit, file_edits
from crew_core.observe.transcript_entries import Entry, Role
from crew_core.observe.unified_diff import Part
from crew_tui.glyphs import Glyphs, sign_of
from crew_tui.lines import MARK, Line, Piece, Tone, limited
from crew_tui.panes.transcript_texts import Said, said
from crew_tui.quantities import count, duration, moment, plural
from crew_tui.text import ELLIPSIS, clean, cut, fit
from crew_tui.texts.searching import marked
from crew_tui.texts.wrapping import Pieces, between, spans
from crew_tui.times import day_words, time_words

#: Cells of who it is; a tool with a longer name takes more, up to the second number.
_WHO, _WIDEST_WHO = 11, 24

#: Narrower, the text needs the room of the time.
_WITH_TIME = 56

#: Cells before what is unfolded.
_INDENT = 6

#: A summary keeps so many cells for its text, whatever else there is to say.
_LEAST_TEXT = 16

_WHO_TONES = {
    Role.USER: Tone.ACCENT,
    Role.ASSISTANT: Tone.TITLE,
    Role.RESULT: Tone.TITLE,
    Role.MESSAGE: Tone.ACCENT,
    Role.QUESTION: Tone.WARN,
    Role.NOTICE: Tone.WARN,
    Role.ERROR: Tone.FAIL,
}

#: Unfolded, the lines of the others are seen and need not be counted.
_WITH_FACTS = frozenset({Role.TOOL, Role.USAGE})

#: Roles that are of several kinds, which say more.
_BY_KIND = frozenset({Role.QUESTION, Role.NOTICE, Role.STEP})


#: Where the name of a kind is too long.
_KIND_WORDS = {Kind.TOOL_OUTPUT: "output"}


@dataclass(frozen=True, slots=True)
class Look:
    """All that decides how an entry is drawn, besides the entry. ``over``: nothing more can come.

    ``since``: times are told since then. ``wrap``: long lines are broken, not cut.
    """

    width: int
    glyphs: Glyphs
    wrap: bool = True
    zone: tzinfo | None = None
    since: datetime | None = None
    over: bool = False
    pattern: re.Pattern[str] | None = None


@dataclass(frozen=True, slots=True)
class Laid:
    """``lines``: which line of `said` each row shows, -1 for none. ``foldable``: there is more than its summary.

    ``edits``: it is known what it changes in files. ``day``: the date of its time, where that needs one.
    """

    rows: tuple[Line, ...]
    lines: tuple[int, ...]
    foldable: bool
    edits: bool = False
    day: str = ""

    def row_of(self, line: int) -> int:
        """The first row of a line, or the last row when it is not shown."""
        return next((row for row, each in enumerate(self.lines) if each == line), len(self.rows) - 1)


def lay_out(entry: Entry, look: Look, *, unfolded: bool) -> Laid:
    """One row when it is folded."""
    lines, edits = said(entry), file_edits(entry)
    day = day_words(entry.at, look.zone, look.since)
    before = [*_time(entry, look), *_who(entry, look)]
    room = max(1, look.width - 4 - _cells(before))
    facts = () if unfolded and entry.role not in _WITH_FACTS else _facts(entry, lines, edits, look, room)
    room -= _cells(facts)
    first = lines[0].text
    foldable = len(lines) > 1 or entry.left_out > 0 or (look.wrap and cell_len(first) > room)
    fold = look.glyphs.unfolded if unfolded else look.glyphs.folded
    mark = (MARK, Tone.DIM), (f"{fold if foldable else ' '} ", Tone.DIM)
    if not (unfolded and foldable):
        text = limited(between(_painted(lines[0], look), 0, len(first.rstrip())), room)
        return Laid((Line((*mark, *before, *text, *facts)),), (0,), foldable, bool(edits), day)
    parts = spans(first, room) if look.wrap else [(0, len(first))]
    summary = limited(between(_painted(lines[0], look), 0, len(first[: parts[0][1]].rstrip())), room)
    rows = [Line((*mark, *before, *summary, *facts))]
    numbers = [0]
    for number, each in enumerate(lines):
        begin = 0 if number else parts[1][0] if len(parts) > 1 else len(first)
        if number or begin < len(first):
            body = _body(each, begin, look)
            rows += body
            numbers += [number] * len(body)
    if entry.left_out:
        said_more = f"{' ' * (_INDENT - 1)}{ELLIPSIS} {count(entry.left_out)} more characters, only on disk"
        rows.append(Line(limited(((MARK, Tone.DIM), (said_more, Tone.WARN)), look.width)))
        numbers.append(-1)
    return Laid(tuple(rows), tuple(numbers), foldable, bool(edits), day)


def _body(line: Said, begin: int, look: Look) -> Sequence[Line]:
    """The rows of a line from one of its characters on."""
    painted = _painted(line, look)
    painted = between(painted, begin, len(line.text)) if begin else painted
    indent = f"   {look.glyphs.bar} " if line.answer else " " * (_INDENT - 1)
    width = max(1, look.width - _INDENT - 1)
    shown = [painted]
    if look.wrap:
        text = line.text[begin:]
        shown = [between(painted, start, end) for start, end in spans(text, width)]
    return [Line(((MARK, Tone.DIM), (indent, Tone.DIM), *limited(row, width))) for row in shown]


def _painted(line: Said, look: Look) -> Pieces:
    pieces: Pieces = ((line.text, line.tone),)
    return marked(pieces, look.pattern) if look.pattern else pieces


def _cells(pieces: Sequence[Piece]) -> int:
    return sum(cell_len(text) for text, _ in pieces)


def _time(entry: Entry, look: Look) -> Sequence[Piece]:
    if look.width < _WITH_TIME:
        return ()
    return ((f"{time_words(entry.at, look.zone, look.since)} ", Tone.DIM),)


def _who(entry: Entry, look: Look) -> Sequence[Piece]:
    if entry.role is not Role.TOOL:
        word = _KIND_WORDS.get(entry.kind, entry.kind.value) if entry.role in _BY_KIND else entry.role.value
        return ((fit(word.replace("_", " "), _WHO - 1) + " ", _WHO_TONES.get(entry.role, Tone.DIM)),)
    status = _status(entry, look)
    sign = sign_of(status, look.glyphs) if status else None
    shape, tone = (sign.shape, sign.tone) if sign else (look.glyphs.unknown, Tone.WARN)
    name = cut(clean(entry.tool) or "tool", min(_WIDEST_WHO, max(_WHO, look.width // 4)) - 3)
    named: Pieces = ((f"{name}{' ' * (_WHO - 3 - cell_len(name))} ", Tone.TITLE if tone is not Tone.FAIL else tone),)
    return ((f"{shape} ", tone), *(marked(named, look.pattern) if look.pattern else named))


def _status(entry: Entry, look: Look) -> TaskStatus | None:
    """None: it has no result, and none can come."""
    if entry.result is not None or entry.failed:
        return TaskStatus.FAILED if entry.failed else TaskStatus.COMPLETED
    return None if look.over else TaskStatus.RUNNING


def _facts(entry: Entry, lines: Sequence[Said], edits: Sequence[FileEdit], look: Look, room: int) -> tuple[Piece, ...]:
    """What else there is to say of it, as far as there is room: what comes first matters most."""
    dot = f" {look.glyphs.dot} "
    kept: list[Piece] = []
    for text, tone in _all_facts(entry, lines, edits, look):
        if _cells(kept) + cell_len(dot + text) <= room - _LEAST_TEXT:
            kept += [(dot, Tone.DIM), (text, tone)]
    if not lines[0].text and kept:
        del kept[0]
    return tuple(kept)


def _all_facts(entry: Entry, lines: Sequence[Said], edits: Sequence[FileEdit], look: Look) -> Sequence[Piece]:
    if entry.role is Role.USAGE:
        return [(text, Tone.DIM) for text in _used(entry)]
    if entry.role is not Role.TOOL:
        return [(plural(len(lines), "line"), Tone.DIM)] if len(lines) > 1 else []
    facts: list[Piece] = []
    if entry.result is None:
        facts.append(("no result", Tone.WARN) if look.over else ("running", Tone.RUN))
    elif entry.failed:
        facts.append(("failed", Tone.FAIL))
    if edits:
        added, removed = (sum(edit.count(part) for edit in edits) for part in (Part.ADDED, Part.REMOVED))
        facts.append((f"+{added} -{removed}", Tone.DIM))
    else:
        answer = sum(line.answer for line in lines)
        facts += [(plural(answer, "line"), Tone.DIM)] if answer > 1 else []
    seconds = entry.duration_ms / 1000 if entry.duration_ms is not None else _between(entry)
    return [*facts, (duration(seconds), Tone.DIM)] if seconds is not None else facts


def _between(entry: Entry) -> float | None:
    start, end = moment(entry.at), moment(entry.ended_at)
    return max(0.0, (end - start).total_seconds()) if start and end else None


def _used(entry: Entry) -> Sequence[str]:
    used = entry.usage
    if used is None:
        return ()
    amounts = (
        ("in", used.input),
        ("out", used.output),
        ("cached", used.cache_read),
        ("cache written", used.cache_write),
    )
    told = [f"{count(number)} {name}" for name, number in amounts if number]
    return [*told, f"${used.cost:.4f}"] if used.cost is not None else told
