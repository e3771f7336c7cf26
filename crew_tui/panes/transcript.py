"""The transcript of one attempt: what a person does with it, and what becomes of that when there is more to read."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from textual import events

from crew_core.observe.transcript_index import Key, TranscriptIndex
from crew_core.observe.transcript_search import entry_of, hit
from crew_core.observe.transcript_told import Contents, Hits, Made
from crew_tui.panes.transcript_folding import Folding, by_rule
from crew_tui.panes.transcript_lines import Laid
from crew_tui.panes.transcript_place import Place
from crew_tui.panes.transcript_view import TranscriptView
from crew_tui.subjects import Subject
from crew_tui.widgets.spots import START, Spot


class TranscriptPane(TranscriptView):
    """Goes where the keys lead, and stays there."""

    #: The first entry of all was asked for while only the last ones were there.
    _to_first = False
    #: A line that is to be gone to when its entry is read.
    _sought: tuple[Key, int] | None = None
    #: Where one was when the search was asked for.
    _origin = Place()

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

    # Moving

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
        self._begin_at(by * max(1, self._room(self.page).page - 1))

    def move_home(self) -> None:
        self._to_first = self.contents is not None and self.contents.earlier_bytes > 0
        self._go(Place(following=False))
        self.rebuild()

    def move_end(self) -> None:
        self._to_first = False
        self.follow(True)

    def on_click(self, event: events.Click) -> None:
        row = event.y - 1 - len(self.view.head)
        spot = self._spots[row] if 0 <= row < len(self._spots) else None
        if spot is not None:
            self._go(replace(self._place, cursor=spot.entry, following=False))
            if event.chain > 1:
                self.fold()
            self.rebuild()

    # Folding

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
