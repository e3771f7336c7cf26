"""Keys that find: filters, sorting, marks, searches."""

from __future__ import annotations

from crew_tui.actions import Action, Group
from crew_tui.keymap.entry import LOGS, Key, has_rows, offered
from crew_tui.situation import Region

_RUNS = frozenset({Region.RUNS})
_LISTS = frozenset({Region.RUNS, Region.AGENTS, Region.PROGRESS, Region.MAIL})
_SCREENS = frozenset({Region.RESOURCES})

FINDING: tuple[Key, ...] = (
    Key(
        Action.FILTER,
        ("slash",),
        "/",
        "filter, as in status:failed age:<1h text",
        Group.FIND,
        "filter",
        when=lambda now: now.region in _LISTS or Action.FILTER in now.offers,
        scope=_LISTS | _SCREENS,
        rank=4,
        of_parts=True,
    ),
    Key(
        Action.SEARCH,
        ("slash",),
        "/",
        "search for a regular expression",
        Group.FIND,
        "search",
        when=offered(Action.SEARCH),
        scope=LOGS,
        rank=4,
    ),
    Key(
        Action.NEXT_MATCH,
        ("n",),
        "n",
        "next match",
        Group.FIND,
        "next",
        when=offered(Action.NEXT_MATCH),
        scope=LOGS,
        rank=2,
    ),
    Key(
        Action.PREVIOUS_MATCH,
        ("N",),
        "N",
        "previous match",
        Group.FIND,
        when=offered(Action.PREVIOUS_MATCH),
        scope=LOGS,
    ),
    Key(
        Action.SORT,
        ("S",),
        "S",
        "sort by the next column",
        Group.FIND,
        "sort",
        when=has_rows,
        scope=_RUNS,
        rank=6,
        of_parts=True,
    ),
    Key(Action.REVERSE, ("I",), "I", "turn the order round", Group.FIND, when=has_rows, scope=_RUNS, of_parts=True),
    Key(
        Action.SCOPE,
        ("w",),
        "w",
        "runs of this project, or of all",
        Group.FIND,
        "scope",
        when=offered(Action.SCOPE),
        scope=_RUNS,
        rank=6,
    ),
    Key(
        Action.MARK,
        ("space",),
        "Space",
        "mark the run, or unmark it",
        Group.FIND,
        "mark",
        when=has_rows,
        scope=_RUNS,
        rank=6,
        of_parts=True,
    ),
    Key(
        Action.MARK_ALL,
        ("asterisk",),
        "*",
        "mark all that are listed",
        Group.FIND,
        when=has_rows,
        scope=_RUNS,
        of_parts=True,
    ),
    Key(Action.WRAP, ("w",), "w", "wrap long lines, or cut them", Group.LOOK, when=offered(Action.WRAP), scope=LOGS),
)
