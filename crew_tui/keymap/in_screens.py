"""Keys of the screens that cover the main one."""

from __future__ import annotations

from crew_tui.actions import Action, Group
from crew_tui.keymap.entry import Key, offered
from crew_tui.situation import Region

_TRANSCRIPT = frozenset({Region.TRANSCRIPT})
_REPLAY = frozenset({Region.REPLAY})
_RESOURCES = frozenset({Region.RESOURCES})
_ALERTS = frozenset({Region.ALERTS})


def _in(
    scope: frozenset[Region],
    action: Action,
    keys: tuple[str, ...],
    shown: str,
    says: str,
    *,
    short: str = "",
    rank: int = 5,
) -> Key:
    return Key(action, keys, shown, says, Group.LOOK, short, when=offered(action), scope=scope, rank=rank)


IN_SCREENS: tuple[Key, ...] = (
    _in(_TRANSCRIPT, Action.FOLD, ("enter",), "Enter", "unfold the entry, or fold it", short="(un)fold", rank=0),
    _in(_TRANSCRIPT, Action.UNFOLD_ALL, ("plus",), "+", "unfold all", short="unfold all"),
    _in(_TRANSCRIPT, Action.FOLD_ALL, ("minus",), "-", "fold all"),
    _in(_TRANSCRIPT, Action.PREVIOUS_AGENT, ("left_square_bracket",), "[", "transcript of the task before"),
    _in(_TRANSCRIPT, Action.NEXT_AGENT, ("right_square_bracket",), "]", "transcript of the next task", short="task"),
    _in(
        _TRANSCRIPT,
        Action.PREVIOUS_ATTEMPT,
        ("left_curly_bracket",),
        "{",
        "the attempt before",
        short="attempt",
        rank=2,
    ),
    _in(
        _TRANSCRIPT,
        Action.NEXT_ATTEMPT,
        ("right_curly_bracket",),
        "}",
        "the next attempt",
        short="attempt",
        rank=2,
    ),
    _in(
        _TRANSCRIPT,
        Action.DIFF,
        ("d",),
        "d",
        "what the selected call changes in files, as a difference",
        short="diff",
        rank=1,
    ),
    _in(
        _TRANSCRIPT,
        Action.FOLLOW,
        ("f", "a"),
        "f",
        "keep the newest entry in sight, or stop doing so",
        short="follow",
        rank=3,
    ),
    _in(_TRANSCRIPT, Action.RAW_OUTPUT, ("o",), "o", "every byte that the agent printed", short="raw"),
    _in(_REPLAY, Action.PLAY, ("space",), "Space", "play, or pause", short="play", rank=0),
    _in(_REPLAY, Action.STEP_BACK, ("left",), "←", "one event back", short="earlier", rank=1),
    _in(_REPLAY, Action.STEP_FORWARD, ("right",), "→", "one event on", short="later"),
    _in(_REPLAY, Action.LEAP_BACK, ("shift+left",), "Shift-←", "ten events back", short="ten"),
    _in(_REPLAY, Action.LEAP_FORWARD, ("shift+right",), "Shift-→", "ten events on"),
    _in(_REPLAY, Action.FASTER, ("plus",), "+", "faster", short="speed"),
    _in(_REPLAY, Action.SLOWER, ("minus",), "-", "slower"),
    _in(_RESOURCES, Action.NEXT_KIND, ("tab", "l"), "Tab", "next kind of resources", short="kind", rank=1),
    _in(_RESOURCES, Action.PREVIOUS_KIND, ("shift+tab", "h"), "Shift-Tab", "previous kind of resources"),
    _in(_ALERTS, Action.DISMISS, ("x",), "x", "dismiss the alert", short="dismiss", rank=1),
)
