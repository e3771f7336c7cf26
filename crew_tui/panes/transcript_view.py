"""A transcript as it is painted: of entries that fold those in sight, each asked for when it comes into sight."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial

from crew_core.observe.transcript_index import TranscriptIndex
from crew_core.observe.transcript_search import entry_of, line_of
from crew_core.observe.transcript_told import Contents
from crew_tui.glyphs import Glyphs
from crew_tui.lines import BLANK, Kept, Line, Tone
from crew_tui.palette import Palette
from crew_tui.panes.days import day_line, today
from crew_tui.panes.frame import Frame
from crew_tui.panes.live import LivePane
from crew_tui.panes.transcript_folding import Folding, by_rule
from crew_tui.panes.transcript_lines import Laid, Look
from crew_tui.panes.transcript_matches import Matches
from crew_tui.panes.transcript_place import Place, Room
from crew_tui.panes.transcript_rows import Name, TranscriptRows, Want
from crew_tui.panes.transcript_words import head_lines, instead, note, title
from crew_tui.subjects import Subject
from crew_tui.widgets.drawn import Drawn
from crew_tui.widgets.spots import START, Spot, above, below, from_top, last_top
from crew_tui.widgets.view import View


class TranscriptView(LivePane):
    """It knows the heights only of what was in sight: its place is a row of an entry, not a row of the whole."""

    def __init__(
        self,
        palette: Palette,
        glyphs: Glyphs,
        moment: Callable[[], Frame],
        *,
        want: Want,
        id: str | None = None,
    ) -> None:
        """:param want: asks the reader for what is in sight."""
        super().__init__(palette, glyphs, moment, id=id)
        self.subject = Subject("")
        self.contents: Contents | None = None
        self.wrap = True
        self.matches = Matches()
        self._rows = TranscriptRows(want)
        self._folding = Folding()
        self._go(Place())
        #: What stands in each row of the page; None where it is the date of what is below.
        self._spots: list[Spot | None] = []
        #: The line that stood at the top when the layout changed.
        self._held: int | None = None
        #: A match that is to be brought into sight.
        self._goal: int | None = None
        self._pointed: tuple[Line, Line] = (BLANK, BLANK)
        self._dates: Kept[Line] = Kept()

    def _go(self, place: Place) -> None:
        self._place = place
        self._following = place.following

    def _room(self, page: int) -> Room:
        """:param page: rows, of which dates have some."""
        return Room(self.count, max(1, page - self._spots.count(None)), self._height, self._end(page))

    def _end(self, page: int) -> Spot:
        """The first row of the last page."""
        top = last_top(page, self.count, self._height)
        spots = from_top(top, page, self.count, self._height)
        days = self._days(spots)
        fitting = (at for at in range(len(spots)) if len(spots) - at + sum(day > at for day in days) <= page)
        return spots[next(fitting)] if spots else START

    # Entries and their heights

    @property
    def count(self) -> int:
        return self.contents.count if self.contents else 0

    @property
    def _index(self) -> TranscriptIndex | None:
        return self.contents.index if self.contents else None

    def _unfolded(self, entry: int) -> bool:
        contents, index = self.contents, self._index
        if contents is None or index is None:
            return False
        return self._folding.unfolded(index.key_of(entry), by_rule=by_rule(contents, entry))

    def _state_of(self, entry: int) -> Name:
        return entry, self._unfolded(entry)

    def _height(self, entry: int) -> int:
        """One row as long as it is not known."""
        laid = self._rows.laid((entry, True)) if self._unfolded(entry) else None
        return len(laid.rows) if laid else 1

    # The view

    def compose_view(self, frame: Frame) -> View:
        self._see(frame)
        head = self._same(head_lines(self.contents, self.subject, frame))
        titled = title(self.subject, self.contents, frame)
        self._spots = []
        if not self.count:
            return View(instead(self.contents, self.subject, frame), head=head, title=titled)
        page = max(1, frame.height - 2 - len(head))
        spots, days = self._in_sight(page)
        self._ask_for(page, spots)
        body = tuple(self._lines(spots, days, frame))
        day = self._day_of(spots[0])
        titled = f"{titled} {frame.glyphs.dot} {day}" if day not in ("", today(frame)) else titled
        return View(body, head=head, title=titled, note=note(self, frame))

    def _in_sight(self, page: int) -> tuple[Sequence[Spot], Mapping[int, str]]:
        """What is shown, and the rows of it before which stands the date of another day."""
        goal = self._find_top(page)
        while True:
            spots = from_top(self._place.top, page, self.count, self._height)
            days = self._days(spots)
            fit = _fitting(len(spots), days, page)
            # Dates take rows from those of the entries; what one looks at stays.
            wanted = goal or (spots[-1] if self._place.following else Spot(self._place.cursor, 0))
            if wanted not in spots[fit:]:
                return spots[:fit], days
            top = below(self._place.top, len(spots) - fit, self.count, self._height)
            self._go(replace(self._place, top=top))

    def _lines(self, spots: Sequence[Spot], days: Mapping[int, str], frame: Frame) -> Sequence[Line]:
        lines: list[Line] = []
        for number, spot in enumerate(spots):
            if number in days:
                self._spots.append(None)
                day = days[number]
                lines.append(self._dates.get(day, (frame.glyphs,), partial(day_line, day, frame.glyphs)))
            self._spots.append(spot)
            lines.append(self._line_at(spot))
        return lines

    def _days(self, spots: Sequence[Spot]) -> Mapping[int, str]:
        """Rows in sight at which another day begins than that of the entry above."""
        found: dict[int, str] = {}
        before = ""
        for number, spot in enumerate(spots):
            day = self._day_of(spot)
            if day and before and day != before:
                found[number] = day
            before = day or before
        return found

    def _day_of(self, spot: Spot) -> str:
        laid = self._rows.laid(self._state_of(spot.entry))
        return laid.day if laid else ""

    def _see(self, frame: Frame) -> None:
        """Everything is laid out anew when it looks different; until that is done, it stays as it is."""
        look = Look(
            width=frame.width,
            glyphs=frame.glyphs,
            wrap=self.wrap,
            zone=frame.zone,
            since=frame.told_since,
            over=not self.subject.grows,
            pattern=self.matches.pattern,
        )
        top = self._place.top
        if look != self._rows.look and self._held is None and self.count and top.row:
            laid = self._rows.laid(self._state_of(top.entry))
            self._held = laid.lines[min(top.row, len(laid.lines) - 1)] if laid else None
        self._rows.look_like(look)

    def _find_top(self, page: int) -> Spot | None:
        """Where the page begins; gives back the row of a match that is to be in sight, if there is one."""
        room = self._room(page)
        goal = self._approach(self._goal, room) if self._goal is not None else None
        self._go(self._place.settled(room))
        return goal

    def _approach(self, goal: int, room: Room) -> Spot:
        """Bring a match into sight, as soon as its entry is laid out; where it is."""
        spot = Spot(entry_of(goal), 0)
        laid = self._rows.fresh((spot.entry, True))
        if laid is not None:
            spot = Spot(spot.entry, laid.row_of(line_of(goal)))
            self._goal = None
        self._go(self._place.showing(spot, room))
        return spot

    def _ask_for(self, page: int, spots: Sequence[Spot]) -> None:
        """What is in sight, and what will be after the next page in either direction."""
        index = self._index
        if index is not None:
            first = above(self._place.top, page, self._height).entry
            last = below(self._place.top, 2 * page, self.count, self._height).entry
            shown = dict.fromkeys(spot.entry for spot in spots)
            entries = (*shown, *(entry for entry in range(first, last + 1) if entry not in shown))
            self._rows.ask_for(index, map(self._state_of, entries))

    def _line_at(self, spot: Spot) -> Line:
        name = self._state_of(spot.entry)
        laid = self._rows.laid(name)
        if laid is None:
            return BLANK
        self._rows.used(name)
        line = laid.rows[min(spot.row, len(laid.rows) - 1)]
        here = self.matches.here
        at_match = here >= 0 and spot.row and spot == (entry_of(here), laid.row_of(line_of(here)))
        return self._pointed_at(line) if at_match else line

    def _pointed_at(self, line: Line) -> Line:
        if self._pointed[0] is not line:
            self._pointed = (line, Line(((self.glyphs.cursor, Tone.ACCENT), *line.pieces[1:]), line.key))
        return self._pointed[1]

    def _same(self, head: tuple[Line, ...]) -> tuple[Line, ...]:
        """The lines painted before, if they say the same."""
        before = self.view.head
        return before if [each.pieces for each in head] == [each.pieces for each in before] else head

    def _at(self, y: int, height: int) -> Drawn:
        drawn = super()._at(y, height)
        row = y - 1 - len(self.view.head)
        if 0 <= row < len(self._spots) and y < height - 1 and self._spots[row] == (self._place.cursor, 0):
            return replace(drawn, selected=True)
        return drawn

    # Where one is

    @property
    def cursor(self) -> int | None:
        """The number of the selected entry."""
        return self._place.cursor if self.count else None

    @property
    def percent(self) -> int:
        """How much of it lies above the end of the page."""
        last = self._spots[-1] or START if self._spots else START
        at_end = last == (self.count - 1, self._height(self.count - 1) - 1) if self.count else True
        return 100 if at_end else 100 * last.entry // self.count

    @property
    def _selected(self) -> Laid | None:
        """The selected entry as it was laid out last."""
        return self._rows.laid(self._state_of(self._place.cursor)) if self.count else None

    @property
    def foldable(self) -> bool:
        """There is more of the selected entry than its summary."""
        return self._selected is not None and self._selected.foldable

    def may_turn_all(self, *, unfolded: bool) -> bool:
        """To fold all entries, or to unfold them, may change one. Of those out of sight, only their rule is known."""
        shown = {spot.entry for spot in self._spots if spot is not None}
        if len(shown) < self.count and not self._folding.all_are(unfolded=unfolded):
            return True
        others = (name for name in map(self._state_of, shown) if name[1] is not unfolded)
        # What is not laid out yet may be foldable: a key that is pressed at once is not lost.
        return any(laid is None or laid.foldable for laid in map(self._rows.laid, others))

    @property
    def edits(self) -> bool:
        """It is known what the selected entry changes in files."""
        return self._selected is not None and self._selected.edits


def _fitting(count: int, days: Mapping[int, str], page: int) -> int:
    """How many of so many rows fit on a page, with the dates before them; one at least."""
    rows = 0
    for number in range(count):
        rows += 1 + (number in days)
        if rows > page:
            return number
    return count
