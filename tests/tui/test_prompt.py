"""One line at the bottom of the screen: what is below stays visible, nothing typed is lost, Esc undoes."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from rich.cells import cell_len

from crew_tui.screens.prompt import Prompt, Suggestion, offered_line
from tests.tui.modal_host import NO_ANSWER, Host, opened

WORDS = ("status:", "team:", "text")


def _suggest(text: str, at: int) -> Sequence[Suggestion]:
    begun = text[:at].rpartition(" ")[2]
    start = at - len(begun)
    found = [word for word in WORDS if word.startswith(begun)]
    return [Suggestion(word, text[:start] + word + text[at:], start + len(word)) for word in found]


def _prompt(told: list[str] | None = None, initial: str = "") -> Prompt:
    def changed(text: str) -> str:
        if told is not None:
            told.append(text)
        return f"{len(text)} of 12"

    return Prompt("filter", initial, changed=changed, suggestions=_suggest, placeholder="what is wanted")


async def test_what_it_is_about_stays_in_sight_and_each_change_is_told() -> None:
    told: list[str] = []
    async with opened(lambda app: _prompt(told, "ab")) as (app, pilot):
        await pilot.press("c")
        assert app.lines()[0].startswith("what is below")
        assert app.lines()[-1].startswith(" filter abc")
        assert app.lines()[-1].rstrip().endswith("3 of 12")
        assert told == ["ab", "abc"]
        await pilot.press("left", "enter")
        assert (app.answer, told) == ("abc", ["ab", "abc", "abc"])


async def test_a_long_note_gives_way_to_the_text() -> None:
    note = "needs < or > and a time such as 1h, or 30m, or 2d"
    async with opened(lambda app: Prompt("filter", changed=lambda text: note), (60, 12)) as (app, pilot):
        assert app.lines()[-1].startswith(" filter ")
        await pilot.press(*"status:failed age")
        line = app.lines()[-1].rstrip()
        assert line.startswith(" filter status:failed age  needs < or > and a time")
        assert line.endswith("…")
        await pilot.press(*": team:review goes on")
        assert app.lines()[-1].rstrip() == " filter status:failed age: team:review goes on  needs < or…"
        await pilot.press(*" and on")
        assert app.lines()[-1].rstrip() == " filter status:failed age: team:review goes on and on"


async def test_of_the_keys_only_whole_ones_are_told_and_what_may_be_written_stays_in_sight() -> None:
    def prompt(app: object) -> Prompt:
        return Prompt(
            "to 04", turns=("now", "later"), placeholder="what it should know", enter="send", escape="not now"
        )

    async with opened(prompt, (60, 12)) as (app, _):
        assert app.lines()[-1].rstrip() == " to 04 what it should know            Enter send  Tab later"
    async with opened(prompt, (80, 12)) as (app, _):
        assert app.lines()[-1].rstrip().endswith("Enter send  Tab later  Esc not now  ↑ earlier")


async def test_escape_answers_with_nothing() -> None:
    async with opened(lambda app: _prompt()) as (app, pilot):
        await pilot.press("x", "escape")
        assert app.answer is None


async def test_an_empty_line_is_an_answer() -> None:
    async with opened(lambda app: _prompt(initial="ab")) as (app, pilot):
        await pilot.press("ctrl+u")
        assert "what is wanted" in app.lines()[-1]
        await pilot.press("enter")
        assert app.answer == ""


async def test_tab_takes_one_suggestion_after_the_other() -> None:
    async with opened(lambda app: _prompt(initial="x t")) as (app, pilot):
        assert app.lines()[-2].split() == ["team:", "text"]
        await pilot.press("tab")
        assert app.lines()[-2].split() == ["[team:]", "text"]
        await pilot.press("tab", "tab", "shift+tab")
        assert app.lines()[-1].startswith(" filter x text")
        await pilot.press(*" st", "tab", "enter")
        assert app.answer == "x text status:"


async def test_where_nothing_can_follow_tab_does_nothing() -> None:
    async with opened(lambda app: _prompt(initial="zzz")) as (app, pilot):
        await pilot.press("tab", "enter")
        assert app.answer == "zzz"
        assert not app.lines()[-2].strip()


async def test_lines_typed_earlier_come_back_and_the_one_begun_is_kept() -> None:
    async with opened(lambda app: _prompt()) as (app, pilot):
        await pilot.press(*"first", "enter", "o", *"second", "enter", "o", *"third")
        await pilot.press("up")
        assert app.lines()[-1].startswith(" filter second")
        await pilot.press("up", "up")
        assert app.lines()[-1].startswith(" filter first")
        await pilot.press("down", "down")
        assert app.lines()[-1].startswith(" filter third")
        await pilot.press("up", "enter", "o", "up", "up", "enter")
        assert app.answer == "first"


async def test_another_kind_has_lines_of_its_own() -> None:
    app = Host(lambda app: Prompt("search", kind=f"kind {len(app.pressed)}"))
    async with app.run_test() as pilot:
        await pilot.press("o", "x", "enter", "f5", "o", "up", "enter")
        assert app.answer == ""


async def test_everything_typed_at_once_arrives_in_order_here_and_below() -> None:
    app = Host(lambda app: _prompt())
    async with app.run_test() as pilot:
        app.type("o", *"hello world", "left", "x", "enter", "f5", "f6")
        await pilot.pause()
        await pilot.pause()
        assert app.answer == "hello worlxd"
        assert app.pressed == ["f5", "f6"]


async def test_a_paste_of_several_lines_becomes_one() -> None:
    from textual.events import Paste

    async with opened(lambda app: _prompt()) as (app, pilot):
        app.post_message(Paste("one\ntwo\x1b[31m\n"))
        await pilot.pause()
        await pilot.press("enter")
        assert app.answer == "one two "


async def test_hostile_words_do_not_reach_the_terminal() -> None:
    async with opened(lambda app: Prompt("x", changed=lambda text: "\x1b[31mred\nline")) as (app, _):
        assert app.answer is NO_ANSWER
        assert app.lines()[-1].rstrip().endswith("red line")


@pytest.mark.parametrize("width", [30, 60, 200])
async def test_it_fits_every_terminal(width: int) -> None:
    async with opened(lambda app: _prompt(initial="long " * 60), (width, 12)) as (app, _):
        assert all(cell_len(line) == width for line in app.lines())
        assert "long" in app.lines()[-1]


def test_the_taken_suggestion_is_in_sight_among_many() -> None:
    offered = [Suggestion(f"word{number}", "", 0) for number in range(40)]
    for taken in range(40):
        line = offered_line(offered, taken, 60)
        assert f"[word{taken}]" in line.text
        assert cell_len(line.text) <= 60
