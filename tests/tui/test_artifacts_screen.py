"""The list of what a run has brought forth, and reading a piece of it."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path

import pytest

from crew_core.model.records import Artifact
from crew_core.model.status import RunStatus
from crew_core.observe.produced import Condition, Produced
from crew_core.observe.slices import RunSlice
from crew_tui.actions import Action
from crew_tui.aside import Failed
from crew_tui.glyphs import ASCII, UNICODE
from crew_tui.keymap.overrides import with_overrides
from crew_tui.keymap.table import DEFAULT, Keymap
from crew_tui.lines import Kept
from crew_tui.panes.artifacts import artifacts_lines, condition_sign
from crew_tui.screens.artifacts import ArtifactsScreen
from tests.tui.builders import frame, row, run_of, run_slice, tasks
from tests.tui.cover_host import Cover, covered


def artifact(path: str, data: bytes = b"text\n") -> Artifact:
    digest = hashlib.sha256(data).hexdigest()
    return Artifact("result", path, "2026-05-15T14:00:00Z", "01_a", len(data), digest)


def run_with(tmp_path: Path, *pieces: Artifact) -> RunSlice:
    of = row(1, RunStatus.COMPLETED)
    return run_slice(of, path=tmp_path, run=run_of(of, artifacts=pieces))


def screen_of(read: Callable[[], RunSlice], keymap: Keymap = DEFAULT) -> Callable[[Cover], ArtifactsScreen]:
    """:param read: gives the selected run as it is known now."""
    return lambda app: ArtifactsScreen(
        lambda: (read(), tasks()),
        *app.dress(),
        keymap=keymap,
        run_soon=app.run_soon,
        open_text=app.texts.append,
        copy=app.copy,
    )


async def test_pieces_are_listed_with_whether_they_are_intact_and_opened(tmp_path: Path) -> None:
    (tmp_path / "artifacts").mkdir()
    (tmp_path / "artifacts" / "a.md").write_bytes(b"text\n")
    run = run_with(tmp_path, artifact("a.md"), artifact("gone.md"))
    async with covered(screen_of(lambda: run), (80, 12)) as (app, pilot):
        screen = app.shown
        assert isinstance(screen, ArtifactsScreen)
        await app.until(lambda: screen.pane.chosen)
        assert "›✓ a.md" in app.text()
        assert "✗ gone.md" in app.text()
        assert "missing" in app.text()
        await pilot.press("y")
        assert [each.what for each in app.copied] == ["path", "hash"]
        await pilot.press("enter")
        assert [source.title for source in app.texts] == ["a.md"]
        await pilot.press("down", "enter")
        assert len(app.texts) == 1, "what is not there cannot be opened"
        assert Action.OPEN_ITEM not in screen.situation().offers
        await pilot.press("escape")
        assert app.done == [Action.BACK]


async def test_pieces_are_filtered_while_it_is_typed_until_escape(tmp_path: Path) -> None:
    (tmp_path / "artifacts").mkdir()
    (tmp_path / "artifacts" / "a.md").write_bytes(b"text\n")
    run = run_with(tmp_path, artifact("a.md"), artifact("logs/gone.log"), artifact("gone.md"))
    async with covered(screen_of(lambda: run), (80, 12)) as (app, pilot):
        screen = app.shown
        assert isinstance(screen, ArtifactsScreen)
        await app.until(lambda: screen.pane.chosen)
        assert "/ filter" in app.lines()[-1]
        await pilot.press("slash", *"is:missing path:gone.l", "enter")
        await app.until(lambda: "1 of 3 pieces" in app.text())
        assert "logs/gone.log" in app.text()
        assert "a.md" not in app.text()
        assert screen.pane.chosen is not None
        assert screen.pane.chosen.artifact.path == "logs/gone.log"
        await pilot.press("slash", *"x", "enter")
        await app.until(lambda: "Esc shows all." in app.text())
        assert Action.OPEN_ITEM not in screen.situation().offers
        await pilot.press("escape")
        await app.until(lambda: "3 pieces" in app.text())
        assert app.done == []
        await pilot.press("escape")
        assert app.done == [Action.BACK]


async def test_a_run_that_has_brought_nothing_forth_says_so(tmp_path: Path) -> None:
    async with covered(screen_of(lambda: run_with(tmp_path)), (60, 10)) as (app, pilot):
        await app.until(lambda: "nothing forth yet" in app.text())
        await pilot.press("enter", "y", "down")
        app.shown.do(Action.RELOAD)
        assert app.texts == []


async def test_what_a_run_brings_forth_meanwhile_is_there_when_it_is_read_again(tmp_path: Path) -> None:
    known = [run_with(tmp_path, artifact("a.md"))]
    async with covered(screen_of(lambda: known[-1]), (80, 12)) as (app, pilot):
        await app.until(lambda: "a.md" in app.text())
        known.append(run_with(tmp_path, artifact("a.md"), artifact("b.md")))
        await pilot.press("r")
        await app.until(lambda: "b.md" in app.text())
        known.append(run_with(tmp_path / "another", artifact("c.md")))
        (tmp_path / "artifacts").mkdir()
        (tmp_path / "artifacts" / "b.md").write_bytes(b"text\n")
        await pilot.press("r")
        await app.until(lambda: "✓ b.md" in app.text())
        assert "c.md" not in app.text(), "it is of another run, which was selected meanwhile"


async def test_a_double_click_opens_also_where_enter_means_nothing(tmp_path: Path) -> None:
    (tmp_path / "artifacts").mkdir()
    (tmp_path / "artifacts" / "a.md").write_bytes(b"text\n")
    run = run_with(tmp_path, artifact("a.md"))
    keymap, _ = with_overrides(DEFAULT, {"open-item": "f8"})
    async with covered(screen_of(lambda: run, keymap), (80, 12)) as (app, pilot):
        screen = app.shown
        assert isinstance(screen, ArtifactsScreen)
        await app.until(lambda: screen.pane.chosen)
        row = next(y for y, line in enumerate(app.lines()) if "a.md" in line)
        await pilot.click(screen.pane, offset=(3, row), times=2)
        assert [source.title for source in app.texts] == ["a.md"]


def test_loading_and_failing_are_said() -> None:
    assert "reading artifacts" in artifacts_lines(None, frame(), Kept())[0].text
    assert artifacts_lines(None, frame(waited=False), Kept()) == ()
    said = "".join(line.text for line in artifacts_lines(Failed("it cannot be read: I/O error"), frame(), Kept()))
    assert "I/O error" in said


@pytest.mark.parametrize("glyphs", [UNICODE, ASCII])
def test_each_condition_has_a_word_and_a_shape(glyphs: object) -> None:
    signs = [condition_sign(condition, glyphs) for condition in Condition]  # type: ignore[arg-type]
    assert len({(sign.shape, sign.word) for sign in signs}) == len(Condition)


@pytest.mark.parametrize("width", [60, 80, 120])
def test_a_path_is_cut_only_where_there_is_no_room_and_what_is_wrong_with_it_stands_below(width: int) -> None:
    path = "results/a-name-of-33-cells-or-so.md"[: width - 27]
    piece = Produced(artifact(path), Path("/r"), (path,), Condition.UNREADABLE, None, "Permission denied")
    first, second = artifacts_lines([piece], frame(width), Kept())
    assert path in first.text
    assert "unreadable" in first.text
    assert second.text.strip() == "Permission denied"
    assert not second.key, "only the piece itself can be selected"


@pytest.mark.parametrize("width", [0, 1, 5, 30, 60, 80, 120, 200])
def test_lines_fit_every_width_and_say_hostile_names_as_words(width: int) -> None:
    nasty = artifact("\x1b[2Jresults/\u202e01.txt")
    pieces = [Produced(nasty, Path("/r"), ("x",), Condition.CHANGED, 7, "\x1b]0;owned\x07why")]
    for line in artifacts_lines(pieces, frame(width), Kept()):
        assert line.text.isprintable()
        assert "owned" not in line.text
        assert len(line.text) <= max(width, 16)
