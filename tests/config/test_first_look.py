"""What the dashboard sees before its first frame is what counts afterwards, and nothing there can stop it."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

import pytest

from crew_core.config.first_look import Wishes, first_look, spelled
from crew_core.config.layers import Flag, load
from crew_core.config.schema import keys
from crew_core.store.layout import config_home
from tests.resources.resource_files import put


@pytest.mark.parametrize(
    "text", ["", "[ui]\ntheme = 'light'\nmouse = 'off'\ntime = 'utc'\n", "ui.watcher = 'polling'\nui.theme = 'x'\n"]
)
@pytest.mark.parametrize("environment", [{}, {"CREW_TUI_UI_THEME": "dusk"}, {"CREW_TUI_UI_EMOJI_WIDTH": "strip"}])
@pytest.mark.parametrize(
    "flags", [(), ("ui.theme=dawn",), ("ui.emojiWidth=narrow",), ("ui.watcher=watchfiles", "limits.maxWorkers=3")]
)
def test_both_looks_see_the_same(text: str, environment: dict[str, str], flags: tuple[str, ...]) -> None:
    put(config_home() / "config.toml", text)
    asked = [Flag(flag, *flag.split("=")) for flag in flags]
    ui = load(config_home(), None, trusted=True, environment=environment, flags=asked).settings.ui
    assert first_look(environment, flags) == Wishes(**ui.model_dump())


def test_it_knows_every_setting_of_the_dashboard() -> None:
    there = {key.name: key.default for key in keys().values() if key.section == "ui"}
    assert there == {spelled(name): wish for name, wish in asdict(Wishes()).items()}


@pytest.mark.parametrize(
    "text",
    ["[ui\n", "ui = 3\n", "[ui]\ntheme = 3\nwatcher = []\n", b"\xff", "[[ui]]\n", "#" * 20_000, "a=" + "[" * 9000],
)
def test_a_file_that_is_wrong_makes_no_difference(text: str | bytes) -> None:
    put(config_home() / "config.toml", text)
    assert first_look({}) == Wishes()


def test_what_is_no_file_makes_no_difference() -> None:
    (config_home() / "config.toml").mkdir(parents=True)
    assert first_look({}) == Wishes()


def test_a_project_has_no_say(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    put(tmp_path / ".crew" / "config.toml", "[ui]\ntheme = 'theirs'\n")
    monkeypatch.chdir(tmp_path)
    assert first_look({}) == Wishes()
