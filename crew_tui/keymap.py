"""The one table of keys: dispatch, footer and help are made from it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from crew_tui.actions import Action, Group
from crew_tui.situation import TABS, Region, Situation

When = Callable[[Situation], bool]

EVERYWHERE = frozenset(Region)
DETAIL = frozenset(TABS)


@dataclass(frozen=True, slots=True)
class Key:
    """One entry. `keys` are Textual's names; the first is the one that is advertised.

    `short` stands in the footer and is empty for what everybody tries anyway; `says` stands in the help. `rank`
    orders the footer: what has the highest goes first when there is no room.
    """

    action: Action
    keys: tuple[str, ...]
    shown: str
    says: str
    group: Group
    short: str = ""
    when: When = lambda now: True
    scope: frozenset[Region] = EVERYWHERE
    rank: int = 5


def _has_rows(now: Situation) -> bool:
    return now.rows > 0


KEYS: tuple[Key, ...] = (
    Key(Action.UP, ("up", "k"), "↑ k", "one line up", Group.MOVE, when=_has_rows),
    Key(Action.DOWN, ("down", "j"), "↓ j", "one line down", Group.MOVE, when=_has_rows),
    Key(Action.PAGE_UP, ("pageup",), "PgUp", "one page up", Group.MOVE, when=_has_rows),
    Key(Action.PAGE_DOWN, ("pagedown",), "PgDn", "one page down", Group.MOVE, when=_has_rows),
    Key(Action.HOME, ("g", "home"), "g", "to the first line", Group.MOVE, when=_has_rows),
    Key(Action.END, ("G", "end"), "G", "to the last line", Group.MOVE, when=_has_rows),
    Key(
        Action.OPEN_RUN,
        ("enter",),
        "Enter",
        "go into the selected run",
        Group.MOVE,
        "open",
        when=lambda now: now.run_known,
        scope=frozenset({Region.RUNS}),
        rank=0,
    ),
    Key(
        Action.OPEN_OUTPUT,
        ("enter",),
        "Enter",
        "output of the selected task",
        Group.LOOK,
        "its output",
        when=lambda now: now.task is not None,
        scope=frozenset({Region.AGENTS}),
        rank=0,
    ),
    Key(
        Action.BACK,
        ("escape",),
        "Esc",
        "close messages, unzoom, back to the runs",
        Group.MOVE,
        "back",
        when=lambda now: now.can_go_back,
        rank=1,
    ),
    Key(
        Action.NEXT_REGION,
        ("tab",),
        "Tab",
        "next part of the screen",
        Group.MOVE,
        "region",
        when=lambda now: now.run_known,
        rank=6,
    ),
    Key(
        Action.PREVIOUS_REGION,
        ("shift+tab",),
        "Shift-Tab",
        "previous part of the screen",
        Group.MOVE,
        when=lambda now: now.run_known,
    ),
    Key(
        Action.TAB_AGENTS,
        ("1",),
        "1",
        "tasks and who works on them",
        Group.LOOK,
        "agents",
        when=lambda now: now.run_known and (now.tab is not Region.AGENTS or now.region is Region.RUNS),
        rank=7,
    ),
    Key(
        Action.TAB_PROGRESS,
        ("2",),
        "2",
        "counts, phases and events",
        Group.LOOK,
        "progress",
        when=lambda now: now.run_known and (now.tab is not Region.PROGRESS or now.region is Region.RUNS),
        rank=7,
    ),
    Key(
        Action.TAB_OUTPUT,
        ("4",),
        "4",
        "what all agents print",
        Group.LOOK,
        "output",
        when=lambda now: now.run_known and (now.tab is not Region.OUTPUT or now.region is Region.RUNS),
        rank=7,
    ),
    Key(
        Action.FOLLOW,
        ("f",),
        "f",
        "keep the newest line in sight, or stop doing so",
        Group.LOOK,
        "follow",
        when=_has_rows,
        scope=frozenset({Region.PROGRESS, Region.OUTPUT}),
        rank=3,
    ),
    Key(
        Action.ZOOM,
        ("z",),
        "z",
        "this part of the screen alone, or all of it again",
        Group.LOOK,
        "zoom",
        when=lambda now: not now.narrow,
        rank=8,
    ),
    Key(
        Action.NEW_RUN,
        ("n",),
        "n",
        "start a run",
        Group.STEER,
        "new run",
        when=lambda now: now.may_act,
        rank=2,
    ),
    Key(
        Action.CANCEL_RUN,
        ("c",),
        "c",
        "cancel the run: end its workers now",
        Group.STEER,
        "cancel",
        when=lambda now: now.may_end_run,
        scope=EVERYWHERE - {Region.AGENTS},
        rank=3,
    ),
    Key(
        Action.CANCEL_TASK,
        ("c",),
        "c",
        "cancel the selected task: end its worker now",
        Group.STEER,
        "cancel task",
        when=lambda now: now.may_end_task,
        scope=frozenset({Region.AGENTS}),
        rank=3,
    ),
    Key(
        Action.STOP_RUN,
        ("X",),
        "X",
        "stop the run: let its agents end by themselves first",
        Group.STEER,
        "stop",
        when=lambda now: now.may_end_run,
        scope=EVERYWHERE - {Region.AGENTS},
        rank=4,
    ),
    Key(
        Action.STOP_TASK,
        ("X",),
        "X",
        "stop the selected task: let its agent end by itself first",
        Group.STEER,
        "stop task",
        when=lambda now: now.may_end_task,
        scope=frozenset({Region.AGENTS}),
        rank=4,
    ),
    Key(
        Action.RETRY_RUN,
        ("t",),
        "t",
        "retry: run failed and cancelled tasks again",
        Group.STEER,
        "retry",
        when=lambda now: now.may_retry_run,
        scope=EVERYWHERE - {Region.AGENTS},
        rank=3,
    ),
    Key(
        Action.RETRY_TASK,
        ("t",),
        "t",
        "retry the selected task",
        Group.STEER,
        "retry task",
        when=lambda now: now.may_retry_task,
        scope=frozenset({Region.AGENTS}),
        rank=3,
    ),
    Key(
        Action.RESUME_RUN,
        ("R",),
        "R",
        "resume an interrupted, blocked, failed or cancelled run",
        Group.STEER,
        "resume",
        when=lambda now: now.may_resume,
        rank=3,
    ),
    Key(Action.RELOAD, ("r",), "r", "read everything again now", Group.PROGRAM, "reload", rank=9),
    Key(Action.HELP, ("question_mark",), "?", "this help", Group.PROGRAM, "help", rank=1),
    Key(
        Action.QUIT,
        ("q",),
        "q",
        "leave the dashboard; runs go on",
        Group.PROGRAM,
        "quit",
        rank=1,
    ),
)


def find(key: str, now: Situation) -> Action | None:
    """What `key` does in this situation; None if nothing."""
    for entry in KEYS:
        if key in entry.keys and now.region in entry.scope and entry.when(now):
            return entry.action
    return None


def available(now: Situation) -> Sequence[Key]:
    """The entries that would do something now, in the table's order."""
    return [entry for entry in KEYS if now.region in entry.scope and entry.when(now)]


def all_keys() -> frozenset[str]:
    """Every key that some entry takes."""
    return frozenset(key for entry in KEYS for key in entry.keys)
