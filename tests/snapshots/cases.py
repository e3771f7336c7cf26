"""What the goldens show: slices of the five states, of damage, of hostile text, and the way to each screen."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from msgspec.structs import replace

from crew_core.model.asks import Ask, AskKind
from crew_core.model.state import Task
from crew_core.model.status import RunStatus, TaskStatus
from crew_core.model.steering import SteerKind
from crew_core.observe.slices import (
    NO_RUN,
    AppendLog,
    Evidence,
    LinkSlice,
    LinkState,
    Liveness,
    Problem,
    RunSlice,
    RunsSlice,
    SliceName,
    SliceState,
    TasksSlice,
)
from crew_core.observe.tab_slices import ChangeKind, MailSlice, OutputSlice, PlanChange, PlanRevision, PlanSlice
from tests.tui.builders import HEALTH, LINK, a_busy_project, ago, event, events, row, run_slice, runs, task, tasks

Slices = Mapping[SliceName, object]

BUSY: Slices = a_busy_project()
WORKING = BUSY[SliceName.RUN]
assert isinstance(WORKING, RunSlice)
LISTED = BUSY[SliceName.RUNS]
assert isinstance(LISTED, RunsSlice)

#: No worker lives, and nothing speaks against that.
_NOBODY = replace(HEALTH, workers=(), evidence=(), coordinator="")

EMPTY: Slices = {
    SliceName.RUNS: RunsSlice(SliceState.EMPTY, (), 0, (), (Path("/src/acme-api/.crew/runs"),)),
    SliceName.LINK: LINK,
    SliceName.RUN: NO_RUN,
}
DAMAGED_ROW = row(0x94CD24FB, RunStatus.RUNNING, live=Liveness.INTERRUPTED, needs_you=True, done=0, total=2)
DAMAGED: Slices = {
    SliceName.RUNS: RunsSlice(
        SliceState.PARTIAL,
        (DAMAGED_ROW, row(0x0B77AA10, None, live=Liveness.UNKNOWN, goal="", total=0, problem="no manifest")),
        2,
        (Problem(Path("/src/acme-api/.crew/runs"), "one directory may not be read"),),
    ),
    SliceName.LINK: LinkSlice("inotify", LinkState.STALE, ago(23)),
    SliceName.RUN: run_slice(
        DAMAGED_ROW,
        state=SliceState.PARTIAL,
        why="no coordinator works on it; R resumes it",
        problems=(Problem(Path("/r/tasks.json"), "not JSON at byte 18442; shown from the journal", 411),),
        evidence=(Evidence("lock-free", "nobody holds the lock; pid 48100 had it", Path("/r/coordinator.lock")),),
    ),
    SliceName.TASKS: tasks(task("01_explore"), task("02_plan")),
    SliceName.HEALTH: _NOBODY,
    SliceName.EVENTS: events(event(1, "run.created"), event(2, "run.running")),
}
HOSTILE_ROW = row(
    0xBAD,
    RunStatus.RUNNING,
    goal="\x1b[31m[red]你好 👨\u200d👩\u200d👧 e\u0301 \u202eرجل[/] \x1b]0;owned\x07end",
    workflow="wide你好",
)
HOSTILE: Slices = {
    SliceName.RUNS: runs(HOSTILE_ROW),
    SliceName.LINK: LINK,
    SliceName.RUN: run_slice(HOSTILE_ROW),
    SliceName.TASKS: tasks(task("01_你好"), task("02_plain"), **{"01_你好": "tab\there\nand \x1b[2Jthere"}),
    SliceName.EVENTS: events(event(1, "run.created", message=HOSTILE_ROW.goal), event(2, "task.started", "01_你好")),
}
DOUBTED_ROW = row(
    0xD0B7,
    foreign=True,
    doubt="02_edit: its worker was killed by SIGTERM",
    goal="Move the session store to Redis",
    workflow="implementation",
    done=2,
    total=2,
)
_DOUBT = Evidence("worker-killed", "its worker was killed by SIGTERM", Path("/r/events.jsonl"), 42)
#: A run of pi-crew whose record contradicts its own evidence.
DOUBTED: Slices = {
    SliceName.RUNS: runs(DOUBTED_ROW),
    SliceName.LINK: LINK,
    SliceName.RUN: run_slice(DOUBTED_ROW, foreign=True, doubts=(replace(_DOUBT, says=f"02_edit: {_DOUBT.says}"),)),
    SliceName.TASKS: replace(
        tasks(task("01_explore", TaskStatus.COMPLETED), task("02_edit", TaskStatus.COMPLETED, began=18, ended=2)),
        doubts={"02_edit": _DOUBT},
    ),
    SliceName.HEALTH: _NOBODY,
    SliceName.EVENTS: events(event(42, "task.completed", "02_edit")),
}


def _asking() -> Slices:
    """The busy project, where an agent asks for a permission and waits for the answer."""
    listed = BUSY[SliceName.TASKS]
    assert isinstance(listed, TasksSlice)
    ask = Ask("p1", AskKind.PERMISSION, "npm install --save-dev nock\nnpm test -- auth/session", "Bash", ago(8))

    def asks(member: Task) -> Task:
        if member.id != "04_tests":
            return member
        attempts = tuple(replace(each, takes=tuple(SteerKind)) for each in member.attempts)
        return replace(member, status=TaskStatus.WAITING, attempts=attempts, asks=(ask,))

    first, *others = LISTED.rows
    waits = replace(first, needs_you=True, why="04_tests waits for you")
    asked = replace(listed, tasks=tuple(map(asks, listed.tasks)))
    return {**BUSY, SliceName.RUNS: replace(LISTED, rows=(waits, *others)), SliceName.TASKS: asked}


ASKING = _asking()


def _revised() -> Slices:
    """The busy project, whose planner was asked to correct its plan."""
    plan = BUSY[SliceName.PLAN]
    assert isinstance(plan, PlanSlice)
    changes = (
        PlanChange(ChangeKind.ADDED, "rotate refresh tokens"),
        PlanChange(ChangeKind.CHANGED, "split the session store", "writer → executor"),
        PlanChange(ChangeKind.REMOVED, "rewrite the router"),
    )
    return {**BUSY, SliceName.PLAN: replace(plan, revisions=(PlanRevision("02_plan", 2, changes),))}


REVISED = _revised()


@dataclass(frozen=True, slots=True)
class Case:
    """Slices that the dashboard gets, and the keys that lead to the screen. `shows` comes after them, in its time."""

    slices: Slices
    keys: tuple[str, ...] = ()
    shows: str = ""


#: The tabs by their keys.
TABS = {"agents": "1", "progress": "2", "mail": "3", "output": "4", "health": "5", "plan": "7", "graph": "8"}

#: From the first task to the one that asks.
_TO_THE_ASKING = ("down",) * 3

SCREENS: dict[str, Case] = {
    "runs": Case(BUSY),
    **{name: Case(BUSY, (key,)) for name, key in TABS.items()},
    **{f"{name}-zoomed": Case(BUSY, (key, "z")) for name, key in TABS.items()},
    "graph-dependencies": Case(BUSY, ("8", "t")),
    "plan-folded": Case(BUSY, ("7", "enter", "down", "down", "down", "enter")),
    "plan-diff": Case(REVISED, ("7", "z", "X")),
    "marked": Case(BUSY, ("space", "down", "space")),
    "confirm": Case(BUSY, ("c",)),
    "help": Case(BUSY, ("question_mark",)),
    "palette": Case(BUSY, ("colon",)),
    "menu": Case(BUSY, ("x",)),
    "copy": Case(BUSY, ("y",)),
    "filter": Case(BUSY, ("slash", *"status:failed")),
    "new-run": Case(BUSY, ("n",)),
    "alerts": Case(BUSY, ("exclamation_mark",)),
    "output-search": Case(BUSY, ("4", "slash", *"token", "enter"), "nothing more in transcripts"),
    "asked": Case(ASKING, ("enter", *_TO_THE_ASKING)),
    "allow": Case(ASKING, ("enter", *_TO_THE_ASKING, "Y")),
    "message": Case(ASKING, ("enter", *_TO_THE_ASKING, "N")),
    "empty": Case(EMPTY),
    "damaged": Case(DAMAGED),
    "damaged-health": Case(DAMAGED, ("5",)),
    "hostile": Case(HOSTILE, ("enter",)),
    "doubted": Case(DOUBTED, ("enter",)),
    "doubted-health": Case(DOUBTED, ("5",)),
}


def _with_run(state: SliceState, **changes: object) -> Slices:
    run = replace(WORKING, state=state, **changes)  # type: ignore[arg-type]
    return {**BUSY, SliceName.RUN: run}


_EMPTY_TASKS = TasksSlice(SliceState.EMPTY, ())

#: Reading has stopped.
_STOPPED: Slices = {
    **_with_run(SliceState.STALE, as_of=ago(23)),
    SliceName.RUNS: replace(LISTED, state=SliceState.STALE, as_of=ago(23)),
    SliceName.LINK: LinkSlice("inotify", LinkState.STALE, ago(23)),
}

#: The five states of the selected run, in which every tab is looked at.
STATES: dict[str, Slices] = {
    "empty": {
        SliceName.RUNS: LISTED,
        SliceName.LINK: LINK,
        SliceName.RUN: replace(WORKING, state=SliceState.EMPTY, evidence=()),
        SliceName.TASKS: _EMPTY_TASKS,
        SliceName.EVENTS: events(),
        SliceName.MAIL: MailSlice(SliceState.EMPTY, ()),
        SliceName.OUTPUT: OutputSlice(SliceState.EMPTY, None, None, AppendLog(), 0),
        SliceName.HEALTH: replace(_NOBODY, state=SliceState.EMPTY),
        SliceName.PLAN: PlanSlice(SliceState.EMPTY, ()),
    },
    "loading": {
        SliceName.RUNS: LISTED,
        SliceName.LINK: LINK,
        SliceName.RUN: replace(WORKING, state=SliceState.LOADING, run=None),
        SliceName.TASKS: TasksSlice(SliceState.LOADING, ()),
    },
    "stale": _STOPPED,
    "partial": _with_run(
        SliceState.PARTIAL, problems=(Problem(Path("/r/events.jsonl"), "3 lines are no events, from byte 4096", 9),)
    ),
    "error": {
        SliceName.RUNS: LISTED,
        SliceName.LINK: LINK,
        SliceName.RUN: replace(
            WORKING,
            state=SliceState.ERROR,
            run=None,
            live=Liveness.UNKNOWN,
            problems=(Problem(Path("/r/events.jsonl"), "cannot be read: Permission denied"),),
        ),
        SliceName.TASKS: _EMPTY_TASKS,
        SliceName.EVENTS: events(),
    },
}

#: The same for the list of runs itself.
RUNS_STATES: dict[str, Slices] = {
    "empty": EMPTY,
    "loading": {SliceName.RUNS: RunsSlice(SliceState.LOADING, (), 0), SliceName.LINK: LINK, SliceName.RUN: NO_RUN},
    "stale": _STOPPED,
    "partial": DAMAGED,
    "error": {
        SliceName.RUNS: RunsSlice(
            SliceState.ERROR, (), 0, (Problem(Path("/src/acme-api/.crew/runs"), "cannot be read: Permission denied"),)
        ),
        SliceName.LINK: LINK,
        SliceName.RUN: NO_RUN,
    },
}
