"""What the agents of the selected run print: of one task, or of all of them in the order it came."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from rich.cells import cell_len

from crew_core.observe.slices import AppendLog, OutputLine, OutputSlice, RunSlice, SliceName, SliceState, TasksSlice
from crew_tui.actions import Action
from crew_tui.lines import BLANK, Line, Rows, Tone, spread, text_line
from crew_tui.panes.conditions import loading
from crew_tui.panes.detail import DetailPane
from crew_tui.panes.frame import Frame
from crew_tui.panes.output_matches import OutputMatches
from crew_tui.panes.output_more import MoreMatches
from crew_tui.panes.output_rows import Continued, Look, OutputRow, OutputRows
from crew_tui.quantities import count, plural
from crew_tui.situation import Region
from crew_tui.text import clean
from crew_tui.times import time_words
from crew_tui.widgets.view import View

if TYPE_CHECKING:
    from crew_tui.transcripts_search import FoundLine

RunSoon = Callable[[Callable[[], None]], None]

#: A longer id of a task is cut.
_WIDEST_TASK = 16


class OutputPane(DetailPane):
    """Tab 4."""

    TAB = Region.OUTPUT
    SHOWS = frozenset({SliceName.OUTPUT})

    def __init__(self, *args: object, **options: object) -> None:
        super().__init__(*args, **options)
        self._rows: OutputRows | None = None
        self._grown: tuple[tuple[OutputLine, ...], Look, tuple[Line, ...]] | None = None
        self._wrap = False
        self._following = True
        self._typed = ""
        self._matches: OutputMatches | None = None
        self.more = MoreMatches()
        #: Searches the transcripts again, with what is asked for now.
        self._search_again: Callable[[], None] = lambda: None
        #: Where one was when the search was asked for: the line on top, and whether the newest was kept in sight.
        self._origin = (0, True)
        self.task_id: str | None = None

    def forget(self) -> None:
        self._rows = None
        self.task_id = None
        self._look_for_nothing()
        self.follow(True)

    def ask_for(self, task_id: str | None) -> None:
        """Whose output is to be shown as soon as it comes; None for that of all tasks."""
        if task_id != self.task_id:
            self._rows = None
            self._look_for_nothing()
        self.task_id = task_id
        self.follow(True)
        self.rebuild()

    @property
    def chosen_task(self) -> str:
        return self.task_id or ""

    def body_head(self, run: RunSlice, tasks: TasksSlice, frame: Frame) -> tuple[Line, ...]:
        return (self._source(self._shown(), frame),)

    def body(self, run: RunSlice, tasks: TasksSlice, frame: Frame) -> View:
        output = self._shown()
        if output is None:
            return View(loading(frame, "output"))
        rows = self._window(output, tasks, frame)
        if not len(rows):
            return View((BLANK, text_line(f" {self._why_empty(tasks)}", Tone.DIM)))
        lines = f"{frame.glyphs.live} follow" if self.following else plural(output.count, "line")
        return View(rows, note=f"{self._matches.words()}  {lines}" if self._matches else lines)

    def _shown(self) -> OutputSlice | None:
        """None while what was asked for has not come."""
        output = self.slice(OutputSlice, SliceName.OUTPUT)
        if output is None or output.state is SliceState.LOADING or output.task_id != self.task_id:
            return None
        return output

    def _source(self, output: OutputSlice | None, frame: Frame) -> Line:
        of = f"task {clean(self.task_id)}" if self.task_id else "all tasks, as it came"
        attempt = f", attempt {output.attempt}" if output and output.attempt and self.task_id else ""
        skipped = f"{count(output.skipped_lines)} earlier lines left out" if output and output.skipped_lines else ""
        more = self.more.words(self._matches) if self._matches else ""
        right = (more, Tone.ACCENT) if more else (skipped, Tone.WARN)
        return spread(((of, Tone.ACCENT), (attempt, Tone.DIM)), (right,), frame.width)

    def _why_empty(self, tasks: TasksSlice) -> str:
        task = next((each for each in tasks.tasks if each.id == self.task_id), None)
        if task is None:
            return "No agent has printed anything yet."
        if not task.attempts:
            return "Not started: " + (clean(tasks.reasons.get(task.id, "")) or task.status.value) + "."
        return "It printed nothing." if task.status.ended else "It has printed nothing yet."

    def time_of(self, at: str) -> str:
        """A moment from disk as it stands before the lines."""
        look = self._rows.look if self._rows else None
        return time_words(at, look.zone, look.since) if look else time_words(at, None, None)

    # Rows

    def _window(self, output: OutputSlice, tasks: TasksSlice, frame: Frame) -> Rows:
        widest = min(_WIDEST_TASK, max((cell_len(task.id) for task in tasks.tasks), default=8))
        matches = self._matches
        look = Look(
            width=frame.width,
            glyphs=frame.glyphs,
            zone=frame.zone,
            since=frame.since if frame.relative else None,
            task_cells=0 if self.task_id else widest,
            tasks=() if self.task_id else tuple(task.id for task in tasks.tasks),
            wrap=self._wrap,
            pattern=self.pattern,
        )
        before = self._rows
        if before is None or before.log is not output.log or before.look != look:
            self._rows = OutputRows(output.log, look, like=before)
        rows = self._rows
        assert rows is not None
        window = rows.first(output.count)
        if before is not None and before is not rows:
            self._keep_place(before, rows)
        if matches is not None:
            matches.take(output.log, output.count)
        rows.pointed = matches.here if matches else -1
        return Continued(window, self._growing(output, look)) if output.growing else window

    def _growing(self, output: OutputSlice, look: Look) -> tuple[Line, ...]:
        """What stands in the middle of a line; the same objects as long as it says the same."""
        if self._grown is None or self._grown[0] is not output.growing or self._grown[1] != look:
            made = [OutputRow(entry, look) for entry in output.growing]
            lines = tuple(row.line(number) for row in made for number in range(len(row)))
            self._grown = (output.growing, look, lines)
        return self._grown[2]

    def _keep_place(self, before: OutputRows, now: OutputRows) -> None:
        """The line on top stays there, also when lines before it have another height or were let go."""
        gone = 0
        if now.log is not before.log:
            gone = _let_go(before.log, now.log)
            if self._matches is not None:
                here = self._matches.here
                self._matches.forget()
                self._matches.here = here - gone if here >= gone else -1
                self._search_again()
        if gone or not now.laid_out_like(before):
            self._first = now.row_of(max(0, before.number_at(self._first) - gone))

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
        if output is None or not output.count:
            return frozenset()
        offers = {Action.SEARCH, Action.WRAP}
        if self._matches is not None:
            offers |= {Action.NEXT_MATCH, Action.PREVIOUS_MATCH} if self._matches.numbers else set()
            offers |= {Action.OPEN_ITEM} if self.matches_beyond or self.more.not_searched else set()
        return frozenset(offers)

    def perform(self, action: Action) -> bool:
        match action:
            case Action.WRAP:
                self._wrap = not self._wrap
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


def _let_go(before: AppendLog[OutputLine], now: AppendLog[OutputLine]) -> int:
    """How many of the first lines are not kept any more; all, when the logs have nothing in common."""
    first = now[0] if len(now) else None
    return next((number for number in range(len(before)) if before[number] is first), len(before))
