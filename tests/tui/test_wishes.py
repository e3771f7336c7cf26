"""Theme and watcher as configured; what is wrong with the settings is told after the first frame."""

from __future__ import annotations

import os
import threading
from pathlib import Path

import pytest

from crew_core.config.first_look import Wishes
from crew_core.store.layout import config_home
from crew_tui.palette import DARK, LIGHT, themes, wanted_theme
from crew_tui.steering import Told
from crew_tui.wishes import checking, wishes_of
from tests.resources.resource_files import put
from tests.tui.builders import a_busy_project
from tests.tui.dashboard import ScriptedSource, dashboard
from tests.tui.test_dashboard import ready, shown, until

PROJECT = a_busy_project()


def _check(start: Path, *flags: str) -> Told | None:
    return checking(start, wishes_of(flags), flags)()


def test_a_theme_that_there_is_is_taken_and_else_the_one_that_fits() -> None:
    assert {theme.name for theme in themes()} == {DARK, LIGHT}
    for name in (DARK, LIGHT):
        assert wanted_theme(name, {"COLORFGBG": "15;0" if name == LIGHT else "0;15"}) == name
    for wish in ("auto", "unknown", ""):
        assert wanted_theme(wish, {"COLORFGBG": "0;15"}) == LIGHT
        assert wanted_theme(wish, {}) == DARK


def test_a_watcher_that_there_is_not_becomes_auto() -> None:
    put(config_home() / "config.toml", "[ui]\nwatcher = 'magic'\ntheme = 'crew-light'\n")
    assert wishes_of(()) == Wishes(theme="crew-light", watcher="auto")
    assert wishes_of(("ui.watcher=polling",)) == Wishes(theme="crew-light", watcher="polling")


def test_right_settings_are_no_news(tmp_path: Path) -> None:
    put(config_home() / "config.toml", "[ui]\nwatcher = 'polling'\ntheme = 'crew-light'\n")
    assert _check(tmp_path) is None


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("[ui]\ntheme = 'dusk'\n", "ui.theme is dusk\nthere is: auto, crew-dark, crew-light"),
        ("[ui]\nwatcher = 'poling'\n", "config.toml:2: ui.watcher is 'poling'\ndid you mean polling?"),
        ("[ui\n", "config.toml:1: no TOML: Expected ']' at the end of a table declaration"),
        ("[limits]\nmaxWorker = 1\n", "config.toml:2: unknown key limits.maxWorker\ndid you mean limits.maxWorkers?"),
    ],
)
def test_what_is_wrong_is_told_and_stays(tmp_path: Path, text: str, told: str) -> None:
    put(config_home() / "config.toml", text)
    found = _check(tmp_path)
    assert found is not None
    assert (found.sticky, found.title, found.text.endswith(told)) == (True, "settings", True)


async def test_the_dashboard_is_there_before_it_is_told() -> None:
    painted = threading.Event()

    def look_again() -> Told:
        assert painted.wait(20)
        return Told("ui.theme is dusk", sticky=True, title="settings")

    app = dashboard(ScriptedSource(PROJECT), theme=LIGHT, look_again=look_again)
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
