"""The rows of a text that is read while it is looked at: those in sight are asked for, the others are not there."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections import OrderedDict
from collections.abc import Callable, Iterator, Sequence

from rich.cells import cell_len

from crew_core.observe.text_book import Found, Part, Progress
from crew_tui.lines import BLANK, Line, Tone
from crew_tui.text import ELLIPSIS
from crew_tui.texts.searching import marked
from crew_tui.texts.wrapping import between

#: Rows that are kept, at 200 bytes of memory or so each; a page is never more than a few hundred.
_KEPT_ROWS = 60_000
#: A page may lie in two parts; the next one is on its way.
_KEPT_PARTS = 3
_KEPT_MARKED = 2000


class TextRows:
    """What is known of one text. The rows of each part are taken as they come."""

    def __init__(self, need: Callable[[Part], None]) -> None:
        """:param need: asks for the rows of a part; called once until they come."""
        self._need = need
        self._progress: Progress | None = None
        self._read: OrderedDict[Part, Sequence[Line]] = OrderedDict()
        self._asked: set[Part] = set()
        self._pattern: re.Pattern[str] | None = None
        self._found: Found | None = None
        self._marked: dict[Line, Line] = {}
        self._match = -1
        self._at_match: tuple[tuple[Line, int], Line] | None = None

    # What comes

    def take_progress(self, progress: Progress) -> None:
        if self._progress is None or progress.parts is not self._progress.parts:
            self.forget()
        self._progress = progress

    def forget(self) -> None:
        """Another layout, or another text: no row is what it was."""
        self._read.clear()
        self._asked.clear()
        self._marked.clear()
        self._found = None
        self._match = -1

    def take_part(self, part: Part, rows: Sequence[Line]) -> None:
        """The rows of a part that was asked for."""
        if part not in self._asked:
            return
        self._asked.remove(part)
        self._read[part] = rows
        while len(self._read) > _KEPT_PARTS and sum(map(len, self._read.values())) > _KEPT_ROWS:
            self._read.popitem(last=False)

    # Searching

    def look_for(self, pattern: re.Pattern[str] | None) -> None:
        self._pattern = pattern
        self._found = None
        self._match = -1
        self._marked.clear()

    @property
    def pattern(self) -> re.Pattern[str] | None:
        return self._pattern

    @property
    def may_match(self) -> bool:
        """There are matches, or there may be some yet."""
        found = self._found
        return self._pattern is not None and (found is None or found.searching or found.count > 0)

    def take_found(self, found: Found) -> None:
        self._found = found

    @property
    def found(self) -> Found | None:
        return self._found

    @property
    def match(self) -> int:
        """The row of the match that one is at; -1 for none."""
        return self._match

    @property
    def match_number(self) -> int:
        """Which of the matches that is, from 1."""
        found = self._found
        return 0 if found is None or self._match < 0 else bisect_left(found.rows, self._match, hi=found.count) + 1

    def go_to_match(self, row: int, step: int) -> bool:
        """Be at the first match in `row` or after it (before it, with a `step` of -1); false while none is known.

        Behind the last one begins the text again, once all of it was searched.
        """
        found = self._found
        if found is None or not found.count:
            return False
        at = (
            bisect_left(found.rows, row, hi=found.count)
            if step > 0
            else bisect_right(found.rows, row, hi=found.count) - 1
        )
        if not 0 <= at < found.count:
            if found.searching:
                return False
            at %= found.count
        self._match = found.rows[at]
        return True

    # What is looked at

    def __len__(self) -> int:
        return self._progress.rows if self._progress else 0

    def window(self, width: int, cursor: str) -> TextWindow:
        """The rows that there are now, each of `width` cells. :param cursor: stands before the match one is at."""
        return TextWindow(self, width, cursor)

    def row(self, row: int, width: int, cursor: str) -> Line:
        line = self._plain_row(row)
        if self._pattern is None or line is BLANK:
            return line
        known = self._marked.get(line)
        if known is None:
            if len(self._marked) > _KEPT_MARKED:
                self._marked.clear()
            pieces = marked(line.pieces, self._pattern)
            known = self._marked[line] = line if pieces is line.pieces else Line(pieces, line.key)
        return self._pointed_at(known, self._pattern, width, cursor) if row == self._match else known

    def _pointed_at(self, line: Line, pattern: re.Pattern[str], width: int, cursor: str) -> Line:
        """The cursor before it; what is left of the match gives way when the match would not be seen."""
        made_from = (line, width)
        if self._at_match is None or self._at_match[0] != made_from:
            pieces = line.pieces[1:]
            text = "".join(text for text, _ in pieces)
            match = pattern.search(text)
            if match is not None and cell_len(text[: match.end()]) > width - 2:
                start = max(1, min(match.start(), match.start() + 1 - width // 3))
                pieces = ((ELLIPSIS, Tone.DIM), *between(pieces, start, len(text)))
            self._at_match = (made_from, Line(((cursor, Tone.ACCENT), *pieces), line.key))
        return self._at_match[1]

    def _plain_row(self, row: int) -> Line:
        progress = self._progress
        assert progress is not None
        part = progress.parts[progress.at_row(row)]
        rows = self._read.get(part)
        if rows is None:
            self._ask(part)
            return BLANK
        self._read.move_to_end(part)
        return rows[row - part.row] if row - part.row < len(rows) else BLANK

    def _ask(self, part: Part) -> None:
        if part not in self._asked:
            # What was asked for long ago is not wanted any more, and will not come.
            if len(self._asked) > 2 * _KEPT_PARTS:
                self._asked.clear()
            self._asked.add(part)
            self._need(part)

    def part_of(self, row: int) -> tuple[int, Part] | None:
        """The part that a row is in, with its number."""
        progress = self._progress
        if progress is None or not 0 <= row < progress.rows:
            return None
        at = progress.at_row(row)
        return at, progress.parts[at]

    def is_read(self, row: int) -> bool:
        """What stands in it is known."""
        place = self.part_of(row)
        return place is not None and place[1] in self._read

    def key_of(self, row: int) -> str:
        """Which line of the text a row is of, if that is known."""
        return self._plain_row(row).key

    def row_with(self, at: int, key: str) -> int | None:
        """The first row of a line in the part with this number, or of the part; None while its rows are not there."""
        progress = self._progress
        if progress is None or at >= progress.count:
            return None
        part = progress.parts[at]
        rows = self._read.get(part)
        if rows is None:
            self._ask(part)
            return None
        return part.row + next((number for number, line in enumerate(rows) if line.key == key), 0)


class TextWindow:
    """As many rows as there were at one moment."""

    def __init__(self, rows: TextRows, width: int, cursor: str) -> None:
        self._rows = rows
        self._length = len(rows)
        self._width = width
        self._cursor = cursor

    def __len__(self) -> int:
        return self._length

    def __getitem__(self, index: int, /) -> Line:
        if not 0 <= index < self._length:
            raise IndexError(index)
        return self._rows.row(index, self._width, self._cursor)

    def __iter__(self) -> Iterator[Line]:
        return (self[index] for index in range(self._length))
