"""Takes pictures of the dashboard over slices that a test made."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager

from crew_core.config.first_look import Wishes
from crew_core.observe.slices import RunSlice, SliceName
from tests.pictures.cells import Picture, picture
from tests.snapshots.cases import WORKING
from tests.snapshots.covering import opened
from tests.snapshots.covers import COVERS
from tests.snapshots.looking import gone_through, is_shown
from tests.snapshots.matches import MATCHES, matches_listed
from tests.tui.dashboard import ScriptedSource, dashboard

#: Whoever runs this may have set them for a terminal and a place of their own.
_SET = {"TERM": "xterm-256color", "NO_COLOR": None, "COLORFGBG": None, "TEXTUAL_THEME": None, "TZ": "UTC"}


async def taken(
    slices: Mapping[SliceName, object],
    keys: Sequence[str] = (),
    *,
    size: tuple[int, int] = (120, 40),
    theme: str = "crew-dark",
    shows: str = "",
    **wishes: str,
) -> Picture:
    """The dashboard over `slices` after `keys`, when `shows` stands there.

    :param wishes: settings of `ui`, such as `glyphs="ascii"`.
    """
    run = slices.get(SliceName.RUN)
    with _environment():
        app = dashboard(ScriptedSource(dict(slices)), select=WORKING.path, wishes=Wishes(theme=theme, **wishes))
        async with app.run_test(size=size) as pilot:
            while isinstance(run, RunSlice) and run.path and not is_shown(app):
                await pilot.pause()
            await gone_through(pilot, app, keys, shows)
            return picture(app.screen)


async def taken_of_cover(name: str, size: tuple[int, int], theme: str) -> Picture:
    """A screen that covers the main one."""
    with _environment():
        made = matches_listed(size, theme) if name == MATCHES else opened(COVERS[name], size, theme)
        async with made as app:
            return picture(app.screen)


@contextmanager
def _environment() -> Iterator[None]:
    before = {name: os.environ.get(name) for name in _SET}
    _set(_SET)
    time.tzset()
    try:
        yield
    finally:
        _set(before)
        time.tzset()


def _set(wanted: Mapping[str, str | None]) -> None:
    for name, value in wanted.items():
        if value is None:
            os.environ.pop(name, None)
        else:
            os.environ[name] = value
