"""Keys of the program itself, and of what is outside of it: clipboard, editor, shell."""

from __future__ import annotations

from crew_tui.actions import Action, Group
from crew_tui.keymap.entry import EVERYWHERE, LOGS, MAIN, Key, offered, run_known
from crew_tui.situation import Region

#: Where a file or a text is selected.
_WITH_TEXT = EVERYWHERE - {Region.ALERTS, Region.REPLAY}

PROGRAM: tuple[Key, ...] = (
    Key(
        Action.MENU,
        ("x",),
        "x",
        "menu: everything that can be done to what is selected",
        Group.PROGRAM,
        "menu",
        when=run_known,
        scope=MAIN,
        rank=3,
    ),
    Key(
        Action.COPY,
        ("y",),
        "y",
        "copy: id, path, command or text",
        Group.PROGRAM,
        when=offered(Action.COPY),
        scope=_WITH_TEXT,
    ),
    Key(
        Action.EDITOR,
        ("E",),
        "E",
        "open the file in your editor",
        Group.PROGRAM,
        when=offered(Action.EDITOR),
        scope=_WITH_TEXT,
    ),
    Key(
        Action.PAGER,
        ("vertical_line",),
        "|",
        "page through the file in your pager",
        Group.PROGRAM,
        when=offered(Action.PAGER),
        scope=frozenset({Region.TEXT, Region.TRANSCRIPT}),
    ),
    Key(
        Action.SHELL,
        ("dollar_sign",),
        "$",
        "a shell in the directory of the task",
        Group.PROGRAM,
        when=offered(Action.SHELL),
        scope=MAIN,
    ),
    Key(
        Action.MOUSE, ("M",), "M", "leave the mouse to the terminal, or take it back", Group.PROGRAM, scope=MAIN | LOGS
    ),
    Key(
        Action.RELOAD,
        ("r",),
        "r",
        "read everything again now",
        Group.PROGRAM,
        "reload",
        scope=MAIN | {Region.TEXT, Region.RESOURCES},
        rank=9,
    ),
    Key(
        Action.PALETTE, ("colon", "ctrl+p"), ":", "palette: every command by its name", Group.PROGRAM, "command", rank=4
    ),
    Key(Action.HELP, ("question_mark",), "?", "this help", Group.PROGRAM, "help", rank=1),
    Key(Action.QUIT, ("q",), "q", "leave the dashboard; runs go on", Group.PROGRAM, "quit", scope=MAIN, rank=1),
    Key(
        Action.BACK,
        ("q",),
        "q",
        "back",
        Group.PROGRAM,
        scope=EVERYWHERE - MAIN,
    ),
)
