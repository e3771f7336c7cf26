"""Theme and watcher as configured; what is wrong with the settings is told after the first frame."""

from __future__ import annotations

import os
import threading
from pathlib import Path
from typing import Any

import pytest
from rich.color import Color

from crew_core.config.first_look import Wishes, spelled, themes_home
from crew_core.config.schema import keys
from crew_core.observe.slices import RunSlice, SliceName
from crew_core.store.layout import config_home
from crew_tui.situation import Region
from crew_tui.steering import Told
from crew_tui.theme_tables import DARK, LIGHT, MONO
from crew_tui.wishes import KNOWN, checking, wishes_of
from tests.cli.program import PROGRAM, environment
from tests.resources.resource_files import put
from tests.terminal.pty_session import PtySession
from tests.tui.builders import a_busy_project
from tests.tui.dashboard import ScriptedSource, dashboard
from tests.tui.grid import strips
from tests.tui.test_dashboard import ready, shown, until

PROJECT = a_busy_project()
WORKING = PROJECT[SliceName.RUN]
assert isinstance(WORKING, RunSlice)


def _check(start: Path, *flags: str) -> Told | None:
    return checking(start, wishes_of(flags), flags)()


def test_what_there_is_is_what_the_schema_says() -> None:
    choices = {key.name: set(key.choices) for key in keys().values() if key.section == "ui" and key.choices}
    assert choices == {spelled(name): set(known) for name, known in KNOWN.items()}


def test_a_wish_that_there_is_not_becomes_the_default() -> None:
    wrong = "\n".join(f"{spelled(name)} = 'magic'" for name in KNOWN)
    put(config_home() / "config.toml", f"[ui]\n{wrong}\ntheme = 'crew-light'\n")
    assert wishes_of(()) == Wishes(theme="crew-light")
    flags = (
        "ui.watcher=polling",
        "ui.glyphs=ascii",
        "ui.motion=off",
        "ui.time=utc",
        "ui.mouse=off",
        "ui.emojiWidth=strip",
    )
    assert wishes_of(flags) == Wishes("crew-light", "ascii", "strip", "off", "utc", "off", "polling")


def test_right_settings_are_no_news(tmp_path: Path) -> None:
    put(config_home() / "config.toml", "[ui]\nwatcher = 'polling'\ntheme = 'crew-light'\n")
    assert _check(tmp_path) is None


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (
            "[ui]\ntheme = 'dusk'\n",
            "ui.theme is dusk: there is no theme dusk\n"
            "there is: auto, crew-dark, crew-light, crew-contrast, crew-colour-blind, crew-mono, broken",
        ),
        (
            "[ui]\ntheme = 'broken'\n",
            "themes/broken.toml: error is 'redd', which is no colour",
        ),
        ("[ui]\nwatcher = 'poling'\n", "config.toml:2: ui.watcher is 'poling'\ndid you mean polling?"),
        ("[ui\n", "config.toml:1: no TOML: Expected ']' at the end of a table declaration"),
        ("[limits]\nmaxWorker = 1\n", "config.toml:2: unknown key limits.maxWorker\ndid you mean limits.maxWorkers?"),
    ],
)
def test_what_is_wrong_is_told_and_stays(tmp_path: Path, text: str, told: str) -> None:
    put(config_home() / "config.toml", text)
    put(themes_home() / "broken.toml", 'error = "redd"\n')
    found = _check(tmp_path)
    assert found is not None
    assert (found.sticky, found.title, found.text.endswith(told)) == (True, "settings", True)


async def test_the_dashboard_is_there_before_it_is_told() -> None:
    painted = threading.Event()

    def look_again() -> Told:
        assert painted.wait(20)
        return Told("ui.theme is dusk", sticky=True, title="settings")

    app = dashboard(ScriptedSource(PROJECT), wishes=Wishes(theme=LIGHT), look_again=look_again)
    async with app.run_test(size=(120, 40)) as pilot:
        await ready(pilot, app)
        assert app.theme == LIGHT
        assert "ui.theme is dusk" not in shown(app)
        painted.set()
        await until(pilot, lambda: app.main.told)
        assert [each.message for each in app._notifications] == ["ui.theme is dusk"]


def test_the_environment_is_listened_to(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(os.environ, "CREW_TUI_UI_THEME", DARK)
    assert wishes_of(()).theme == DARK


async def test_a_persons_own_theme_is_worn_and_a_broken_one_gives_way() -> None:
    put(themes_home() / "dusk.toml", 'background = "#101820"\n')
    put(themes_home() / "broken.toml", 'error = "redd"\n')
    put(themes_home() / "crooked.toml", 'background = "#101820"\n[variables]\nscrollbar = "nonsense"\n')
    for wish, background in (("dusk", "#101820"), ("broken", "#14171c"), ("crooked", "#14171c")):
        app = dashboard(ScriptedSource(PROJECT), wishes=Wishes(theme=wish))
        async with app.run_test(size=(80, 24)) as pilot:
            await ready(pilot, app)
            painted = {segment.style.bgcolor for strip in strips(app.screen) for segment in strip if segment.style}
            assert Color.parse(background) in painted


@pytest.mark.parametrize("wanted", [{"wishes": Wishes(theme=MONO)}, {}])
async def test_without_colour_there_is_none(wanted: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    if not wanted:
        monkeypatch.setenv("NO_COLOR", "1")
    app = dashboard(ScriptedSource(PROJECT), **wanted)
    async with app.run_test(size=(100, 30)) as pilot:
        await ready(pilot, app)
        for keys in (("enter",), ("c",)):
            await pilot.press(*keys)
            await pilot.pause()
            styles = [segment.style for strip in strips(app.screen) for segment in strip if segment.style]
            for colour in (each for style in styles for each in (style.color, style.bgcolor)):
                assert colour is None or colour.is_default
        assert any(style.bold for style in styles)


@pytest.mark.parametrize(("form", "begins"), [("utc", "14:02:22"), ("relative", "+3m12s")])
async def test_times_are_told_as_they_are_wished_for(form: str, begins: str) -> None:
    app = dashboard(ScriptedSource(PROJECT), select=WORKING.path, wishes=Wishes(time=form), zone=None)
    async with app.run_test(size=(120, 40)) as pilot:
        await ready(pilot, app)
        await pilot.press("2")
        await until(pilot, lambda: f"{begins} " in shown(app))


@pytest.mark.parametrize(("motion", "level"), [("off", "none"), ("on", "full")])
async def test_motion_is_as_it_is_wished_for(motion: str, level: str) -> None:
    app = dashboard(ScriptedSource(PROJECT), select=WORKING.path, wishes=Wishes(motion=motion))
    async with app.run_test(size=(120, 40)) as pilot:
        await ready(pilot, app)
        assert app.animation_level == level
        await until(pilot, lambda: "04_tests" in shown(app))
        assert app.main.details[Region.AGENTS].is_turning is (motion == "on")


@pytest.mark.parametrize(("mouse", "wanted"), [("on", True), ("off", False)])
def test_the_mouse_is_the_dashboards_or_the_terminals(mouse: str, wanted: bool, tmp_path: Path) -> None:
    wished = {**environment(), "CREW_TUI_UI_MOUSE": mouse}
    with PtySession([*PROGRAM, "--root", str(tmp_path)], wished) as terminal:
        terminal.wait_for("No runs here yet")
        terminal.press("q")
        assert terminal.exit_status() == 0
        assert (b"\x1b[?1000h" in terminal.raw) is wanted
