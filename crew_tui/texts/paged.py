"""A file of any size as rows: laid out part by part, each part again when it is looked at."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from crew_core.observe.text_book import Part
from crew_core.observe.text_file import Change, Lines, TextFile
from crew_tui.lines import MARK, Line, Tone
from crew_tui.texts.painting import Manner, as_is
from crew_tui.texts.wrapping import Pieces, broken, spans

#: Before each row, for the mark of the match that one is at.
MARGIN = (MARK, Tone.DIM)


class PagedText:
    """A plain file, or one of many lines that are painted each by itself."""

    def __init__(self, file: TextFile, manner: Manner, note: str = "") -> None:
        self._file = file
        self.manner = manner
        self.note = note

    @property
    def path(self) -> Path:
        return self._file.path

    @property
    def size_bytes(self) -> int:
        return self._file.size_bytes

    def laid_out(self, width: int, *, wrap: bool) -> PagedBook:
        return PagedBook(self._file, self.manner, width, wrap=wrap)

    def look_again(self) -> Change:
        return self._file.look_again()

    def text(self, most: int) -> str:
        """:raises OSError: it cannot be read."""
        return self._file.text(most)

    def close(self) -> None:
        self._file.close()


class PagedBook:
    """Without `wrap` the rest of a line that does not fit into one part is not laid out, only searched."""

    def __init__(self, file: TextFile, manner: Manner, width: int, *, wrap: bool) -> None:
        self.parts: list[Part] = []
        self._file = file
        self._manner = manner
        # A margin on both sides.
        self._width = max(1, width - 2)
        self._wrap = wrap

    def read_more(self) -> bool:
        last = self.parts[-1] if self.parts else Part(0, 0, 0, 0, 0, 0)
        offset = last.offset + last.size_bytes
        lines = self._file.lines_at(offset)
        if lines is None:
            return False
        inside = last.ends_inside
        self.parts.append(
            Part(
                offset=offset,
                size_bytes=lines.size_bytes,
                line=last.line + last.lines,
                # A line counts where it begins.
                lines=len(lines.texts) - inside,
                row=last.row + last.rows,
                rows=self._rows(self._laid(lines, inside)),
                begins_inside=inside,
                ends_inside=lines.continued,
            )
        )
        return True

    def grew(self) -> None:
        if self.parts:
            self.parts.pop()

    def rows_of(self, part: Part) -> Sequence[Line]:
        lines = self._file.lines_at(part.offset, part.size_bytes)
        if lines is None:
            return ()
        # The line is the key, so that its place is found again in another width.
        first = part.line - (part.begins_inside and self._wrap)
        return tuple(
            Line((MARGIN, *row), key=str(number))
            for number, text in enumerate(self._laid(lines, part.begins_inside), first)
            for painted in self._manner.paint(text)
            for row in self._broken(painted)
        )

    def found(self, part: Part, matches: Callable[[str], int | None]) -> Iterator[int]:
        lines = self._file.lines_at(part.offset, part.size_bytes)
        row = part.row
        for number, text in enumerate(lines.texts if lines else ()):
            hidden = number == 0 and part.begins_inside and not self._wrap
            for shown in self._manner.texts(text):
                place = matches(shown)
                rows = self._spans(shown)
                if place is not None:
                    inside = next((at for at, (_, end) in enumerate(rows) if place < end), len(rows) - 1)
                    yield row - 1 if hidden else row + inside
                row += 0 if hidden else len(rows)

    def _laid(self, lines: Lines, begins_inside: bool) -> Sequence[str]:
        return lines.texts[1:] if begins_inside and not self._wrap else lines.texts

    def _rows(self, texts: Sequence[str]) -> int:
        if not self._wrap and self._manner.texts is as_is:
            return len(texts)
        return sum(map(self._rows_of_line, texts))

    def _rows_of_line(self, text: str) -> int:
        return sum(len(self._spans(shown)) for shown in self._manner.texts(text))

    def _spans(self, text: str) -> Sequence[tuple[int, int]]:
        return spans(text, self._width) if self._wrap else ((0, len(text)),)

    def _broken(self, painted: Pieces) -> Sequence[Pieces]:
        return broken(painted, self._width) if self._wrap else (painted,)
