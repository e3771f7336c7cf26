"""Takes pictures of the dashboard over slices that a test made."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager

from crew_core.config.first_look import Wishes
from crew_core.observe.slices import RunSlice, SliceName
from tests.pictures.cells import Picture, picture
from tests.snapshots.cases import WORKING
from tests.snapshots.looking import is_shown, settled
from tests.tui.dashboard import ScriptedSource, dashboard

#: Whoever runs this may have set them for a terminal of their own.
_SET = {"TERM": "xterm-256color", "NO_COLOR": None, "COLORFGBG": None, "TEXTUAL_THEME": None}


async def taken(
    slices: Mapping[SliceName, object],
    keys: Sequence[str] = (),
    *,
    size: tuple[int, int] = (120, 40),
    theme: str = "crew-dark",
    **wishes: str,
) -> Picture:
    """The dashboard over `slices` after `keys`. `wishes` are settings of `ui`, such as `glyphs="ascii"`."""
    run = slices.get(SliceName.RUN)
    with _environment():
        app = dashboard(ScriptedSource(dict(slices)), select=WORKING.path, wishes=Wishes(theme=theme, **wishes))
        async with app.run_test(size=size) as pilot:
            while isinstance(run, RunSlice) and run.path and not is_shown(app):
                await pilot.pause()
            await settled(pilot, app)
            for key in keys:
                await pilot.press(key)
                await settled(pilot, app)
            return picture(app.screen)


@contextmanager
def _environment() -> Iterator[None]:
    before = {name: os.environ.get(name) for name in _SET}
    _set(_SET)
    try:
        yield
    finally:
        _set(before)


def _set(wanted: Mapping[str, str | None]) -> None:
    for name, value in wanted.items():
        if value is None:
            os.environ.pop(name, None)
        else:
            os.environ[name] = value
