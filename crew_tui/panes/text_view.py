"""One text: its name, its size, and as much of it as fits."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from rich.cells import cell_len

from crew_core.observe.text_book import MOST_FOUND, Found, Part, Progress
from crew_core.observe.text_file import Change
from crew_tui.glyphs import Glyphs
from crew_tui.lines import BLANK, Line, Piece, Tone, paragraph, spread, text_line
from crew_tui.palette import Palette
from crew_tui.panes.conditions import loading
from crew_tui.panes.frame import Frame
from crew_tui.panes.live import LivePane
from crew_tui.panes.text_rows import TextRows
from crew_tui.text import ELLIPSIS, clean, path_end
from crew_tui.texts.sizes import byte_count
from crew_tui.widgets.view import View


@dataclass(frozen=True, slots=True)
class _Anchor:
    """A place in the text that stays where it is while the layout changes."""

    part: int
    key: str
    share: float


class TextPane(LivePane):
    """Shows what the reader tells it. Rows that are not read yet are asked for as they come into sight."""

    def __init__(
        self,
        palette: Palette,
        glyphs: Glyphs,
        moment: Callable[[], Frame],
        *,
        title: str,
        empty: str,
        need: Callable[[Part], None],
        grows: bool = False,
        id: str | None = None,
    ) -> None:
        """:param need: asks the reader for the rows of a part.
        :param grows: somebody may be writing it, so that its end can be followed.
        """
        super().__init__(palette, glyphs, moment, id=id)
        self._title = clean(title)
        self._empty = empty
        self._grows = grows
        self.rows = TextRows(need)
        self.progress: Progress | None = None
        self._head: tuple[Line, ...] = ()
        self._anchor: _Anchor | None = None
        #: The step towards a match that is not found yet, and the row that it is counted from.
        self._stepping = 0
        self._stepping_from = 0
        #: Where one was when the search was asked for, and whether the end was followed there: without a match one is
        #: there again.
        self._origin = (0, False)

    # What the reader tells

    def take_progress(self, progress: Progress) -> None:
        if self.progress is not None and progress.parts is not self.progress.parts:
            self._hold()
            if self._anchor is not None and self._anchor.part >= progress.count and not progress.complete:
                # What stands there now is nearer to what is wanted than what is laid out so far.
                return
        self.progress = progress
        self.rows.take_progress(progress)
        self.rebuild()
        self._return()

    def take_part(self, part: Part, rows: Sequence[Line]) -> None:
        self.rows.take_part(part, rows)
        self.rebuild()
        self._return()

    def take_found(self, found: Found) -> None:
        self.rows.take_found(found)
        if self._stepping:
            self._step()
        if self._stepping and not found.searching:
            self._go_back()
        self.rebuild()

    # Places

    def _hold(self) -> None:
        """Remember which line stands at the top, if that is not under way already."""
        place = self.rows.part_of(self._first)
        if self._anchor is None and self._first and not self.following and place is not None:
            at, part = place
            self._anchor = _Anchor(at, self.rows.key_of(self._first), (self._first - part.row) / max(1, part.rows))

    def _return(self) -> None:
        """Scroll to what stood at the top; roughly until the rows around it are there."""
        anchor, progress = self._anchor, self.progress
        if anchor is None or progress is None:
            return
        if anchor.part >= progress.count:
            self._anchor = None
            return
        part = progress.parts[anchor.part]
        row = self.rows.row_with(anchor.part, anchor.key) if anchor.key else part.row + int(anchor.share * part.rows)
        if row is not None:
            self._anchor = None
        super()._begin_at(part.row + int(anchor.share * part.rows) if row is None else row)

    def _begin_at(self, first: int) -> None:
        self._anchor = None
        super()._begin_at(first)

    def move_end(self) -> None:
        """While more of the text may come, its end is followed."""
        super().move_end()
        if self.progress is not None and (self._grows or not self.progress.complete):
            self.follow(True)

    # Searching

    def begin_search(self) -> None:
        """From what is in sight now, to which `end_search` leads back."""
        self._origin = (self._first, self.following)

    def end_search(self) -> None:
        """Nothing was searched for after all."""
        self._go_back()
        self.rebuild()

    def _go_back(self) -> None:
        first, followed = self._origin
        self._stepping = 0
        self._begin_at(first)
        self.follow(followed)

    def look_for(self, pattern: re.Pattern[str] | None) -> None:
        """Mark matches from now on, and go to the first one below the place of `begin_search` when it is found."""
        self.rows.look_for(pattern)
        self._stepping = 1 if pattern is not None else 0
        self._stepping_from = self._origin[0]
        self.rebuild()

    def next_match(self, step: int) -> None:
        """To the next match, or to the one before with a step of -1."""
        here = self.rows.match
        self._stepping = step
        self._origin = (self._first, self.following)
        self._stepping_from = here + step if here >= 0 else self._first
        self._step()
        self.rebuild()

    def _step(self) -> None:
        if self.rows.go_to_match(self._stepping_from, self._stepping):
            self._stepping = 0
            row = self.rows.match
            if not self._first <= row < self._first + self.page:
                self._begin_at(row - self.page // 3)

    # The view

    def compose_view(self, frame: Frame) -> View:
        window = self.rows.window(frame.width, frame.glyphs.cursor)
        body = window if len(window) else self._instead(frame)
        return View(body, head=self._same(self._head_lines(frame)), title=self._title, note=self._note(frame))

    def _instead(self, frame: Frame) -> tuple[Line, ...]:
        progress = self.progress
        if progress is None or not (progress.complete or progress.failed):
            return loading(frame, "the text")
        if progress.failed:
            tone = Tone.DIM if progress.absent else Tone.FAIL
            return (BLANK, *paragraph(clean(progress.failed), frame.width, tone, most=4))
        return (BLANK, text_line(f" {self._empty}", Tone.DIM))

    def _head_lines(self, frame: Frame) -> tuple[Line, ...]:
        progress = self.progress
        if progress is None:
            return ()
        lines: list[Line] = []
        if progress.path is not None:
            size: Piece = (f"{byte_count(progress.size_bytes)} ", Tone.DIM)
            room = frame.width - cell_len(size[0]) - 2
            lines.append(spread([(f" {path_end(progress.path, room)}", Tone.DIM)], [size], frame.width))
        elif progress.failed_at is not None:
            lines.append(text_line(f" {path_end(progress.failed_at, frame.width - 2)}", Tone.DIM))
        if progress.change is Change.GONE:
            lines.append(text_line(f" {frame.glyphs.attention} deleted since; this is what it was", Tone.WARN))
        if progress.failed and progress.count:
            lines.append(text_line(f" {frame.glyphs.attention} {clean(progress.failed)}", Tone.FAIL))
        if progress.note:
            lines += paragraph(clean(progress.note), frame.width, Tone.WARN, most=2)
        return tuple(lines)

    def _same(self, head: tuple[Line, ...]) -> tuple[Line, ...]:
        """The lines painted before, if they say the same."""
        if [each.pieces for each in head] != [each.pieces for each in self._head]:
            self._head = head
        return self._head

    def _note(self, frame: Frame) -> str:
        parts = [self._found_words()]
        progress = self.progress
        if progress is not None and not progress.complete and progress.size_bytes:
            parts.append(f"{100 * progress.read_bytes // progress.size_bytes}% read")
        if self.following:
            parts.append(f"{frame.glyphs.live} follow")
        return "  ".join(part for part in parts if part)

    def _found_words(self) -> str:
        found = self.rows.found
        if self.rows.pattern is None:
            return ""
        if found is None:
            return f"searching{ELLIPSIS}"
        more = "+" if found.count >= MOST_FOUND else ELLIPSIS if found.searching else ""
        if not found.count:
            return f"searching{ELLIPSIS}" if found.searching else "no match"
        if self.rows.match >= 0:
            return f"match {self.rows.match_number} of {found.count}{more}"
        return "1 match" if (found.count, more) == (1, "") else f"{found.count}{more} matches"
