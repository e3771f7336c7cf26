"""What the agents of the selected run print, searched: here, and in the transcripts of which only the end is here."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from crew_tui.actions import Action
from crew_tui.lines import Piece, Tone
from crew_tui.panes.output_lines import OutputLinesPane
from crew_tui.panes.output_matches import OutputMatches
from crew_tui.panes.output_more import MoreMatches
from crew_tui.panes.output_moves import Moves
from crew_tui.situation import Region

if TYPE_CHECKING:
    from crew_tui.transcripts_search import FoundLine

RunSoon = Callable[[Callable[[], None]], None]


class OutputPane(OutputLinesPane):
    """Tab 4."""

    TAB = Region.OUTPUT

    def __init__(self, *args: object, **options: object) -> None:
        self._typed = ""
        self.more = MoreMatches()
        #: Searches the transcripts again, with what is asked for now.
        self._search_again: Callable[[], None] = lambda: None
        #: Where one was when the search was asked for: the line on top, and whether the newest was kept in sight.
        self._origin = (0, True)
        super().__init__(*args, **options)

    def _begin_anew(self, task_id: str | None) -> None:
        super()._begin_anew(task_id)
        self._look_for_nothing()

    def _beside(self, skipped: Piece) -> Piece:
        more = self.more.words(self._matches) if self._matches else ""
        return (more, Tone.ACCENT) if more else skipped

    def _are_moved(self, moves: Moves) -> None:
        number, followed = self._origin
        self._origin = (moves.nearest(number) or 0, followed)
        if self._matches is not None:
            self._matches.move(moves)
            if moves.lost:
                self._search_again()

    # Searching

    @property
    def query_text(self) -> str:
        """The pattern as it was typed; empty when nothing is searched for."""
        return self._typed

    @property
    def pattern(self) -> re.Pattern[str] | None:
        return self._matches.pattern if self._matches else None

    @property
    def filtered(self) -> bool:
        """Esc ends the search."""
        return self._matches is not None

    def unfilter(self) -> None:
        self._look_for_nothing()
        self.rebuild()

    def _look_for_nothing(self) -> None:
        self._typed = ""
        self._matches = None
        self._search_again = lambda: None
        self.more.cancel()

    def begin_search(self) -> None:
        """From what is in sight now, to which `end_search` leads back."""
        self._origin = (self._rows.number_at(self._first) if self._rows else 0, self.following)

    def end_search(self) -> None:
        """Nothing was searched for after all."""
        self._go_back()
        self.rebuild()

    def _go_back(self) -> None:
        number, self._following = self._origin
        if self._rows is not None:
            self._first = self._rows.row_of(number)

    def look_for(self, typed: str) -> str:
        """Mark matches from now on, and go to the nearest one; what is said of it if it is no pattern."""
        from crew_tui.texts.searching import NoPattern, pattern_of

        if typed == self._typed:
            return ""
        try:
            pattern = pattern_of(typed) if typed else None
        except NoPattern as error:
            return str(error)
        self._look_for_nothing()
        self._typed = typed
        self._matches = OutputMatches(pattern) if pattern else None
        self._go_back()
        self.rebuild()
        if self._matches is not None:
            self._go_to(self._matches.nearest(self._origin[0]))
        return ""

    def search_transcripts(self, run_soon: RunSoon, changed: Callable[[], None]) -> None:
        """For the same, in a thread: what is older than the lines here, and what they leave out.

        :param run_soon: hands a callback to the loop, from any thread.
        :param changed: called when it is known what `more` has.
        """
        matches, run_dir = self._matches, self.run.path
        if matches is None or run_dir is None or self.more.begun:
            return

        def begin() -> None:
            from crew_tui.transcripts_search import transcripts_of

            tasks = [task for task in self.tasks.tasks if self.task_id in (None, task.id)]
            attempts = [(task.id, each.n) for task in tasks for each in reversed(task.attempts)]
            self.more.begin(transcripts_of(run_dir, attempts), matches.pattern, run_soon, told)

        def told() -> None:
            if self.is_attached:
                self.rebuild()
                changed()

        self._search_again = begin
        begin()
        self.rebuild()

    @property
    def matches_beyond(self) -> Sequence[FoundLine]:
        """Those that only the transcripts have."""
        return self.more.beyond(self._matches) if self._matches else ()

    def _go_to(self, number: int | None) -> None:
        """To a match, which is brought into sight and kept there."""
        rows = self._rows
        if number is None or rows is None or self._matches is None:
            return
        self._matches.here = number
        self._following = False
        row = rows.match_row(number)
        if not self._first <= row < self._first + self.page:
            self._first = row - self.page // 3
        self.rebuild()

    def _step(self, by: int) -> None:
        matches, rows = self._matches, self._rows
        if matches is None or rows is None:
            return
        top = rows.number_at(self._first)
        self._go_to(matches.beside(matches.here, by) if matches.here >= 0 else matches.beside(top - (by > 0), by))

    # Keys

    def offers(self) -> frozenset[Action]:
        output = self._shown()
        started = self.task_id is not None or any(task.attempts for task in self.tasks.tasks)
        offers = {Action.WHOSE_OUTPUT} if started else set()
        if output is None or not output.count:
            return frozenset(offers)
        offers |= {Action.SEARCH, Action.WRAP}
        offers |= {Action.COLOURS} if self._any_colours else set()
        if self._matches is not None:
            offers |= {Action.NEXT_MATCH, Action.PREVIOUS_MATCH} if self._matches.numbers else set()
            offers |= {Action.OPEN_ITEM} if self.matches_beyond or self.more.not_searched else set()
        return frozenset(offers)

    def perform(self, action: Action) -> bool:
        match action:
            case Action.WRAP:
                self._wrap = not self._wrap
                self.rebuild()
            case Action.COLOURS:
                self._colours = not self._colours
                self.rebuild()
            case Action.NEXT_MATCH:
                self._step(1)
            case Action.PREVIOUS_MATCH:
                self._step(-1)
            case _:
                return False
        return True

    def move_end(self) -> None:
        """To the newest line, which is kept in sight from now on."""
        super().move_end()
        self.follow(True)

    def on_unmount(self) -> None:
        self.more.cancel()
