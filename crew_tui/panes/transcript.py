"""The transcript of one attempt: entries that fold, the newest in sight, matches of a search."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace

from textual import events

from crew_core.observe.transcript_index import Key, TranscriptIndex
from crew_core.observe.transcript_search import entry_of, hit, line_of
from crew_core.observe.transcript_told import Contents, Hits, Made
from crew_tui.glyphs import Glyphs
from crew_tui.lines import BLANK, Line, Tone
from crew_tui.palette import Palette
from crew_tui.panes.frame import Frame
from crew_tui.panes.live import LivePane
from crew_tui.panes.transcript_folding import Folding, by_rule
from crew_tui.panes.transcript_lines import Laid, Look
from crew_tui.panes.transcript_matches import Matches
from crew_tui.panes.transcript_place import Place, Room
from crew_tui.panes.transcript_rows import Name, TranscriptRows, Want
from crew_tui.panes.transcript_words import head_lines, instead, note, title
from crew_tui.subjects import Subject
from crew_tui.widgets.spots import START, Spot, above, below, from_top
from crew_tui.widgets.strip_pane import Drawn
from crew_tui.widgets.view import View


class TranscriptPane(LivePane):
    """Shows what the reader tells it. Entries that are not laid out yet are asked for as they come into sight.

    It knows the heights only of what was in sight. Its place is therefore a row of an entry, not a row of the whole.
    """

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
        self._spots: list[Spot] = []
        #: The line that stood at the top when the layout changed.
        self._held: int | None = None
        #: The first entry of all was asked for while only the last ones were there.
        self._to_first = False
        #: A match that is to be brought into sight.
        self._goal: int | None = None
        #: A line that is to be gone to when its entry is read.
        self._sought: tuple[Key, int] | None = None
        #: Where one was when the search was asked for.
        self._origin = Place()
        self._pointed: tuple[Line, Line] = (BLANK, BLANK)

    def _go(self, place: Place) -> None:
        self._place = place
        self._following = place.following

    def _room(self, page: int) -> Room:
        return Room(self.count, page, self._height)

    # What the reader tells

    def show_subject(self, subject: Subject) -> None:
        """Another attempt, or another state of the same one."""
        if not subject.same_as(self.subject):
            self._rows.forget()
            self.contents = None
            self._folding = Folding()
            self._go(Place())
            self._sought = None
            self._forget_match()
        self.subject = subject
        self.rebuild()

    def take_contents(self, contents: Contents) -> None:
        before, self.contents = self.contents, contents
        if before is not None and contents.restarts != before.restarts:
            self._folding = Folding()
        if before is None or contents.index is not before.index:
            self._move_over(before.index if before else None, contents)
        self._rows.changed(contents.changed)
        if self.following:
            self._go(self._place.follow(True, contents.count))
        self._seek()
        self.rebuild()

    def take_made(self, made: Sequence[Made[Laid]]) -> None:
        self._rows.take([each for each in made if each.index is self._index])
        entry = self._place.top.entry
        held = self._rows.fresh(self._state_of(entry)) if self._held is not None and self.count else None
        if held is not None and self._held is not None:
            self._go(replace(self._place, top=Spot(entry, held.row_of(self._held))))
            self._held = None
        self.rebuild()

    def take_hits(self, hits: Hits) -> None:
        if hits.index is self._index:
            self._go_to_match(self.matches.take(hits))

    def _forget_match(self) -> None:
        self.matches.forget()
        self._goal = self._folding.revealed = None

    def _move_over(self, before: TranscriptIndex | None, contents: Contents) -> None:
        """Numbers of entries mean something else: find the same places again."""
        self._rows.forget()
        self._forget_match()
        now, last = contents.index, contents.count - 1
        to_first, self._to_first = self._to_first and contents.complete, False
        if before is None or now is None or not before.lines.start or last < 0 or to_first:
            self._go(replace(self._place, top=START, cursor=0))
            return
        place = self._place
        top, cursor = (min(now.number_of(before.key_of(entry)), last) for entry in (place.top.entry, place.cursor))
        self._go(replace(place, top=Spot(top, place.top.row), cursor=cursor))

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
        if not self.count:
            self._spots = []
            return View(instead(self.contents, self.subject, frame), head=head, title=titled)
        page = max(1, frame.height - 2 - len(head))
        self._find_top(page)
        self._spots = from_top(self._place.top, page, self.count, self._height)
        self._ask_for(page)
        body = tuple(map(self._line_at, self._spots))
        return View(body, head=head, title=titled, note=note(self, frame))

    def _see(self, frame: Frame) -> None:
        """Everything is laid out anew when it looks different; until that is done, it stays as it is."""
        look = Look(
            width=frame.width,
            glyphs=frame.glyphs,
            wrap=self.wrap,
            zone=frame.zone,
            since=frame.since if frame.relative else None,
            over=not self.subject.grows,
            pattern=self.matches.pattern,
        )
        top = self._place.top
        if look != self._rows.look and self._held is None and self.count and top.row:
            laid = self._rows.laid(self._state_of(top.entry))
            self._held = laid.lines[min(top.row, len(laid.lines) - 1)] if laid else None
        self._rows.look_like(look)

    def _find_top(self, page: int) -> None:
        room = self._room(page)
        if self._goal is not None:
            self._approach(self._goal, room)
        self._go(self._place.settled(room))

    def _approach(self, goal: int, room: Room) -> None:
        """Bring a match into sight, as soon as its entry is laid out."""
        spot = Spot(entry_of(goal), 0)
        laid = self._rows.fresh((spot.entry, True))
        if laid is not None:
            spot = Spot(spot.entry, laid.row_of(line_of(goal)))
            self._goal = None
        self._go(self._place.showing(spot, room))

    def _ask_for(self, page: int) -> None:
        """What is in sight, and what will be after the next page in either direction."""
        index = self._index
        if index is not None:
            first = above(self._place.top, page, self._height).entry
            last = below(self._place.top, 2 * page, self.count, self._height).entry
            shown = dict.fromkeys(spot.entry for spot in self._spots)
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

    # Moving

    @property
    def cursor(self) -> int | None:
        """The number of the selected entry."""
        return self._place.cursor if self.count else None

    @property
    def percent(self) -> int:
        """How much of it lies above the end of the page."""
        last = self._spots[-1] if self._spots else START
        at_end = last == (self.count - 1, self._height(self.count - 1) - 1) if self.count else True
        return 100 if at_end else 100 * last.entry // self.count

    def follow(self, on: bool) -> None:
        self._go(self._place.follow(on, self.count))
        self.rebuild()

    def move(self, by: int) -> None:
        if self.count:
            self._go(self._place.move(by, self._room(self.page)))
            self.rebuild()

    def _begin_at(self, first: int) -> None:
        # The view begins at the first row that is in sight: only the distance means something.
        if self.count:
            self._go(self._place.scroll(first, self._room(self.page)))
            self.rebuild()

    def move_pages(self, by: int) -> None:
        self._begin_at(by * max(1, self.page - 1))

    def move_home(self) -> None:
        self._to_first = self.contents is not None and self.contents.earlier_bytes > 0
        self._go(Place(following=False))
        self.rebuild()

    def move_end(self) -> None:
        self._to_first = False
        self.follow(True)

    def on_click(self, event: events.Click) -> None:
        row = event.y - 1 - len(self.view.head)
        if 0 <= row < len(self._spots):
            self._go(replace(self._place, cursor=self._spots[row].entry, following=False))
            if event.chain > 1:
                self.fold()
            self.rebuild()

    # Folding

    @property
    def foldable(self) -> bool:
        """There is more of the selected entry than its summary."""
        laid = self._rows.laid(self._state_of(self._place.cursor)) if self.count else None
        return laid is not None and laid.foldable

    def fold(self) -> None:
        """Fold the selected entry, or unfold it."""
        contents, index = self.contents, self._index
        if contents is None or index is None or not self.count:
            return
        entry = self._place.cursor
        unfolded = self._folding.turn(index.key_of(entry), by_rule=by_rule(contents, entry))
        self._go(self._place.fold(unfolded=unfolded))
        self.rebuild()

    def fold_all(self, *, unfolded: bool) -> None:
        self._folding.turn_all(unfolded=unfolded)
        place = self._place
        self._go(replace(place, top=self._room(self.page).clamped(Spot(place.cursor, 0))))
        self.rebuild()

    # Searching

    def begin_search(self) -> None:
        """From what is in sight now, to which `end_search` leads back."""
        self._origin = self._place

    def end_search(self) -> None:
        """Nothing was searched for after all."""
        self._go(self._origin)
        self.rebuild()

    def look_for(self, pattern: re.Pattern[str] | None) -> None:
        """Mark matches from now on, and go to the first one below the place of `begin_search` when it is found."""
        self._forget_match()
        if pattern is not None:
            self._go(replace(self._origin, following=False))
        self.matches.look_for(pattern, self._place.top.entry)
        self.rebuild()

    def show_line(self, key: Key, line: int) -> None:
        """Go to a line of the entry with this key, as soon as that is read."""
        self._sought = (key, line)
        self._seek()

    def _seek(self) -> None:
        contents, index = self.contents, self._index
        if self._sought is None or contents is None or index is None or not contents.count:
            return
        key, line = self._sought
        if index.lines.start <= key[0] and (contents.complete or key <= index.key_of(contents.count - 1)):
            self._sought = None
            self.matches.here = hit(min(index.number_of(key), contents.count - 1), line)
            self._go_to_match(self.matches.here)

    def next_match(self, step: int) -> None:
        """To the next match, or to the one before with a step of -1."""
        self._go_to_match(self.matches.step(step, self._place.top.entry))

    def _go_to_match(self, found: int | None) -> None:
        """It is unfolded as long as one is there."""
        index = self._index
        if found is not None and index is not None:
            self._goal = found
            entry = entry_of(found)
            self._go(replace(self._place, cursor=entry, following=False))
            self._folding.revealed = index.key_of(entry)
        self.rebuild()
