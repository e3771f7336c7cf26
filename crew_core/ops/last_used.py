"""When a team, a workflow or an agent was last at work, and what came of it: from the rows and tasks of runs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

from crew_core.model.snapshots import Manifest, TasksFile
from crew_core.model.spent import Spent, total
from crew_core.model.state import Task
from crew_core.observe.slices import Liveness, RunRow
from crew_core.store.errors import StoreError
from crew_core.store.layout import RunLayout
from crew_core.store.snapshot import read_snapshot

#: Whose tasks are read, the newest: what an agent has done before them tells nobody how it works today.
MOST_RUNS = 50


@dataclass(frozen=True, slots=True)
class LastUse:
    """``outcome`` is the word for its status; ``ended`` None: it goes on. ``task``: what the agent worked on."""

    run_id: str
    outcome: str
    began: str
    ended: str | None
    spent: Spent
    task: Task | None = None


@dataclass(frozen=True, slots=True)
class LastUses:
    """By name, in lower case."""

    teams: Mapping[str, LastUse] = field(default_factory=dict)
    workflows: Mapping[str, LastUse] = field(default_factory=dict)
    agents: Mapping[str, LastUse] = field(default_factory=dict)


def last_uses(rows: Iterable[RunRow], project: Path) -> LastUses:
    """Of the runs of `project`: in another one the same name may mean something else. Reads files of runs.

    :param rows: the newest first; those of other programs are passed over.
    """
    ours = [row for row in rows if not row.foreign and row.status is not None and row.project == str(project)]
    teams: dict[str, LastUse] = {}
    workflows: dict[str, LastUse] = {}
    agents: dict[str, LastUse] = {}
    for row in ours:
        for name, found in ((row.team.casefold(), teams), (row.workflow.casefold(), workflows)):
            if name and name not in found:
                found[name] = _of_run(row)
    for row in islice(ours, MOST_RUNS):
        for task in _newest_first(_tasks(row.path)):
            agents.setdefault(task.agent.casefold(), _of_task(row, task))
    return LastUses(teams, workflows, agents)


def _of_run(row: RunRow) -> LastUse:
    assert row.status is not None
    outcome = "interrupted" if row.live is Liveness.INTERRUPTED else row.status.value
    return LastUse(row.run_id, outcome, _began(row), row.finished_at, total(row.spent_by_day.values()))


def _began(row: RunRow) -> str:
    """When its coordinator did, as it is told wherever the run is shown."""
    try:
        return read_snapshot(RunLayout(row.path).manifest, Manifest).started_at or row.created_at
    except (OSError, StoreError):
        return row.created_at


def _of_task(row: RunRow, task: Task) -> LastUse:
    stands = row.live is Liveness.INTERRUPTED and not task.status.ended
    outcome = "interrupted" if stands else task.status.value
    return LastUse(row.run_id, outcome, task.started_at or row.created_at, task.finished_at, task.used, task)


def _tasks(run_dir: Path) -> tuple[Task, ...]:
    """As its snapshot has them; none where it cannot be read, which the run itself says."""
    try:
        return tuple(read_snapshot(RunLayout(run_dir).tasks, TasksFile).tasks)
    except (OSError, StoreError):
        return ()


def _newest_first(tasks: Iterable[Task]) -> Iterator[Task]:
    """Those in which an agent was started."""
    yield from sorted((task for task in tasks if task.agent and task.tried), key=_started, reverse=True)


def _started(task: Task) -> str:
    return task.started_at or ""
