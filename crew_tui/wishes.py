"""How the person wants the dashboard: followed before the first frame as far as it can be, checked after it."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from pathlib import Path

from crew_core.config.first_look import AUTO, Wishes, first_look
from crew_core.observe.watcher import Backend
from crew_tui.palette import DARK, LIGHT
from crew_tui.steering import Told


def wishes_of(flags: Sequence[str]) -> Wishes:
    """A watcher that there is not becomes `auto`. `flags` are words `KEY=VALUE` of the command line."""
    wishes = first_look(os.environ, flags)
    return wishes if wishes.watcher in list(Backend) else Wishes(wishes.theme, AUTO)


def checking(start: Path, wishes: Wishes, flags: Sequence[str]) -> Callable[[], Told | None]:
    """For a thread, after the first frame: what is wrong with the settings, if anything is."""

    def check() -> Told | None:
        from crew_core.ops.errors import OpsError
        from crew_core.ops.settings import flags_from, settings_at

        try:
            settings_at(start, flags_from("settings", flags))
        except OpsError as error:
            return _told(error.why, error.hint)
        if wishes.theme not in (AUTO, DARK, LIGHT):
            return _told(f"ui.theme is {wishes.theme}", f"there is: {AUTO}, {DARK}, {LIGHT}")
        return None

    return check


def _told(why: str, hint: str) -> Told:
    return Told("\n".join(part for part in (why, hint) if part), sticky=True, title="settings")
