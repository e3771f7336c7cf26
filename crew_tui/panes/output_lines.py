"""The lines that agents print, as rows: of one task, or of all of them in the order it came; the place among them."""

from __future__ import annotations

from rich.cells import cell_len
from textual.message import Message

from crew_core.observe.slices import RunSlice, SliceName, SliceState, TasksSlice
from crew_core.observe.tab_slices import LookBack, OutputLine, OutputSlice
from crew_tui.lines import BLANK, Column, Line, Piece, Rows, Tone, endless, spread, text_line
from crew_tui.panes.conditions import loading
from crew_tui.panes.days import another_day, today
from crew_tui.panes.detail import DetailPane
from crew_tui.panes.frame import Frame
from crew_tui.panes.output_earlier import Earlier
from crew_tui.panes.output_matches import OutputMatches
from crew_tui.panes.output_moves import Moves
from crew_tui.panes.output_rows import Continued, Look, OutputRow, OutputRows
from crew_tui.quantities import plural
from crew_tui.text import clean
from crew_tui.texts.printed_colours import coloured
from crew_tui.times import time_words
from crew_tui.widgets.view import View

#: A longer id of a task is cut.
_WIDEST_TASK = 16

#: Of a line of which nothing is known yet: its time, and what is said.
COMING = (Column("", 8), Column("", 20, grows=True))


