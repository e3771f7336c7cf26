"""Keys that move: the cursor, the focus, what part of the screen is seen."""

from __future__ import annotations

from crew_tui.actions import Action, Group
from crew_tui.keymap.entry import MAIN, Key, has_rows, run_known
from crew_tui.situation import Region

MOVING: tuple[Key, ...] = (
    Key(Action.UP, ("up", "k"), "↑ k", "one line up", Group.MOVE, when=has_rows),
    Key(Action.DOWN, ("down", "j"), "↓ j", "one line down", Group.MOVE, when=has_rows),
    Key(Action.PAGE_UP, ("pageup", "ctrl+b"), "PgUp", "one page up", Group.MOVE, when=has_rows),
    Key(Action.PAGE_DOWN, ("pagedown", "ctrl+f"), "PgDn", "one page down", Group.MOVE, when=has_rows),
    Key(Action.HOME, ("g", "home"), "g", "to the first line", Group.MOVE, when=has_rows),
    Key(Action.END, ("G", "end"), "G", "to the last line", Group.MOVE, when=has_rows),
    Key(
        Action.OPEN_RUN,
        ("enter",),
        "Enter",
        "go into the selected run",
        Group.MOVE,
        "open",
        when=run_known,
        scope=frozenset({Region.RUNS}),
        rank=0,
    ),
    Key(
        Action.BACK,
        ("escape",),
        "Esc",
        "one step back: messages, filter, marks, zoom, then where one came from",
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
        when=run_known,
        scope=MAIN,
        rank=6,
    ),
    Key(
        Action.PREVIOUS_REGION,
        ("shift+tab",),
        "Shift-Tab",
        "previous part of the screen",
        Group.MOVE,
        when=run_known,
        scope=MAIN,
    ),
    Key(Action.NEXT_TAB, ("l",), "l", "next tab of the run", Group.MOVE, when=run_known, scope=MAIN),
    Key(Action.PREVIOUS_TAB, ("h",), "h", "previous tab of the run", Group.MOVE, when=run_known, scope=MAIN),
    Key(
        Action.ZOOM,
        ("z",),
        "z",
        "this part of the screen alone, or all of it again",
        Group.MOVE,
        "zoom",
        when=lambda now: not now.narrow,
        scope=MAIN,
        rank=8,
    ),
    Key(
        Action.NARROWER,
        ("less_than_sign",),
        "<",
        "list of runs narrower",
        Group.MOVE,
        when=lambda now: not (now.narrow or now.zoomed),
        scope=MAIN,
    ),
    Key(
        Action.WIDER,
        ("greater_than_sign",),
        ">",
        "list of runs wider",
        Group.MOVE,
        when=lambda now: not (now.narrow or now.zoomed),
        scope=MAIN,
    ),
)
