"""The list of runs as lines: what needs the person first, then what is active, then what has ended."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from crew_core.observe.slices import RunsSlice, SliceState
from crew_tui.grouping import days_of
from crew_tui.lines import BLANK, Kept, Line, Tone, indented, text_line
from crew_tui.panes.conditions import conditions, loading
from crew_tui.panes.frame import Frame
from crew_tui.panes.no_runs import no_runs
from crew_tui.panes.run_line import COMING, Form, run_line
from crew_tui.panes.run_list import Listed, RunList
from crew_tui.panes.run_rows import RunRows, Section, group_sections
from crew_tui.panes.run_title import Counts, runs_title
from crew_tui.quantities import age, elapsed
from crew_tui.text import clean
from crew_tui.widgets.view import View


@dataclass(frozen=True, slots=True)
class Chosen:
    """What the person has chosen: a filter's text, the keys of marked runs, how many of those the filter leaves out."""

    filter_text: str = ""
    marks: frozenset[str] = frozenset()
    hidden: int = 0


NOTHING_CHOSEN = Chosen()


def runs_view(shown: RunsSlice, frame: Frame, kept: Kept[Line], runs: RunList, chosen: Chosen = NOTHING_CHOSEN) -> View:
    """The lines with their title. :param runs: has taken the rows of `shown`."""
    rows = runs_lines(shown, frame, kept, runs, filter_text=chosen.filter_text, marks=chosen.marks)
    if shown.state is SliceState.LOADING or (shown.state is SliceState.ERROR and not len(runs)):
        return View(rows, title="runs")
    counts = Counts(shown.total, len(runs.shown), len(chosen.marks), chosen.hidden)
    title = runs_title(counts, runs.sort, chosen.filter_text, frame)
    return View(rows, title=title, faded=shown.state is SliceState.STALE)


def runs_lines(
    shown: RunsSlice,
    frame: Frame,
    kept: Kept[Line],
    runs: RunList,
    *,
    filter_text: str = "",
    marks: frozenset[str] = frozenset(),
) -> RunRows:
    """Headings and rows; unchanged ones are the same objects as before.

    :param runs: order and choice; it has taken the rows of `shown`.
    :param filter_text: what the choice was made by, for the person.
    :param marks: keys of marked runs.
    """
    whose = len(shown.roots) > 1
    told = indented(conditions(shown.state, shown.problems, frame.inside(1), shown.as_of, whose=whose))
    sections = [Section(_same("conditions", told, kept), 0, 0)]
    if not len(runs):
        empty = _none(shown, frame)
        sections.append(Section(_same("empty", empty, kept), 0, 0))
    elif not runs.shown:
        sections.append(Section(_same("empty", _none_matches(filter_text, frame), kept), 0, 0))
    sections += group_sections(runs.shown, runs.sort, days_of(frame.now, frame.zone), kept)
    hidden = shown.total - len(shown.rows)
    if hidden > 0:
        more = text_line(f" {hidden} older runs not listed", Tone.DIM)
        sections.append(Section(_same("more", [more], kept), 0, 0))
    form = Form(frame.width, frame.glyphs, runs.several_projects, runs.some_fixed)
    return RunRows(runs, sections, partial(_line_of, frame=frame, form=form, marks=marks, kept=kept))


def _line_of(listed: Listed, *, frame: Frame, form: Form, marks: frozenset[str], kept: Kept[Line]) -> Line:
    row = listed.row
    since = age(elapsed(row.finished_at or row.created_at, None, frame.now))
    marked = listed.key in marks
    return kept.get(listed.key, (row, since, marked, form), partial(run_line, row, since, marked, form))


def _same(name: str, lines: Sequence[Line], kept: Kept[Line]) -> tuple[Line, ...]:
    """The lines painted before, wherever the new ones say the same."""
    return tuple(kept.get((name, number), (each.pieces,), partial(_itself, each)) for number, each in enumerate(lines))


def _itself(made: Line) -> Line:
    return made


def _none(shown: RunsSlice, frame: Frame) -> tuple[Line, ...]:
    match shown.state:
        case SliceState.LOADING:
            return loading(frame, "runs", COMING)
        case SliceState.ERROR:
            # What is wrong stands above; that there are none is not known.
            return (BLANK, text_line(" r looks again.", Tone.DIM))
        case _:
            return no_runs(shown, frame)


def _none_matches(filter_text: str, frame: Frame) -> tuple[Line, ...]:
    return (
        BLANK,
        text_line(" No run matches"),
        text_line(f" {clean(filter_text)}", Tone.ACCENT),
        text_line(" Esc clears the filter.", Tone.DIM),
    )