class OutputLinesPane(DetailPane):
    """Shows them; what a person does with them is the subclass's."""

    SHOWS = frozenset({SliceName.OUTPUT})
    LAYOUT = COMING

    class LookedBack(Message):
        """From now on something else of the output is looked at."""

        def __init__(self, at: LookBack) -> None:
            super().__init__()
            self.at = at

    def __init__(self, *args: object, **options: object) -> None:
        super().__init__(*args, **options)
        self._grown: tuple[tuple[OutputLine, ...], Look, tuple[Line, ...]] | None = None
        self._wrap = False
        self._colours = True
        self._matches: OutputMatches | None = None
        self.forget()

    def forget(self) -> None:
        self._begin_anew(None)

    def _begin_anew(self, task_id: str | None) -> None:
        """Nothing of what was shown so far is of use."""
        self._rows: OutputRows | None = None
        self._any_colours = False
        self._coloured_to = 0
        self.task_id = task_id
        #: The task from which one came to the output of all.
        self.came_from: str | None = None
        self._following = True
        self.earlier = Earlier()
        #: The very first line is wanted, piece by piece.
        self._at_home = False
        #: The number of the line from which on nothing is left out.
        self._whole_from = 0

    def ask_for(self, task_id: str | None) -> None:
        """Whose output is to be shown as soon as it comes; None for that of all tasks."""
        if task_id != self.task_id:
            self._begin_anew(task_id)
        self.came_from = None
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
            return View(loading(frame, "output", COMING))
        rows = self._window(output, tasks, frame)
        if not len(rows):
            return View((BLANK, text_line(f" {self._why_empty(output, tasks)}", Tone.DIM)))
        lines = "newer lines wait" if output.full else plural(output.count, "line")
        day = another_day(output.log[output.count - 1].at, frame) if output.count else ""
        matches = self._matches.words() if self._matches else ""
        within = " in what is read" if matches and output.skipped_lines else ""
        words = (day, f"{matches}{within}", f"{frame.glyphs.live} follow" if self.following else lines)
        return View(rows, note="  ".join(part for part in words if part))

    def _shown(self) -> OutputSlice | None:
        """None while what was asked for has not come."""
        output = self.slice(OutputSlice, SliceName.OUTPUT)
        if output is None or output.state is SliceState.LOADING or output.task_id != self.task_id:
            return None
        return output

    def _source(self, output: OutputSlice | None, frame: Frame) -> Line:
        unread = f", without {plural(output.unread, 'older task')}" if output and output.unread else ", as it came"
        of = f"task {clean(self.task_id)}" if self.task_id else f"all tasks{unread}"
        attempt = f", attempt {output.attempt}" if output and output.attempt and self.task_id else ""
        skipped = self.earlier.words(output) if output else ""
        return spread(((of, Tone.ACCENT), (attempt, Tone.DIM)), (self._beside((skipped, Tone.WARN)),), frame.width)

    def _beside(self, skipped: Piece) -> Piece:
        """What stands beside the words for whose it is: if nothing matters more, what is left out."""
        return skipped

    def _why_empty(self, output: OutputSlice, tasks: TasksSlice) -> str:
        if output.skipped_lines:
            return "Nothing here to read: scroll up for earlier lines."
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
        longest = max((cell_len(task.id) for task in tasks.tasks), default=8)
        widest = longest if endless(frame.width) else min(_WIDEST_TASK, longest)
        matches = self._matches
        look = Look(
            width=frame.width,
            glyphs=frame.glyphs,
            zone=frame.zone,
            since=frame.told_since,
            today=today(frame),
            task_cells=0 if self.task_id else widest,
            tasks=() if self.task_id else tuple(task.id for task in tasks.tasks),
            wrap=self._wrap,
            colours=self._colours,
            pattern=matches.pattern if matches else None,
        )
        before = self._rows
        if before is None or before.log is not output.log or before.look != look:
            self._rows = OutputRows(output.log, look, like=before)
        rows = self._rows
        assert rows is not None
        window = rows.first(output.count)
        if before is not None and before is not rows:
            self._keep_place(before, rows)
        self._whole_from = output.whole_from
        if matches is not None:
            matches.take(output.log, output.count)
        self._look_for_colours(output)
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
        """The line on top stays there, also when lines before it have another height, were let go or have come."""
        moves = Moves(before.log, now.log) if now.log is not before.log else None
        if moves is not None:
            self._any_colours, self._coloured_to = False, 0
            self._are_moved(moves)
        same = now.laid_out_like(before)
        if self._at_home and self._first == 0:
            return
        if len(before.log) and not (same and moves is None):
            # Where lines may be missing above one in sight, these come between: then that one stays.
            border = before.row_of(self._whole_from)
            row = border if self._first < border < self._first + self.page else self._first
            number = before.number_at(row)
            found = moves.nearest(number) if moves is not None else number
            if moves is not None and found is None:
                # All is read anew, by somebody who does not know what is looked at.
                self.earlier = Earlier()
                found = moves.alike(number)
            within = row - before.row_of(number) if same else 0
            self._first = max(0, now.row_of(found or 0) + within - (row - self._first))

    def _are_moved(self, moves: Moves) -> None:
        """Lines have other numbers now."""

    # What comes before

    def rebuild(self) -> None:
        output = self._shown() if self.is_attached else None
        if output is not None:
            self.earlier.take(output)
        super().rebuild()
        if output is None:
            return
        if self.following:
            self._at_home = False
        if self.earlier.held is self.following:
            self.earlier.held = not self.following
            self.post_message(self.LookedBack(LookBack.NEWEST if self.following else LookBack.HELD))
        if self._at_home and self.earlier.came:
            self._ask_for_earlier(output)

    def _begin_at(self, first: int) -> None:
        """Who goes up to within a page of where lines are left out is brought some of them."""
        up = first < self._first or first < 0
        self._at_home = False
        super()._begin_at(first)
        output = self._shown()
        border = self._rows.row_of(self._whole_from) if self._rows else 0
        if up and output is not None and self._first - self.page <= border:
            self._ask_for_earlier(output)

    def move_home(self) -> None:
        """To the very first line, however much is to be read for that."""
        super().move_home()
        self._at_home = True

    def _ask_for_earlier(self, output: OutputSlice) -> None:
        if self.earlier.ask(output):
            self._following = False
            self.post_message(self.LookedBack(LookBack.EARLIER))
            self.rebuild()

    def _look_for_colours(self, output: OutputSlice) -> None:
        """Among the lines that came since the last call."""
        lines = range(min(self._coloured_to, output.count), output.count)
        self._any_colours = self._any_colours or any(coloured(output.log[number].text) for number in lines)
        self._coloured_to = output.count
