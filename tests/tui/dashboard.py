"""A dashboard over slices that the test publishes itself, with a frozen clock."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import fields
from datetime import UTC
from pathlib import Path
from typing import Any

from crew_core.model.plan import AgentPlan, Edge, Limits, RunPlan, TaskPlan
from crew_core.observe.slices import NO_RUN, NO_TASKS, Looked, RunSlice, RunsSlice, SliceName
from crew_core.observe.tab_slices import LookBack
from crew_core.ops.scopes import Scope
from crew_tui.app import Dashboard
from crew_tui.drafting import Draft, Name, Names, Planner, Wish
from crew_tui.opening import Opening
from crew_tui.store_link import Publish, Source, StoreLink
from tests.tui.builders import NOW, ROOT, event, events, run_slice

START_IN = Path("/src/acme-api")


class ScriptedSource:
    """An observer that reads nothing: `publish` what the screen is to see; it remembers what it was asked."""

    def __init__(self, first: dict[SliceName, object]) -> None:
        self._first = first
        self._publish: Publish = lambda changes: None
        self.asked: list[tuple[str, object]] = []

    def __call__(self, publish: Publish) -> Source:
        self._publish = publish
        return self

    def publish(self, **slices: object) -> None:
        self._publish({SliceName(name): each for name, each in slices.items()})

    def start(self) -> None:
        self._publish({name: self._first[name] for name in (SliceName.RUNS, SliceName.LINK)})

    def close(self) -> None:
        self.asked.append(("close", None))

    def select(self, run_dir: Path | None) -> None:
        self.asked.append(("select", run_dir))
        self._publish(self._details(run_dir))

    def _details(self, run_dir: Path | None) -> dict[SliceName, object]:
        """The first slices' run in full, any other as one that was made and has no tasks yet."""
        full = self._first.get(SliceName.RUN)
        if isinstance(full, RunSlice) and full.path == run_dir:
            return {name: each for name, each in self._first.items() if name is not SliceName.RUNS}
        listed = self._first[SliceName.RUNS]
        assert isinstance(listed, RunsSlice)
        chosen = [each for each in listed.rows if each.path == run_dir]
        if not chosen:
            return {SliceName.RUN: NO_RUN, SliceName.TASKS: NO_TASKS}
        made = events(event(1, "run.created", message=chosen[0].goal))
        return {SliceName.RUN: run_slice(chosen[0]), SliceName.TASKS: NO_TASKS, SliceName.EVENTS: made}

    def show_output(self, task_id: str | None) -> None:
        self.asked.append(("show_output", task_id))

    def look_back(self, at: LookBack) -> None:
        self.asked.append(("look_back", at))

    def show(self, names: frozenset[SliceName]) -> None:
        self.asked.append(("show", names))

    def look_closely(self, runs: frozenset[Path]) -> None:
        """Not remembered: which runs are in sight follows from the size of the terminal."""

    def look_at(self, find: Callable[[], Sequence[Path]], runs: Sequence[Path], around: Callable[[], Looked]) -> None:
        self.asked.append(("look_at", tuple(find())))

    def read_on(self) -> None:
        """There is nothing that was not told at once."""

    def refresh(self) -> None:
        self.asked.append(("refresh", None))


def planned(wish: Wish, cwd: Path) -> Draft:
    """The same plan wherever and by whom it is asked for."""
    steps = (
        ("01_explore", "explorer"),
        ("02_execute", "executor", "01_explore"),
        ("03_verify", "verifier", "02_execute"),
    )
    tasks = tuple(
        TaskPlan(name, name, agent, agent, text="", cwd=str(cwd), edges=tuple(map(Edge, after)))
        for name, agent, *after in steps
    )
    plan = RunPlan(
        run_id="team_20260515140322_0123456789abcdef",
        goal=wish.goal,
        team=wish.team or "default",
        workflow=wish.workflow or "default",
        cwd=str(cwd),
        created_at=NOW.isoformat(),
        tasks=tasks,
        agents={agent: AgentPlan(agent, wish.agent or "claude") for _, agent, *_ in steps},
        limits=Limits(max_workers=2),
    )
    return Draft(wish, plan, tasks)


NAMES = Names((Name("default"), Name("review")), (Name("default"),), (Name("auto"), Name("claude")))
PLANNER = Planner(planned, lambda cwd: NAMES)


def dashboard(source: Callable[[Publish], Source], **options: Any) -> Dashboard:
    given: dict[str, Any] = {
        "clock": lambda: NOW,
        "zone": UTC,
        "guard_s": 0.0,
        "start_in": START_IN,
        "planner": PLANNER,
    }
    link = StoreLink((Scope("acme-api", lambda: (ROOT,)),), source)
    opening, rest = opened_with({**given, **options})
    return Dashboard(link, opening, **rest)


def opened_with(options: Mapping[str, Any]) -> tuple[Opening, dict[str, Any]]:
    """Those options that belong to the opening, as one, and the others, which only a test gives."""
    names = {each.name for each in fields(Opening)}
    opening = Opening(**{name: value for name, value in options.items() if name in names})
    return opening, {name: value for name, value in options.items() if name not in names}
