"""Keys that choose what is looked at."""

from __future__ import annotations

from crew_tui.actions import Action, Group
from crew_tui.keymap.entry import MAIN, Key, has_rows, offered, run_known
from crew_tui.situation import Region


def _tab(action: Action, key: str, says: str, short: str, tab: Region, *more: str) -> Key:
    return Key(
        action,
        (key, *more),
        key,
        says,
        Group.LOOK,
        short,
        when=lambda now: now.run_known and (now.tab is not tab or now.region is Region.RUNS),
        scope=MAIN,
        rank=9,
        of_parts=True,
    )


def _text(action: Action, key: str, says: str) -> Key:
    return Key(action, (key,), key, says, Group.LOOK, when=run_known, scope=MAIN)


def _fold(says: str, short: str, *, folded: bool) -> Key:
    """On a phase, what shows the output of a task on a task."""
    return Key(
        Action.OPEN_OUTPUT,
        ("enter",),
        "Enter",
        says,
        Group.LOOK,
        short,
        when=lambda now: now.folded is folded,
        scope=frozenset({Region.PLAN}),
        rank=0,
    )


LOOKING: tuple[Key, ...] = (
    Key(
        Action.OPEN_OUTPUT,
        ("enter",),
        "Enter",
        "output of the selected task",
        Group.LOOK,
        "its output",
        when=lambda now: now.task is not None,
        scope=frozenset({Region.AGENTS, Region.GRAPH, Region.HEALTH, Region.PLAN}),
        rank=0,
    ),
    _fold("fold the selected phase", "fold", folded=False),
    _fold("unfold the selected phase", "unfold", folded=True),
    _tab(Action.TAB_AGENTS, "1", "tasks and who works on them", "agents", Region.AGENTS),
    _tab(Action.TAB_PROGRESS, "2", "counts, phases and events", "progress", Region.PROGRESS),
    _tab(Action.TAB_MAIL, "3", "messages to and from the agents", "mail", Region.MAIL, "m"),
    _tab(Action.TAB_OUTPUT, "4", "what all agents print", "output", Region.OUTPUT),
    _tab(Action.TAB_HEALTH, "5", "signs of life, and what each verdict rests on", "health", Region.HEALTH),
    _tab(Action.TAB_PLAN, "7", "what the run means to do", "plan", Region.PLAN),
    _tab(Action.TAB_GRAPH, "8", "how tasks depend on each other, and where the time went", "graph", Region.GRAPH),
    Key(
        Action.FOLLOW,
        ("f",),
        "f",
        "keep the newest line in sight, or stop doing so",
        Group.LOOK,
        "follow",
        when=has_rows,
        scope=frozenset({Region.PROGRESS, Region.OUTPUT}),
        rank=3,
    ),
    Key(
        Action.TRANSCRIPT,
        ("v",),
        "v",
        "transcript of the selected task",
        Group.LOOK,
        "transcript",
        when=lambda now: now.run_known and bool(now.tasks),
        scope=MAIN,
        rank=4,
    ),
    _text(Action.STATUS_TEXT, "s", "status of the run as a text"),
    _text(Action.SUMMARY, "u", "summary of the run"),
    _text(Action.ARTIFACTS, "a", "what the run brought forth"),
    _text(Action.MANIFEST, "i", "the run's record"),
    _text(Action.AGENTS_TEXT, "d", "all tasks and attempts as a table"),
    _text(Action.AGENT_EVENTS, "e", "what the selected agent reported, event by event"),
    _text(Action.RAW_OUTPUT, "o", "every byte that the selected agent printed"),
    Key(
        Action.REPLAY,
        ("P",),
        "P",
        "replay: the run as it was at any moment",
        Group.LOOK,
        when=run_known,
        scope=MAIN - {Region.MAIL},
    ),
    # Where time is what one looks at.
    Key(
        Action.REPLAY,
        ("space",),
        "Space",
        "replay: the run as it was",
        Group.LOOK,
        when=run_known,
        scope=frozenset({Region.GRAPH}),
    ),
    Key(
        Action.RESOURCES, ("T",), "T", "teams, workflows, agents and skills", Group.LOOK, scope=MAIN - {Region.PROGRESS}
    ),
    Key(Action.ALERTS, ("exclamation_mark",), "!", "alerts", Group.LOOK, scope=MAIN),
    Key(
        Action.ALERTS_READ,
        ("H",),
        "H",
        "mark all alerts as read",
        Group.LOOK,
        scope=MAIN,
    ),
    Key(
        Action.ALERTS_READ,
        ("H",),
        "H",
        "mark all alerts as read",
        Group.LOOK,
        "all read",
        when=offered(Action.ALERTS_READ),
        scope=frozenset({Region.ALERTS}),
    ),
)
