"""A sign turns only where it is asked for, only while something in sight runs, and only its own line is painted."""

from __future__ import annotations

import asyncio

import pytest
from textual.app import App, ComposeResult
from textual.geometry import Region
from textual.types import AnimationLevel

from crew_core.model.status import TaskStatus
from crew_tui.glyphs import TURNING, UNICODE, glyphs_for, sign_of
from crew_tui.lines import BLANK, Line, Tone, line
from crew_tui.motion import animation_level, spins
from crew_tui.palette import palette_of
from crew_tui.theme_files import themes
from crew_tui.widgets.drawn import Drawn
from crew_tui.widgets.strip_pane import StripPane
from crew_tui.widgets.turning import frame_of
from crew_tui.widgets.view import View

TURNING_SET = glyphs_for({}, wish="unicode", spins=True)


def running(key: str) -> Line:
    sign = sign_of(TaskStatus.RUNNING, TURNING_SET)
    return line((" ", Tone.DIM), (sign.shape, sign.tone), (f" {key}", Tone.TEXT), key=key)


class OnePane(App[None]):
    def __init__(self, pane: StripPane) -> None:
        super().__init__()
        self.pane = pane

    def compose(self) -> ComposeResult:
        yield self.pane


@pytest.mark.parametrize(
    ("wish", "environment", "default", "level"),
    [
        ("on", {"SSH_CONNECTION": "a b"}, "none", "full"),
        ("off", {}, "full", "none"),
        ("auto", {}, "full", "full"),
        ("auto", {}, "none", "none"),
        ("auto", {"SSH_CONNECTION": "a b"}, "full", "none"),
    ],
)
def test_what_glides(wish: str, environment: dict[str, str], default: AnimationLevel, level: AnimationLevel) -> None:
    assert animation_level(wish, environment, default) == level


def test_signs_turn_only_where_it_is_asked_for() -> None:
    assert [spins(wish) for wish in ("auto", "on", "off")] == [False, True, False]
    assert sign_of(TaskStatus.RUNNING, UNICODE).shape == UNICODE.statuses["running"]
    assert sign_of(TaskStatus.RUNNING, TURNING_SET).shape == TURNING
    assert sign_of(TaskStatus.QUEUED, TURNING_SET).shape == UNICODE.statuses["queued"]


def test_each_line_goes_through_all_frames_by_its_own_time() -> None:
    spinner = TURNING_SET.spinner
    for key in ("a", "b"):
        seen = [frame_of(running(key), ticks, spinner) for ticks in range(len(spinner))]
        assert sorted(seen) == sorted(spinner)
    assert frame_of(running("a"), 0, spinner) != frame_of(running("b"), 0, spinner)
    assert frame_of(BLANK, 0, spinner) == frame_of(running("a"), 0, "") == ""


async def test_a_sign_turns_while_it_runs_and_then_nothing_does(monkeypatch: pytest.MonkeyPatch) -> None:
    painted: list[str] = []
    frames: set[str] = set()
    all_seen = asyncio.Event()
    pane = StripPane(palette_of(themes()[0]), TURNING_SET)
    make = pane.make_strip

    def spied(drawn: Drawn):  # type: ignore[no-untyped-def]
        strip = make(drawn)
        painted.append(drawn.line.key)
        if drawn.line.key == "busy":
            frames.add(strip.text[2])
        if len(frames) == len(TURNING_SET.spinner):
            all_seen.set()
        return strip

    monkeypatch.setattr(pane, "make_strip", spied)
    async with OnePane(pane).run_test(size=(30, 6)) as pilot:
        still = line((" ", Tone.DIM), ("still", Tone.TEXT), key="still")
        pane.show(View((running("busy"), still)))
        async with asyncio.timeout(20):
            await all_seen.wait()
        assert frames == set(TURNING_SET.spinner)
        assert painted.count("still") == 1
        assert pane.is_turning
        pane.show(View((still,)))
        await pilot.pause()
        assert not pane.is_turning
        assert TURNING not in "".join(strip.text for strip in pane.render_lines(Region(0, 0, 30, 6)))
