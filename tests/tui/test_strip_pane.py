"""A pane paints what changed, nothing else, and asks the system nothing while it does."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from textual.app import App, ComposeResult
from textual.geometry import Region
from textual.strip import Strip

from crew_core.model.state import Task
from crew_core.model.status import TaskStatus
from crew_tui.glyphs import ASCII, UNICODE
from crew_tui.lines import Kept, Line, Tone, line
from crew_tui.palette import palette_of
from crew_tui.panes.agents import agents_lines
from crew_tui.theme_files import themes
from crew_tui.widgets.drawn import Drawn
from crew_tui.widgets.strip_pane import StripPane
from crew_tui.widgets.view import View
from tests.tui.builders import frame, task, tasks

PALETTE = palette_of(themes()[0])


class SpiedPane(StripPane):
    """Remembers which lines it painted and which regions it asked to be painted."""

    def __init__(self, **options: object) -> None:
        super().__init__(PALETTE, **options)  # type: ignore[arg-type]
        self.painted: list[str] = []
        self.asked: list[tuple[Region, ...]] = []

    def make_strip(self, drawn: Drawn) -> Strip:
        self.painted.append(drawn.line.key)
        return super().make_strip(drawn)

    def refresh(self, *regions: Region, **options: bool):  # type: ignore[no-untyped-def]
        if hasattr(self, "asked"):
            self.asked.append(regions)
        return super().refresh(*regions, **options)

    def forget(self) -> None:
        self.painted.clear()
        self.asked.clear()


class OnePane(App[None]):
    def __init__(self, pane: StripPane) -> None:
        super().__init__()
        self.pane = pane

    def compose(self) -> ComposeResult:
        yield self.pane


def keyed(name: str) -> Line:
    return line((" ", Tone.DIM), (name, Tone.TEXT), key=name)


def rows(*names: str) -> tuple[Line, ...]:
    return tuple(map(keyed, names))


def screen_text(pane: StripPane) -> list[str]:
    width, height = pane.size
    return [strip.text for strip in pane.render_lines(Region(0, 0, width, height))]


async def test_an_identical_view_paints_nothing() -> None:
    pane = SpiedPane()
    async with OnePane(pane).run_test(size=(80, 24)) as pilot:
        view = View(rows("a", "b"))
        pane.show(view)
        await pilot.pause()
        pane.forget()
        pane.show(view)
        pane.show(View(view.body))
        await pilot.pause()
        assert pane.painted == []
        assert pane.asked == []


async def test_one_of_500_tasks_changes_and_one_line_is_painted() -> None:
    pane = SpiedPane(selectable=True)
    kept: Kept[Line] = Kept()
    members: list[Task] = [task(f"t{number:03}") for number in range(500)]

    def show() -> None:
        pane.show(View(agents_lines(tasks(*members), frame(78), kept)))

    async with OnePane(pane).run_test(size=(80, 24)) as pilot:
        show()
        await pilot.pause()
        pane.forget()
        members[3] = task("t003", TaskStatus.RUNNING)
        show()
        await pilot.pause()
        assert pane.asked == [(Region(0, 4, 80, 1),)]
        assert pane.painted == ["t003"]
        pane.forget()
        members[300] = task("t300", TaskStatus.RUNNING)  # not on screen
        show()
        await pilot.pause()
        assert pane.painted == []


@pytest.fixture
def no_system_calls(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    def refuse(*args: object, **kwargs: object) -> None:
        raise AssertionError("painting asked the system")

    with monkeypatch.context() as patch:
        patch.setattr("builtins.open", refuse)
        for name in ("stat", "open", "listdir", "scandir"):
            patch.setattr(os, name, refuse)
        patch.setattr(Path, "read_text", refuse)
        patch.setattr(subprocess, "Popen", refuse)
        yield


async def test_painting_works_when_every_system_call_raises(request: pytest.FixtureRequest) -> None:
    pane = SpiedPane(selectable=True)
    async with OnePane(pane).run_test(size=(80, 24)) as pilot:
        pane.show(View(rows("a")))
        await pilot.pause()
        members = tasks(task("a", TaskStatus.RUNNING), task("b"))
        request.getfixturevalue("no_system_calls")
        pane.show(View(agents_lines(members, frame(78), Kept())))
        assert "running" in screen_text(pane)[1]


async def test_the_selection_stays_on_its_row_when_rows_come_and_go() -> None:
    pane = SpiedPane(selectable=True)
    async with OnePane(pane).run_test(size=(40, 10)) as pilot:
        pane.show(View(rows("a", "b", "c")))
        pane.select("b")
        pane.show(View(rows("new", "a", "b", "c")))
        await pilot.pause()
        assert pane.selected == "b"
        pane.show(View(rows("new", "a", "c")))
        assert pane.selected == "c", "the nearest one takes over"
        pane.show(View(()))
        assert pane.selected == ""


async def test_rows_that_come_above_do_not_move_what_is_looked_at() -> None:
    pane = SpiedPane(selectable=True)
    async with OnePane(pane).run_test(size=(40, 6)) as pilot:
        names = [f"r{number:02}" for number in range(30)]
        pane.show(View(rows(*names)))
        pane.select("r20")
        await pilot.pause()
        before = next(y for y, text in enumerate(screen_text(pane)) if "r20" in text)
        pane.show(View(rows("x", "y", *names)))
        await pilot.pause()
        assert "r20" in screen_text(pane)[before]


async def test_moving_skips_headings_and_keeps_the_cursor_in_sight() -> None:
    pane = SpiedPane(selectable=True)
    async with OnePane(pane).run_test(size=(40, 6)) as pilot:
        heading = line((" HEADING", Tone.DIM))
        pane.show(View((heading, *rows("a", "b"), heading, *rows("c", "d", "e"))))
        await pilot.pause()
        assert pane.selected == "a"
        pane.move(2)
        assert pane.selected == "c"
        pane.move_end()
        assert pane.selected == "e"
        assert any("›e" in text for text in screen_text(pane))
        pane.move_home()
        assert pane.selected == "a"


async def test_the_bottom_border_is_no_row() -> None:
    pane = SpiedPane(selectable=True)
    async with OnePane(pane).run_test(size=(40, 6)) as pilot:
        pane.show(View(rows("a", "b", "c", "d", "e", "f")))
        await pilot.click(pane, offset=(3, 4))
        assert pane.selected == "d"
        await pilot.click(pane, offset=(3, 5))
        assert pane.selected == "d"


async def test_following_keeps_the_newest_line_in_sight_until_one_scrolls_up() -> None:
    pane = SpiedPane()
    async with OnePane(pane).run_test(size=(40, 6)) as pilot:
        pane.follow(True)
        pane.show(View(rows(*map(str, range(100, 150)))))
        await pilot.pause()
        assert "149" in screen_text(pane)[4]
        assert "▲ 46" in screen_text(pane)[5]
        pane.move(-1)
        assert not pane.following
        pane.show(View(rows(*map(str, range(100, 160)))))
        assert "148" in screen_text(pane)[4]


@pytest.mark.parametrize("size", [(1, 1), (2, 2), (3, 3), (8, 3), (60, 20)])
async def test_every_size_can_be_painted(size: tuple[int, int]) -> None:
    pane = SpiedPane(selectable=True)
    async with OnePane(pane).run_test(size=size) as pilot:
        pane.show(View(rows("a", "b", "你好 wide"), head=rows("h"), title="title", note="note"))
        await pilot.pause()
        for strip in pane.render_lines(Region(0, 0, *size)):
            assert strip.cell_length == size[0]


async def test_no_color_leaves_no_colour(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    pane = SpiedPane(selectable=True)
    async with OnePane(pane).run_test(size=(40, 5)) as pilot:
        pane.show(View((line((" ", Tone.DIM), ("bad", Tone.FAIL), key="a"),)))
        await pilot.pause()
        for strip in pane.render_lines(Region(0, 0, 40, 5)):
            for segment in strip:
                assert segment.style is not None
                for colour in (segment.style.color, segment.style.bgcolor):
                    if colour is not None and colour.triplet is not None:
                        assert len(set(colour.triplet)) == 1, "a grey"


async def test_other_terminals_get_only_ascii() -> None:
    pane = SpiedPane(glyphs=ASCII, selectable=True)
    async with OnePane(pane).run_test(size=(40, 5)) as pilot:
        pane.show(View(rows("a · b – c…"), title="t"))
        await pilot.pause()
        assert all(text.isascii() for text in screen_text(pane))


def test_the_unicode_frame_is_one_cell_each() -> None:
    assert len(UNICODE.frame) == len(UNICODE.frame_focus) == len(ASCII.frame) == 6


async def test_the_headings_above_the_first_line_are_seen_when_it_is_selected() -> None:
    pane = SpiedPane(selectable=True)
    heading = line((" NEEDS YOU", Tone.DIM))
    body = (heading, heading, *rows(*(f"r{number:02}" for number in range(30))))
    async with OnePane(pane).run_test(size=(40, 12)) as pilot:
        pane.show(View((line(("reading", Tone.DIM)),)))
        await pilot.pause()
        pane.show(View(body))
        await pilot.pause()
        assert pane.selected == "r00"
        assert "NEEDS YOU" in screen_text(pane)[1]
        pane.move_end()
        assert "r29" in screen_text(pane)[-2]
        pane.move_home()
        assert "NEEDS YOU" in screen_text(pane)[1]
        pane.move(1)
        assert "NEEDS YOU" in screen_text(pane)[1]
