"""What the agents of the selected run print: of one task, or of all of them in the order it came."""

from __future__ import annotations

from rich.cells import cell_len

from crew_core.observe.slices import OutputLine, OutputSlice, RunSlice, SliceName, SliceState, TasksSlice
from crew_tui.lines import BLANK, Line, Rows, Tone, limited, spread, text_line
from crew_tui.panes.conditions import loading
from crew_tui.panes.detail import DetailPane
from crew_tui.panes.frame import Frame
from crew_tui.panes.log_rows import LogRows
from crew_tui.quantities import count, plural
from crew_tui.situation import Region
from crew_tui.text import clean, fit
from crew_tui.widgets.strip_pane import View

#: Below this width the text needs the room of time and task.
_NARROW = 48

_TONES = {"text": Tone.TEXT, "result": Tone.TEXT, "message": Tone.ACCENT, "error": Tone.FAIL, "notice": Tone.WARN}


def output_line(entry: OutputLine, frame: Frame, *, of_all: bool, widest: int) -> Line:
    """Text keeps its indentation; everything a terminal would obey is gone."""
    tone = _TONES.get(str(entry.kind), Tone.DIM)
    said = clean(entry.text, single_line=False).replace("\n", " ").rstrip()
    time = f"{frame.time(entry.at)} " if frame.width >= _NARROW else ""
    task = f"{fit(clean(entry.task_id), widest)} " if of_all else ""
    bar = f"{frame.glyphs.bar} "
    return Line(limited(((f" {time}", Tone.DIM), (task, Tone.DIM), (bar, Tone.DIM), (said, tone)), frame.width))


class OutputPane(DetailPane):
    """Tab 4."""

    TAB = Region.OUTPUT
    SHOWS = frozenset({SliceName.OUTPUT})

    def __init__(self, *args: object, **options: object) -> None:
        super().__init__(*args, **options)
        self._rows: LogRows[OutputLine] | None = None
        self._drawn_for: tuple[object, ...] = ()
        self._following = True
        self.task_id: str | None = None

    def forget(self) -> None:
        self._rows = None
        self.task_id = None
        self.follow(True)

    def ask_for(self, task_id: str | None) -> None:
        """Whose output is to be shown as soon as it comes; None for that of all tasks."""
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
        note = f"{frame.glyphs.live} follow" if self.following else plural(output.count, "line")
        return View(rows, note=note)

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
        return spread(((of, Tone.ACCENT), (attempt, Tone.DIM)), ((skipped, Tone.WARN),), frame.width)

    def _why_empty(self, tasks: TasksSlice) -> str:
        task = next((each for each in tasks.tasks if each.id == self.task_id), None)
        if task is None:
            return "No agent has printed anything yet."
        if not task.attempts:
            return "Not started: " + (clean(tasks.reasons.get(task.id, "")) or task.status.value) + "."
        return "It printed nothing." if task.status.ended else "It has printed nothing yet."

    def _window(self, output: OutputSlice, tasks: TasksSlice, frame: Frame) -> Rows:
        widest = min(16, max((cell_len(task.id) for task in tasks.tasks), default=8))
        drawn_for = (frame.width, frame.glyphs, frame.zone, frame.since, widest, self.task_id)
        if self._rows is None or self._rows.log is not output.log or self._drawn_for != drawn_for:
            self._drawn_for = drawn_for
            of_all = self.task_id is None
            self._rows = LogRows(
                output.log,
                lambda entry: output_line(entry, frame, of_all=of_all, widest=widest),
                lambda entry: True,
            )
        return self._rows.first(output.count)
