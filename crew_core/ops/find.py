"""From what a person calls a run to its directory."""

from __future__ import annotations

import os
import shlex
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from crew_core.model.plan import RunPlan, TaskPlan
from crew_core.model.snapshots import TasksFile
from crew_core.model.state import Task
from crew_core.observe.listing import RunIndex
from crew_core.observe.reading import RunReader
from crew_core.ops.errors import NotFound, NotPermitted, OpsError
from crew_core.ops.project import registered_runs, runs_of
from crew_core.store.errors import StoreError
from crew_core.store.layout import RunLayout
from crew_core.store.snapshot import read_snapshot

#: The newest run of the project.
LAST = "last"

_SHOWN = 6


def find_run(name: str, start: Path) -> Path:
    """The run that ``name`` means: its id, a unique beginning or end of it, or ``last``.

    Runs of the project at ``start`` come first; others are looked at only when none of these is meant.

    :raises NotFound: no run or several; the candidates are named.
    :raises NotPermitted: it was started by another program.
    """
    here, _ = RunIndex([runs_of(start)]).paths()
    if name == LAST and here:
        return here[0]
    found = _matching(name, here)
    if not found:
        elsewhere = [Path(run.path) for run in registered_runs()]
        # Path.is_dir raises where a project cannot be reached.
        there = [path for path in elsewhere if path not in here and os.path.isdir(path)]  # noqa: PTH112
        found = _matching(name, there)
    if len(found) == 1:
        return found[0]
    found = found or _foreign(name, start, here)
    if found:
        raise NotFound(f"run {name}", f"could be {_names(found)}", "write more of it")
    if name == LAST:
        raise NotFound("run last", f"no runs in {runs_of(start)}", "see: crew-tui list --all")
    raise NotFound(
        f"run {_quoted(name)}", "no such run", f"newest: {_names(here)}" if here else "see: crew-tui list --all"
    )


def _quoted(name: str) -> str:
    """As it was written; what nobody would see in quotes."""
    return name if name.strip() else repr(name)


def _foreign(name: str, start: Path, ours: list[Path]) -> list[Path]:
    """The runs of other programs that ``name`` may mean. :raises NotPermitted: it is just one."""
    from crew_core.observe.picrew.formats import is_picrew_run
    from crew_core.ops.scopes import scopes_of

    here, everywhere = (
        [path for path in RunIndex(scope.find()).paths()[0] if path not in ours and is_picrew_run(path)]
        for scope in scopes_of(start)
    )
    found = here[:1] if name == LAST else _matching(name, here) or _matching(name, everywhere)
    if len(found) == 1:
        look = f"look at it: crew-tui monitor {shlex.quote(str(found[0]))}"
        raise NotPermitted(f"run {found[0].name}", "was started by another program", look)
    return found


def find_task(run_dir: Path, name: str) -> str:
    """The id of the task: itself, its step, or a unique beginning of either.

    :raises NotFound: none or several. :raises OpsError: the run cannot be read.
    """
    tasks = _tasks(RunLayout(run_dir))
    exact = [task.id for task in tasks if task.id == name] or [task.id for task in tasks if task.step_id == name]
    found = exact or [task.id for task in tasks if name and (task.id.startswith(name) or task.step_id.startswith(name))]
    if len(found) == 1:
        return found[0]
    ids = ", ".join(found or [task.id for task in tasks][:20])
    why = f"could be {ids}" if found else f"no such task in {run_dir.name}"
    raise NotFound(f"task {_quoted(name)}", why, "" if found else f"there is: {ids}")


def _tasks(layout: RunLayout) -> Sequence[Task | TaskPlan]:
    """Also those that were added while it ran, which the plan that it was started with does not have.

    :raises OpsError: the run cannot be read.
    """
    with suppress(OSError, StoreError):
        return read_snapshot(layout.tasks, TasksFile).tasks
    # Its coordinator has written nothing yet, or it was damaged since, or is of a newer format.
    told = RunReader(layout.root).read().tasks
    if told:
        return told
    try:
        return read_snapshot(layout.plan, RunPlan).tasks
    except (OSError, StoreError) as error:
        raise OpsError(f"run {layout.run_id}", f"workflow.json cannot be read: {error}") from error


def _matching(name: str, paths: list[Path]) -> list[Path]:
    exact = [path for path in paths if path.name == name]
    return exact or [path for path in paths if name and (path.name.startswith(name) or path.name.endswith(name))]


def _names(paths: list[Path]) -> str:
    more = f" and {len(paths) - _SHOWN} more" if len(paths) > _SHOWN else ""
    return ", ".join(path.name for path in paths[:_SHOWN]) + more
