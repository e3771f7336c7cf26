"""The control sequences for what is outside of the screen: bell, desktop notification, title of the terminal."""

from __future__ import annotations

from collections.abc import Mapping

from crew_tui.text import clean, cut

BELL = "\a"

#: xterm's stack of titles (CSI 22 ; 2 t and CSI 23 ; 2 t): what was there comes back when it is left.
PUSH_TITLE = "\x1b[22;2t"

#: Terminals without that stack show their own title when it is empty, and not a count that is not true any more.
POP_TITLE = "\x1b]2;\a\x1b[23;2t"

#: Cells of a notification: what a desktop shows of one.
_LONGEST = 200

#: Cells of a title: more than a tab or a window's border has room for.
_LONGEST_TITLE = 80


def desktop_notification(text: str, environment: Mapping[str, str]) -> str:
    """OSC 9 (iTerm2's; kitty, WezTerm, Ghostty, foot and others take it): the terminal notifies the desktop.

    The text never begins with a digit and a semicolon: ConEmu's OSC 9 has commands of that form.
    """
    sequence = f"\x1b]9;crew: {cut(clean(text), _LONGEST)}\a"
    # tmux keeps such sequences for itself, unless they are wrapped (and `allow-passthrough` is on).
    return f"\x1bPtmux;{sequence.replace(chr(27), chr(27) * 2)}\x1b\\" if environment.get("TMUX") else sequence


def title(text: str) -> str:
    """OSC 2: the title of the window; in tmux, of the pane."""
    return f"\x1b]2;{cut(clean(text), _LONGEST_TITLE)}\a"


def has_title(environment: Mapping[str, str]) -> bool:
    """Whether the terminal has a title at all."""
    return environment.get("TERM", "dumb") not in ("dumb", "linux", "unknown")
