"""A question before something that cannot be undone: it names what it is about, and no is easy."""

from __future__ import annotations

import pytest

from crew_tui.screens.confirm import Confirm, named
from tests.tui.modal_host import NO_ANSWER, Host, opened

NAMES = tuple(f"run {number}" for number in range(12))


def _confirm(app: Host, **options: object) -> Confirm:
    given: dict[str, object] = {"yes": "cancel them", "safe": "keep them", "guard_s": 0.0}
    return Confirm("Cancel 12 runs?", "Their workers end now.", **{**given, **options})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("key", "answer"),
    [("y", True), ("n", False), ("escape", False), ("q", False), ("enter", False), ("x", NO_ANSWER), ("Y", NO_ANSWER)],
)
async def test_only_y_does_it(key: str, answer: object) -> None:
    async with opened(_confirm) as (app, pilot):
        await pilot.press(key)
        assert app.answer is answer


async def test_a_key_that_is_held_down_answers_nothing() -> None:
    async with opened(lambda app: _confirm(app, guard_s=1e9)) as (app, pilot):
        await pilot.press("y", "n", "escape")
        assert app.answer is NO_ANSWER


async def test_what_it_is_done_to_is_named_as_far_as_there_is_room() -> None:
    async with opened(lambda app: _confirm(app, names=NAMES)) as (app, _):
        text = app.text()
        assert "Cancel 12 runs?" in text
        assert "run 7" in text
        assert "run 8" not in text
        assert "and 4 more" in text
        assert named(NAMES[:8]).count("\n") == 7
        assert "\x1b" not in named(["\x1b[31mred"])


async def test_for_many_the_word_has_to_be_typed() -> None:
    async with opened(lambda app: _confirm(app, typed="yes")) as (app, pilot):
        await pilot.press("y")
        assert app.answer is NO_ANSWER
        await pilot.press("e", "enter")
        assert app.answer is NO_ANSWER, "a slip of the finger"
        await pilot.press("s", "enter")
        assert app.answer is True


async def test_enter_without_the_word_is_no() -> None:
    async with opened(lambda app: _confirm(app, typed="yes")) as (app, pilot):
        await pilot.press("enter")
        assert app.answer is False
