"""What is still to be believed when reading has stopped: what was known, as of that moment."""

from __future__ import annotations

from pathlib import Path

from msgspec.structs import replace

from crew_core.observe.slices import LinkSlice, Liveness, RunSlice, RunsSlice, SliceName, SliceState


def stopped(runs: RunsSlice, run: RunSlice, wanted: Path | None, link: LinkSlice) -> dict[SliceName, object]:
    """The slices that stand differently now.

    :param run: the last that was read of the selected run; ``wanted``: the one that was asked for.
    :param link: since when nothing is read, and why.
    """
    changes: dict[SliceName, object] = {}
    if runs.rows:
        changes[SliceName.RUNS] = replace(runs, state=SliceState.STALE, as_of=link.as_of)
    elif runs.state is SliceState.LOADING:
        changes[SliceName.RUNS] = replace(runs, state=SliceState.ERROR, problems=link.problems)
    if wanted is None:
        return changes
    if run.path != wanted:
        problems = tuple(replace(problem, path=wanted) for problem in link.problems)
        changes[SliceName.RUN] = RunSlice(SliceState.ERROR, wanted, None, Liveness.UNKNOWN, problems=problems)
    elif run.run is not None:
        changes[SliceName.RUN] = replace(run, state=SliceState.STALE, as_of=link.as_of)
    return changes
