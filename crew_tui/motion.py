"""Whether anything on screen may move by itself."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from textual.types import AnimationLevel


class Motion(StrEnum):
    """`ui.motion`. Quiet unless it is asked for: what runs is seen by its seconds."""

    AUTO = "auto"
    ON = "on"
    OFF = "off"


def spins(wish: str) -> bool:
    """A sign turns at what runs."""
    return wish == Motion.ON


def animation_level(wish: str, environment: Mapping[str, str], default: AnimationLevel) -> AnimationLevel:
    """How much of Textual's own widgets glides. `default` is what `TEXTUAL_ANIMATIONS` says; over ssh nothing does."""
    match wish:
        case Motion.ON:
            return "full"
        case Motion.OFF:
            return "none"
        case _:
            return "none" if environment.get("SSH_CONNECTION") else default
