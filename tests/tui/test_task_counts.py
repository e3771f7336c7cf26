"""Of the counts that do not fit, none is cut, and what failed is left out last."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crew_core.model.status import RunStatus, TaskStatus
from crew_core.observe.slices import SliceState, TasksSlice
from crew_tui.panes.progress_head import counts_line
from crew_tui.panes.run_head import run_head
from crew_tui.panes.task_counts import counted
from crew_tui.situation import Region
from tests.tui.builders import frame, row, run_slice, task

STATES = (TaskStatus.RUNNING, TaskStatus.RUNNING, TaskStatus.FAILED, TaskStatus.CANCELLED, TaskStatus.SKIPPED)
SOME = tuple(task(f"{number}", status) for number, status in enumerate((*STATES, TaskStatus.QUEUED)))


@given(st.dictionaries(st.sampled_from(TaskStatus), st.integers(1, 2000)), st.integers(0, 120), st.integers(0, 3))
def test_what_is_told_fits_and_nothing_that_fits_beside_it_is_left_out(
    counts: dict[TaskStatus, int], room: int, apart: int
) -> None:
    told = counted(counts, TaskStatus, room, apart)
    assert sum(len(said) + apart for said in told.values()) <= room
    assert all(said == f"{counts[status]} {status.value}" for status, said in told.items())
    if TaskStatus.FAILED in counts and told:
        assert TaskStatus.FAILED in told


@pytest.mark.parametrize("width", range(24, 120))
def test_no_count_is_cut_at_any_width(width: int) -> None:
    shown = run_slice(row(1, RunStatus.RUNNING))
    tasks = TasksSlice(SliceState.READY, SOME, {})
    bar = run_head(shown, tasks, Region.AGENTS, frame(width))
    for line in (*(each for each in bar if "/6 task" in each.text), counts_line(SOME, frame(width))):
        assert "…" not in line.text, line.text
        assert "1 failed" in line.text or width < 40
