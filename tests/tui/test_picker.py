"""A list to choose from: what is typed narrows it, the best comes first, nothing that cannot be done is chosen."""

from __future__ import annotations

import pytest
from rich.cells import cell_len

from crew_tui.choosing import Choice, choice_lines, fitting
from crew_tui.fuzzy import match
from crew_tui.lines import Tone
from crew_tui.screens.picker import Picker
from tests.tui.modal_host import NO_ANSWER, Host, opened

FRUIT = (
    Choice("a", "apple", "round"),
    Choice("b", "banana", "long"),
    Choice("c", "cherry", why_not="out of season"),
    Choice("d", "date palm"),
    Choice("e", "elder apple", also="shrub"),
)


def _picker(**options: str) -> Picker:
    return Picker("fruit", FRUIT, **options)


def _found(query: str) -> str:
    return "".join(each.choice.key for each in fitting(FRUIT, query))


@pytest.mark.parametrize(
    ("query", "keys"),
    [
        ("", "abcde"),
        ("apple", "ae"),
        ("APP", "ae"),
        ("dp", "de"),
        ("palm date", "d"),
        ("shrub", "e"),
        ("an", "b"),
        ("er", "ec"),
        ("zzz", ""),
        ("apple zzz", ""),
    ],
)
def test_words_are_found_where_they_begin_then_inside_then_by_their_letters(query: str, keys: str) -> None:
    assert _found(query) == keys


async def test_the_first_frame_has_the_choices() -> None:
    picker = _picker()
    app = Host(lambda _: picker)
    async with app.run_test(size=(60, 20)):
        await app.push_screen(picker)
        assert picker.list.view.body[0].text.split() == ["apple", "round"]


def test_the_letters_that_were_meant_are_known() -> None:
    assert match("app", "elder apple") == match("APP", "Elder Apple")
    hit = match("da pa", "date palm")
    assert hit is not None
    assert hit.at == (0, 1, 5, 6)
    initials = match("dp", "date palm")
    assert initials is not None
    assert (initials.at, initials.whole) == ((0, 5), False)
    assert match("a" * 500, "a " * 40) is None


@pytest.mark.parametrize("width", [10, 24, 40, 80])
def test_lines_fit_and_say_why_something_cannot_be_chosen(width: int) -> None:
    lines = choice_lines(fitting(FRUIT, ""), width)
    assert all(cell_len(line.text) <= width for line in lines)
    assert [line.key for line in lines] == ["a", "b", "", "d", "e"]
    assert all(tone is Tone.DIM for text, tone in lines[2].pieces if text.strip())
    if width >= 40:
        assert "out of season" in lines[2].text
    assert "nothing fits" in choice_lines([], width)[0].text or width < 14


async def test_the_arrows_pass_over_what_cannot_be_chosen() -> None:
    async with opened(lambda app: _picker()) as (app, pilot):
        await pilot.press("down", "down", "enter")
        assert app.answer == "d"


async def test_typing_narrows_and_enter_takes_the_best() -> None:
    async with opened(lambda app: _picker()) as (app, pilot):
        await pilot.press(*"elder")
        assert "banana" not in app.text()
        await pilot.press("enter")
        assert app.answer == "e"


async def test_deleting_what_was_typed_lists_everything_again() -> None:
    async with opened(lambda app: _picker()) as (app, pilot):
        await pilot.press(*"zz")
        assert "nothing fits" in app.text()
        await pilot.press("enter")
        assert app.answer is NO_ANSWER
        await pilot.press("ctrl+u")
        assert "banana" in app.text()


async def test_what_cannot_be_chosen_is_not() -> None:
    async with opened(lambda app: _picker()) as (app, pilot):
        await pilot.press(*"cherry", "enter")
        assert app.answer is NO_ANSWER
        assert "out of season" in app.text()


async def test_escape_chooses_nothing() -> None:
    async with opened(lambda app: _picker()) as (app, pilot):
        await pilot.press("escape")
        assert app.answer is None


async def test_it_begins_on_what_was_chosen_before() -> None:
    async with opened(lambda app: _picker(start="b")) as (app, pilot):
        await pilot.press("enter")
        assert app.answer == "b"


async def test_everything_typed_at_once_arrives_in_order_here_and_below() -> None:
    """The screen is not even made when the first letters come, and gone when the last do."""
    app = Host(lambda app: _picker())
    async with app.run_test() as pilot:
        app.type("o", *"eld", "enter", "f5", "f6")
        await pilot.pause()
        await pilot.pause()
        assert app.answer == "e"
        assert app.pressed == ["f5", "f6"]


async def test_the_mouse_moves_the_cursor_and_pressed_twice_chooses() -> None:
    async with opened(lambda app: _picker()) as (app, pilot):
        picker = app.screen
        assert isinstance(picker, Picker)
        await pilot.click(picker.list, offset=(3, 1))
        assert picker.chosen == FRUIT[1]
        await pilot.click(picker.list, offset=(3, 2))
        assert picker.chosen == FRUIT[1]
        await pilot.click(picker.list, offset=(3, 3), times=2)
        assert app.answer == "d"


@pytest.mark.parametrize("size", [(40, 12), (60, 20), (200, 50)])
async def test_it_fits_every_terminal(size: tuple[int, int]) -> None:
    many = [Choice(str(number), f"choice number {number}", "hint") for number in range(100)]
    async with opened(lambda app: Picker("many", many), size) as (app, pilot):
        assert all(cell_len(line) == size[0] for line in app.lines())
        await pilot.press(*(["pagedown"] * 20))
        assert "choice number 99" in app.text()
        await pilot.press("enter")
        assert app.answer == "99"
