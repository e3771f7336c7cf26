"""What agents print as rows of a screen, each made when it is looked at: long lines cut or wrapped, matches marked."""

from __future__ import annotations

import re
from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, tzinfo

from rich.cells import cell_len

from crew_core.observe.slices import AppendLog
from crew_core.observe.tab_slices import OutputLine
from crew_tui.glyphs import Glyphs
from crew_tui.lines import Line, Piece, Rows, Tone, agent_tone, limited
from crew_tui.panes.output_days import OutputDays
from crew_tui.text import ELLIPSIS, clean, fit
from crew_tui.texts.painting import shown
from crew_tui.texts.printed_colours import coloured, painted
from crew_tui.texts.wrapping import Pieces, Span, between, spans
from crew_tui.times import time_words

#: Below this width the text needs the room of time and task.
_NARROW = 48

#: Rows remembered; far more than a person scrolls through, far less than an agent prints.
_REMEMBERED = 4000

#: Characters in a cell of what is cut, at most: a match further on is not seen.
_LONGEST = 32

_TONES = {"text": Tone.TEXT, "result": Tone.TEXT, "message": Tone.ACCENT, "error": Tone.FAIL, "notice": Tone.WARN}


@dataclass(frozen=True, slots=True)
class Look:
    """All that decides how lines are drawn, besides the lines.

    `since`: times are told since then. `today`: the day whose lines need no date. `task_cells`: of the task's id, 0
    when all lines are of one task. `tasks`: in the order of the run, where several speak in turn: each has a colour of
    its own. `colours`: those in which the agents have printed are kept.
    """

    width: int
    glyphs: Glyphs
    zone: tzinfo | None = None
    since: datetime | None = None
    today: str = ""
    task_cells: int = 0
    tasks: tuple[str, ...] = ()
    wrap: bool = False
    colours: bool = False
    pattern: re.Pattern[str] | None = None


def said(entry: OutputLine) -> str:
    """The text as it is shown and searched: with its indentation, without anything that a terminal would obey."""
    return shown(entry.text).rstrip()


class Continued:
    """Rows, and some more lines behind them."""

    def __init__(self, rows: Rows, more: tuple[Line, ...]) -> None:
        self._rows = rows
        self._more = more

    def __len__(self) -> int:
        return len(self._rows) + len(self._more)

    def __getitem__(self, index: int, /) -> Line:
        return self._rows[index] if index < len(self._rows) else self._more[index - len(self._rows)]

    def __iter__(self) -> Iterator[Line]:
        yield from self._rows
        yield from self._more


