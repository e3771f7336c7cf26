"""Keys of single tabs."""

from __future__ import annotations

from crew_tui.actions import Action, Group
from crew_tui.keymap.entry import Key, offered
from crew_tui.situation import Region

_PROGRESS = frozenset({Region.PROGRESS})
_MAIL = frozenset({Region.MAIL})
_OUTPUT = frozenset({Region.OUTPUT})
_PLAN = frozenset({Region.PLAN})
_GRAPH = frozenset({Region.GRAPH})


def _in(
    scope: frozenset[Region], action: Action, key: str, shown: str, says: str, *, short: str = "", rank: int = 5
) -> Key:
    return Key(action, (key,), shown, says, Group.LOOK, short, when=offered(action), scope=scope, rank=rank)


IN_TABS: tuple[Key, ...] = (
    _in(_PROGRESS, Action.FULL_PROGRESS, "p", "p", "events with the noise, or without it", short="all"),
    _in(_PROGRESS, Action.EVENT_TYPES, "T", "T", "only one kind of events: the next kind", short="type"),
    _in(_PROGRESS, Action.EVENT_LEVEL, "L", "L", "only warnings and errors, or only errors", short="level"),
    _in(
        _PROGRESS,
        Action.EVENT_DETAIL,
        "enter",
        "Enter",
        "the selected event with all that it says",
        short="detail",
        rank=0,
    ),
    _in(_MAIL, Action.MAIL_OPEN, "enter", "Enter", "read the message", short="read", rank=0),
    _in(_MAIL, Action.MAIL_BOX, "b", "b", "inbox, outbox or both", short="box"),
    _in(_MAIL, Action.MAIL_KIND, "K", "K", "only one kind of messages: the next kind", short="kind"),
    _in(_MAIL, Action.MAIL_PREVIEW, "P", "P", "with the selected message below, or without", short="preview"),
    _in(
        _PLAN,
        Action.PLAN_DIFF,
        "X",
        "X",
        "what the newest version of the plan has changed, or without that",
        short="diff",
        rank=2,
    ),
    _in(_GRAPH, Action.GRAPH_FORM, "t", "t", "timeline or dependencies", short="form", rank=2),
    _in(_GRAPH, Action.GRAPH_CRITICAL, "c", "c", "show the critical path, or not", short="critical", rank=3),
    _in(_GRAPH, Action.GRAPH_LEFT, "left", "←", "earlier"),
    _in(_GRAPH, Action.GRAPH_RIGHT, "right", "→", "later"),
    _in(_GRAPH, Action.GRAPH_IN, "plus", "+", "finer"),
    _in(_GRAPH, Action.GRAPH_OUT, "minus", "-", "coarser"),
    _in(
        _OUTPUT, Action.WHOSE_OUTPUT, "A", "A", "output of all agents, or of the selected one", short="all/one", rank=3
    ),
    _in(_OUTPUT, Action.COLOURS, "c", "c", "the colours in which agents print, or none", short="colours"),
    _in(
        _OUTPUT,
        Action.OPEN_ITEM,
        "enter",
        "Enter",
        "list the matches that only the transcripts have",
        short="list",
        rank=0,
    ),
    Key(
        Action.OPEN_ITEM,
        ("enter",),
        "Enter",
        "what the selected line is about",
        Group.LOOK,
        "open",
        when=offered(Action.OPEN_ITEM),
        scope=frozenset({Region.ALERTS, Region.RESOURCES}),
        rank=0,
    ),
)
