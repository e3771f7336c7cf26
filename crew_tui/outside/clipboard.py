"""Copying to the clipboard of the terminal, also over ssh (OSC 52)."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any

from textual.app import App

from crew_tui.text import clean, cut

#: The longest sequence that most terminals take, after xterm: 100,000 bytes of it, in base64.
LARGEST_BYTES = 74_994

_SHOWN_CELLS = 48


def copy(app: App[Any], text: str, environment: Mapping[str, str] = os.environ) -> str:
    """Hand `text` to the terminal. Returns what to tell: nobody says whether the terminal took it.

    tmux and screen take it only when they are asked to; a hint about that is part of what is told.
    """
    # The name of a file may be no UTF-8, which is all that the sequence can carry.
    app.copy_to_clipboard(text.encode("utf-8", "replace").decode())
    return copied_words(text, environment)


def copied_words(text: str, environment: Mapping[str, str]) -> str:
    """`copied: …`, and why it may not have arrived."""
    lines = text.count("\n") + 1
    what = f"{lines} lines" if lines > 1 else cut(clean(text), _SHOWN_CELLS)
    told = [f"copied: {what}"]
    if len(text.encode(errors="replace")) > LARGEST_BYTES:
        told.append(f"more than {LARGEST_BYTES} bytes: many terminals drop it")
    if environment.get("TMUX"):
        told.append("tmux takes it with: set -g set-clipboard on")
    elif environment.get("STY"):
        told.append("GNU screen passes no clipboard on")
    return "\n".join(told)
