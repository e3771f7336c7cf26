"""The list of runs: what needs the person first, then what is active, then what has ended."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from enum import StrEnum
from functools import partial
from pathlib import Path

from crew_core.observe.slices import Liveness, RunRow, RunsSlice, SliceState
from crew_tui.glyphs import Glyphs, Sign, sign_of
from crew_tui.lines import BLANK, Column, Kept, Line, Tone, columns, line, text_line
from crew_tui.panes.conditions import conditions, loading
from crew_tui.panes.frame import Frame
from crew_tui.panes.live import LivePane
from crew_tui.quantities import age, elapsed
from crew_tui.text import clean
from crew_tui.widgets.strip_pane import View

#: As in every place where a run has to be recognised but not copied.
SHORT_ID = 8


class Group(StrEnum):
    NEEDS_YOU = "NEEDS YOU"
    ACTIVE = "ACTIVE"
    RECENT = "RECENT"


def group_of(row: RunRow) -> Group:
    if row.needs_you or row.live is Liveness.INTERRUPTED:
        return Group.NEEDS_YOU
    if row.status is not None and not row.status.ended:
        return Group.ACTIVE
    return Group.RECENT


def run_sign(row: RunRow, glyphs: Glyphs) -> Sign:
    if row.live is Liveness.INTERRUPTED:
        return Sign(glyphs.attention, "interrupted", Tone.WARN)
    return sign_of(row.status, glyphs)


def run_line(row: RunRow, frame: Frame, since: str) -> Line:
    sign = run_sign(row, frame.glyphs)
    goal = clean(row.goal) or clean(row.problem)
    return columns(
        (
            Column(sign.shape, 1, sign.tone),
            Column(row.run_id[-SHORT_ID:], SHORT_ID),
            Column(sign.word, 11, sign.tone),
            Column(clean(row.workflow), 12, Tone.DIM, priority=3),
            Column(goal, 14, priority=2, grows=True),
            Column(f"{row.done}/{row.total}" if row.total else "", 5, right=True, priority=1),
            Column(since, 4, Tone.DIM, right=True),
        ),
        frame.width,
        key=str(row.path),
    )


def runs_lines(shown: RunsSlice, frame: Frame, kept: Kept[Line], roots: Sequence[Path] = ()) -> tuple[Line, ...]:
    """Headings and rows; unchanged rows are the same objects as before."""
    if shown.state is SliceState.LOADING and not shown.rows:
        return loading(frame, "runs")
    narrower = replace(frame, width=frame.width - 1)
    lines = [line((" ", Tone.TEXT), *each.pieces) for each in conditions(shown.state, shown.problems, narrower)]
    if not shown.rows:
        return (*lines, *_empty(frame, roots))
    for group in Group:
        members = [row for row in shown.rows if group_of(row) is group]
        if members:
            lines.append(kept.get(group, (group, len(members)), partial(_heading, group, len(members))))
        for row in members:
            since = age(elapsed(row.finished_at or row.created_at, None, frame.now))
            made_from = (row, since, frame.width, frame.glyphs)
            lines.append(kept.get(row.path, made_from, partial(run_line, row, frame, since)))
    kept.forget_all_but({*Group, *(row.path for row in shown.rows)})
    hidden = shown.total - len(shown.rows)
    if hidden > 0:
        lines.append(text_line(f" {hidden} older runs not listed", Tone.DIM))
    return tuple(lines)


def _heading(group: Group, members: int) -> Line:
    tone = Tone.WARN if group is Group.NEEDS_YOU else Tone.DIM
    return line((f" {group.value} ", tone), (str(members), Tone.DIM))


def _empty(frame: Frame, roots: Sequence[Path]) -> tuple[Line, ...]:
    how = "Start one with n." if not frame.read_only else "Read-only: start one elsewhere."
    looked = [text_line(f" {clean(str(root))}", Tone.DIM) for root in roots]
    return (
        BLANK,
        text_line(" No runs here yet."),
        text_line(f" {how}", Tone.DIM),
        BLANK,
        *((text_line(" Looked in", Tone.DIM), *looked) if looked else ()),
    )


class RunsPane(LivePane):
    """Shows the runs slice; the selection is a run's path."""

    def __init__(self, *args: object, roots: Sequence[Path], **options: object) -> None:
        super().__init__(*args, selectable=True, **options)  # type: ignore[arg-type]
        self._roots = roots
        self._kept: Kept[Line] = Kept()
        self.runs = RunsSlice(SliceState.LOADING, (), 0, ())

    def take(self, runs: RunsSlice) -> None:
        if runs is not self.runs:
            self.runs = runs
            self.rebuild()

    def compose_view(self, frame: Frame) -> View:
        total = self.runs.total
        return View(
            runs_lines(self.runs, frame, self._kept, self._roots),
            title=f"runs {total}" if self.runs.state is not SliceState.LOADING else "runs",
        )
