"""The help has every key of the table, the place where one is first; so has docs/keys.md."""

from __future__ import annotations

from pathlib import Path

import pytest
from rich.cells import cell_len

from crew_tui.keymap.docs import page
from crew_tui.keymap.fixed import FIXED
from crew_tui.keymap.names import shown_key
from crew_tui.keymap.overrides import with_overrides
from crew_tui.keymap.places import place_words
from crew_tui.keymap.table import DEFAULT
from crew_tui.palette import palette_of
from crew_tui.screens.help import Help, help_lines
from crew_tui.situation import Region, Situation
from crew_tui.widgets.quiet_pane import QuietPane
from tests.tui.modal_host import NO_ANSWER, Host, opened

DOCS = Path(__file__).parents[2] / "docs" / "keys.md"
NOW = Situation(region=Region.RUNS, run_known=True, rows=3)


def _texts(now: Situation = NOW, width: int = 100, **options: object) -> list[str]:
    return [line.text for line in help_lines(now, width, **options)]  # type: ignore[arg-type]


@pytest.mark.parametrize("region", list(Region))
def test_every_key_is_in_the_help_wherever_one_is(region: Region) -> None:
    texts = _texts(Situation(region=region), 200)
    for entry in DEFAULT.entries:
        keys = " ".join(shown_key(key) for key in entry.keys)
        fits = [text for text in texts if entry.says in text and text.strip().startswith(keys)]
        assert fits, (region, entry.action)
    for section in FIXED:
        assert all(any(fixed.says in text for text in texts) for fixed in section.keys)


def test_every_key_is_in_the_docs() -> None:
    rows = page().splitlines()
    for entry in DEFAULT.entries:
        keys = " ".join(f"`{shown_key(key)}`" for key in entry.keys)
        assert any(row.startswith(f"| {keys} | `{entry.action}` | {place_words(entry.scope)} |") for row in rows)


def test_the_docs_are_what_the_table_gives() -> None:
    again = ".venv/bin/python -m crew_tui.keymap.docs >docs/keys.md"
    assert DOCS.read_text() == page(), f"out of date; write it anew: {again}"


def test_the_place_where_one_is_comes_first() -> None:
    texts = _texts(Situation(region=Region.TRANSCRIPT))
    titles = [text.strip() for text in texts if text.startswith(" ") and not text.startswith("  ")]
    assert titles[0] == "Move · transcript"
    here = [place for place, title in enumerate(titles) if title.endswith("· transcript")]
    assert here == list(range(len(here)))


def test_what_does_nothing_now_says_so() -> None:
    texts = _texts()
    assert any("go into the selected run" in text and "not now" not in text for text in texts)
    assert any("retry: run failed" in text and "not now" in text for text in texts)


def test_what_a_person_has_changed_and_what_was_not_followed_is_on_top() -> None:
    keymap, problems = with_overrides(DEFAULT, {"quit": "Q", "help": "r"})
    texts = _texts(keymap=keymap, problems=problems)
    assert texts[0].strip() == "Changed by you: quit q → Q"
    assert (
        texts[1].strip()
        == "Not followed: ui.keys.help: r is reload, everywhere but transcript, replay, alerts; it keeps ?"
    )


def test_a_search_leaves_what_it_finds() -> None:
    found = [text for text in _texts(query="critical path") if text.startswith("  ")]
    assert [text.split()[0] for text in found] == ["c"]
    assert "no key for zzz" in _texts(query="zzz")[1]


@pytest.mark.parametrize("width", [20, 38, 58, 88, 200])
def test_no_line_is_longer_than_there_is_room(width: int) -> None:
    keymap, problems = with_overrides(DEFAULT, {"quit": "Q", "help": "r", "x" * 200: "y"})
    for region in Region:
        lines = help_lines(Situation(region=region), width, keymap, problems)
        assert all(cell_len(line.text) <= width for line in lines)


def _help(app: Host) -> Help:
    return Help(palette_of(app.current_theme), now=NOW)


async def test_slash_searches_and_escape_ends_the_search_first() -> None:
    async with opened(_help) as (app, pilot):
        await pilot.press("slash", *"quit")
        assert "leave the dashboard" in app.text()
        assert "one page up" not in app.text()
        await pilot.press("escape")
        assert "one page up" in app.text()
        assert app.answer is NO_ANSWER
        await pilot.press("escape")
        assert app.answer is None


async def test_what_was_found_can_be_scrolled_after_enter() -> None:
    async with opened(_help, (80, 16)) as (app, pilot):
        await pilot.press("slash", *"the", "enter")
        before = app.text()
        await pilot.press("j", "j")
        assert app.text() != before
        await pilot.press("q")
        assert app.answer is None


@pytest.mark.parametrize("key", ["q", "escape", "question_mark", "enter"])
async def test_these_keys_close_it(key: str) -> None:
    async with opened(_help) as (app, pilot):
        await pilot.press(key)
        assert app.answer is None


async def test_it_scrolls_to_the_end_and_back() -> None:
    async with opened(_help, (80, 24)) as (app, pilot):
        top = app.text()
        await pilot.press("G")
        assert FIXED[-1].keys[-1].says in app.text()
        await pilot.press("g")
        assert app.text() == top
        await pilot.press("pagedown", "pageup", "home", "end", "k", "up", "down", "j")
        assert FIXED[-1].keys[-1].says in app.text()


async def test_everything_typed_at_once_arrives_in_order_here_and_below() -> None:
    app = Host(_help)
    async with app.run_test() as pilot:
        app.type("o", "slash", *"quit", "escape", "escape", "f5")
        await pilot.pause()
        await pilot.pause()
        assert (app.answer, app.pressed) == (None, ["f5"])


@pytest.mark.parametrize("width", [38, 58, 78, 88])
def test_that_a_key_does_nothing_now_is_never_cut_off(width: int) -> None:
    later = [text for text in _texts(Situation(region=Region.AGENTS), width) if "(n" in text]
    assert len(later) > 5
    assert all("  (not now) " in text for text in later)
    assert any("…  (not now)" in text for text in later)


async def test_the_first_frame_has_the_keys() -> None:
    app = Host(_help)
    async with app.run_test(size=(60, 20)):
        screen = _help(app)
        await app.push_screen(screen)
        assert screen.query_one(QuietPane).view.body[1].text.startswith("  ↑ k          one line up")
