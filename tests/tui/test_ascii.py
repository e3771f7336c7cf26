"""With ASCII glyphs nothing that we draw is anything else, on any screen; and every glyph is one cell."""

from __future__ import annotations

from dataclasses import fields

import pytest
from rich.cells import cell_len

from crew_core.model.status import RunStatus, TaskStatus
from crew_tui.ascii_only import INSTEAD
from crew_tui.glyphs import ASCII, PLAIN, UNICODE, Glyphs, glyphs_for, sign_of
from crew_tui.situation import TABS
from tests.pictures.cells import Picture, picture
from tests.pictures.taking import taken
from tests.snapshots.cases import SCREENS
from tests.tui.builders import a_busy_project
from tests.tui.dashboard import ScriptedSource, dashboard
from tests.tui.test_dashboard import ready, until

ALL = "".join(map(chr, [*range(0x2190, 0x2200), *range(0x2500, 0x25FD), *range(0x2800, 0x2900)])) + "…–·×›✓✗‖"


def shapes(glyphs: Glyphs) -> list[str]:
    """Each character of a set."""
    found = [*glyphs.statuses.values(), *glyphs.spinner]
    for each in fields(glyphs):
        value = getattr(glyphs, each.name)
        if isinstance(value, str):
            found += value
    return found


def foreign(shown: Picture) -> set[str]:
    return {cell.text for row in shown.rows for cell in row if not cell.text.isascii()}


@pytest.mark.parametrize("plain", [True, False])
@pytest.mark.parametrize("wish", ["auto", "unicode", "ascii"])
def test_every_glyph_is_one_cell(plain: bool, wish: str) -> None:
    glyphs = glyphs_for({}, plain=plain, wish=wish, spins=True)
    assert {cell_len(shape) for shape in shapes(glyphs)} == {1}
    assert all(shape.isascii() for shape in shapes(glyphs)) or (glyphs.statuses, plain) == (UNICODE.statuses, False)


@pytest.mark.parametrize("glyphs", [UNICODE, ASCII, PLAIN], ids=["unicode", "ascii", "plain"])
def test_every_status_has_a_shape_of_its_own(glyphs: Glyphs) -> None:
    assert len(set(glyphs.statuses.values())) == len(glyphs.statuses)
    words = {each.value: sign_of(each, glyphs) for each in (*RunStatus, *TaskStatus)}
    assert all(sign.word == word and sign.shape == glyphs.statuses[word] for word, sign in words.items())
    assert sign_of(None, glyphs).shape == glyphs.unknown


def test_each_character_has_one_of_ascii_in_its_place() -> None:
    for char in ALL:
        instead = char.translate(INSTEAD)
        assert instead.isascii(), char
        assert (len(instead), cell_len(char)) == (1, 1), char
    assert "Grüße 你好 a-z".translate(INSTEAD) == "Grüße 你好 a-z"


def test_the_wish_counts_before_what_the_terminal_seems_to_have(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("locale.getpreferredencoding", lambda setlocale=True: "ANSI_X3.4-1968")
    assert glyphs_for({}) == ASCII
    assert glyphs_for({}, wish="unicode") == UNICODE
    monkeypatch.setattr("locale.getpreferredencoding", lambda setlocale=True: "UTF-8")
    assert glyphs_for({}) == UNICODE
    assert glyphs_for({}, wish="ascii") == ASCII
    assert glyphs_for({"TERM": "dumb"}) == ASCII
    assert glyphs_for({"TERM": "dumb"}, wish="unicode") == UNICODE
    assert glyphs_for({}, plain=True, wish="unicode") == PLAIN


@pytest.mark.parametrize("name", [name for name in SCREENS if name != "hostile"])
async def test_no_screen_has_anything_but_ascii(name: str) -> None:
    case = SCREENS[name]
    assert foreign(await taken(case.slices, case.keys, size=(100, 30), glyphs="ascii")) == set()


async def test_no_tab_and_no_message_has_anything_but_ascii(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("crew_tui.app.glyphs_for", lambda *_, **__: ASCII)
    app = dashboard(ScriptedSource(a_busy_project()))
    async with app.run_test(size=(140, 40), notifications=True) as pilot:
        await ready(pilot, app)
        app.notify("a message", title="with a title", severity="error", timeout=60)
        await until(pilot, lambda: any("a message" in text for text in _lines(picture(app.screen))))
        (told,) = [text for text in _lines(picture(app.screen)) if "a message" in text]
        assert "| a message" in told
        for tab in TABS:
            app.main.go_to(tab)
            await pilot.pause()
            assert foreign(picture(app.screen)) == set(), tab


def _lines(shown: Picture) -> list[str]:
    return ["".join(cell.text for cell in row) for row in shown.rows]