class OutputRow:
    """One line of output, and the rows that it makes."""

    __slots__ = ("_before", "_matches", "_painted", "_room", "_spans", "_text", "_width", "_wrapped")

    def __init__(self, entry: OutputLine, look: Look) -> None:
        self._text = said(entry)
        self._painted = _painted(entry, self._text, look)
        self._width, self._wrapped = look.width, look.wrap
        self._before = _before(entry, look)
        self._room = _room(look)
        self._spans = spans(self._text, self._room) if look.wrap else [(0, len(self._text))]
        self._matches = self._found(look) if look.pattern else []

    def _found(self, look: Look) -> list[Span]:
        assert look.pattern is not None
        end = len(self._text) if look.wrap else self._room * _LONGEST
        found: list[Span] = []
        for match in look.pattern.finditer(self._text):
            if match.start() > end and found:
                break
            found.append(match.span())
        return found

    def __len__(self) -> int:
        return len(self._spans)

    @property
    def match_row(self) -> int:
        """The row in which the first match begins."""
        return bisect_right(self._spans, (self._matches[0][0], len(self._text))) - 1 if self._matches else 0

    def line(self, row: int, cursor: str = "") -> Line:
        """`cursor` stands before the row; the beginning gives way where the match would not be seen."""
        start, end = self._spans[row]
        before = self._before if not row else self._continued()
        text: list[Piece] = []
        if cursor and self._matches and not self._wrapped and self._hidden(self._matches[0]):
            start = max(0, self._matches[0][0] - self._room // 3)
            text.append((ELLIPSIS, Tone.DIM))
        text += self._pieces(start, end if self._wrapped else min(end, start + self._room * _LONGEST))
        return Line(limited(((cursor or " ", Tone.ACCENT if cursor else Tone.DIM), *before, *text), self._width))

    def _hidden(self, match: Span) -> bool:
        return len(self._text) > self._room and cell_len(self._text[: match[1]]) > self._room - 1

    def _continued(self) -> Sequence[Piece]:
        *before, bar = self._before
        return ((" " * sum(cell_len(text) for text, _ in before), Tone.DIM), bar)

    def _pieces(self, start: int, end: int) -> Iterator[Piece]:
        """The text from one character to another, its matches marked: they are seen whatever colour it has."""
        at = start
        for begin, stop in self._matches[max(0, bisect_left(self._matches, (start, 0)) - 1) :]:
            if begin >= end:
                break
            first, last = max(begin, at), min(stop, end)
            if first < last:
                yield from between(self._painted, at, first)
                yield self._text[first:last], Tone.MATCH
                at = last
        yield from between(self._painted, at, end)


def _painted(entry: OutputLine, text: str, look: Look) -> Pieces:
    """The whole line: `text` in its tone, and in the agent's own colours where these are wanted."""
    tone = _TONES.get(str(entry.kind), Tone.DIM)
    if look.colours and coloured(entry.text):
        found = painted(entry.text, tone)
        # Signs that stand for one wide one may have been coloured apart, and then be drawn as several.
        if "".join(part for part, _ in found) == text:
            return found
    return ((text, tone),)


def _room(look: Look) -> int:
    """Cells of the text: what stands before a line is as wide before every other."""
    return max(1, look.width - 1 - sum(cell_len(text) for text, _ in _before(OutputLine("", "", "", ""), look)))


def _before(entry: OutputLine, look: Look) -> Sequence[Piece]:
    time = f"{time_words(entry.at, look.zone, look.since)} " if look.width >= _NARROW else ""
    task = f"{fit(clean(entry.task_id), look.task_cells)} " if look.task_cells else ""
    speaker = agent_tone(look.tasks.index(entry.task_id)) if entry.task_id in look.tasks else Tone.DIM
    pieces = ((time, Tone.DIM), (task, speaker), (f"{look.glyphs.bar} ", Tone.DIM))
    return tuple(piece for piece in pieces if piece[0])


class OutputRows:
    """The rows of the first lines of a log. Grows with it."""

    def __init__(self, log: AppendLog[OutputLine], look: Look, like: OutputRows | None = None) -> None:
        """:param like: rows that are known; what holds for these too is not counted again."""
        self.log = log
        self.look = look
        #: Rows up to the end of each line, where a line can be of several.
        same = like is not None and like.log is log and self.laid_out_like(like)
        self._ends: array[int] = like._ends if like and same else array("Q")
        #: Lines before which a row tells their day.
        self._days: OutputDays = like._days if like and same else OutputDays(log, look)
        self._known: dict[int, OutputRow] = {}
        self._made: dict[tuple[int, int, bool], Line] = {}
        #: The line with the match that one is at; -1 for none.
        self.pointed = -1

    def first(self, count: int) -> OutputWindow:
        """The rows of the first `count` lines; costs the lines that came since the last call."""
        self._days.look(count)
        if not self.look.wrap:
            return OutputWindow(self, self.row_of(count))
        total = self._ends[-1] if self._ends else 0
        room = _room(self.look)
        for number in range(len(self._ends), count):
            total += len(spans(said(self.log[number]), room))
            self._ends.append(total)
        return OutputWindow(self, self.row_of(count))

    def laid_out_like(self, other: OutputRows) -> bool:
        """The same lines are as high in both."""
        return replace(other.look, pattern=self.look.pattern) == self.look

    def row_of(self, number: int) -> int:
        """The first row of a line."""
        return self._text_row(number) + self._days.up_to(number)

    def _text_row(self, number: int) -> int:
        """Its first row, as if no days were told."""
        if not self.look.wrap:
            return number
        return self._ends[min(number, len(self._ends)) - 1] if number and self._ends else 0

    def number_at(self, row: int) -> int:
        """The line that a row is of, or that is below it where the row tells its day."""
        days = self._days
        before = bisect_right(range(len(days)), row, key=lambda each: self._text_row(days[each]) + each)
        if before and self._text_row(days[before - 1]) + before - 1 == row:
            return days[before - 1]
        return bisect_right(self._ends, row - before) if self.look.wrap else row - before

    def match_row(self, number: int) -> int:
        """The row of a line in which its first match begins."""
        return self.row_of(number) + self._row(number).match_row

    def line(self, row: int) -> Line:
        number = self.number_at(row)
        part = row - self.row_of(number)
        if part < 0:
            return self._days.line(number)
        pointed = number == self.pointed and part == self._row(number).match_row
        key = (number, part, pointed)
        made = self._made.get(key)
        if made is None:
            if len(self._made) >= _REMEMBERED:
                self._made.clear()
            cursor = self.look.glyphs.cursor if pointed else ""
            made = self._made[key] = self._row(number).line(part, cursor)
        return made

    def _row(self, number: int) -> OutputRow:
        known = self._known.get(number)
        if known is None:
            if len(self._known) >= _REMEMBERED:
                self._known.clear()
            known = self._known[number] = OutputRow(self.log[number], self.look)
        return known


class OutputWindow:
    """The rows that there were at one moment."""

    def __init__(self, rows: OutputRows, length: int) -> None:
        self._rows = rows
        self._length = length

    def __len__(self) -> int:
        return self._length

    def __getitem__(self, index: int, /) -> Line:
        if not 0 <= index < self._length:
            raise IndexError(index)
        return self._rows.line(index)

    def __iter__(self) -> Iterator[Line]:
        return map(self._rows.line, range(self._length))
