"""How the person wants the dashboard: followed before the first frame as far as it can be, checked after it."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from enum import StrEnum
from pathlib import Path

from crew_core.config.first_look import AUTO, Wishes, first_look
from crew_core.observe.watcher import Backend
from crew_tui.emoji_width import EmojiWidth
from crew_tui.glyphs import GlyphWish
from crew_tui.motion import Motion
from crew_tui.steering import Told
from crew_tui.times import TimeForm


class Mouse(StrEnum):
    """`ui.mouse`."""

    ON = "on"
    OFF = "off"


#: Themes are not among them: which there are is known by their files.
KNOWN: Mapping[str, frozenset[str]] = {
    "glyphs": frozenset(GlyphWish),
    "emoji_width": frozenset(EmojiWidth),
    "motion": frozenset(Motion),
    "time": frozenset(TimeForm),
    "mouse": frozenset(Mouse),
    "watcher": frozenset({AUTO, *Backend}),
}


def wishes_of(flags: Sequence[str]) -> Wishes:
    """A wish that there is not becomes the default. `flags` are words `KEY=VALUE` of the command line."""
    wishes, usual = first_look(os.environ, flags), Wishes()
    wrong = {name: getattr(usual, name) for name, known in KNOWN.items() if getattr(wishes, name) not in known}
    return replace(wishes, **wrong)


def checking(start: Path, wishes: Wishes, flags: Sequence[str]) -> Callable[[], Told | None]:
    """For a thread, after the first frame: what is wrong with the settings, if anything is."""

    def check() -> Told | None:
        from crew_core.ops.errors import OpsError
        from crew_core.ops.settings import flags_from, settings_at

        try:
            settings_at(start, flags_from("settings", flags))
        except OpsError as error:
            return _told(error.why, error.hint)
        return _theme_told(wishes.theme)

    return check


def _theme_told(wish: str) -> Told | None:
    from crew_tui.theme_files import theme_named
    from crew_tui.theme_tables import ThemeWrong

    if wish == AUTO:
        return None
    try:
        theme_named(wish)
    except ThemeWrong as error:
        return _told(f"ui.theme is {wish}: {error.why}", error.hint)
    return None


def _told(why: str, hint: str) -> Told:
    return Told("\n".join(part for part in (why, hint) if part), sticky=True, title="settings")
