"""Pictures show what the screen shows: every character, in its colours, in its place; the same each time."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest
from rich.style import Style
from textual.strip import Segment

from crew_tui.glyphs import UNICODE
from crew_tui.theme_tables import DARK, MONO
from tests.pictures.cells import Cell, Picture, _cells
from tests.pictures.font import cell_size, has
from tests.pictures.gallery import LOOKS, contacts
from tests.pictures.png import image
from tests.pictures.shapes import polygons
from tests.pictures.sheet import sheet
from tests.pictures.svg import svg
from tests.pictures.taking import taken
from tests.snapshots.cases import SCREENS

SIZE = 20
WIDTH, HEIGHT = cell_size(SIZE)
RED, BLUE = (200, 0, 0), (0, 0, 90)


def one(text: str, **style: bool) -> Picture:
    return Picture(2, ((Cell(text, 0, 1, RED, BLUE, **style), Cell(" ", 1, 1, RED, BLUE)),))


def inked(text: str, **style: bool) -> set[tuple[int, int]]:
    """The pixels that are no background any more."""
    made = image(one(text, **style), SIZE)
    return {(x, y) for x in range(made.width) for y in range(made.height) if made.getpixel((x, y)) != BLUE}


def test_the_font_and_our_shapes_have_every_glyph() -> None:
    drawn = {*UNICODE.statuses.values(), *UNICODE.frame, *UNICODE.frame_focus, *"⠋⠙…–·×↑↓←→◆◇◐", UNICODE.full}
    for char in drawn | {UNICODE.cursor, UNICODE.crumb, UNICODE.live, UNICODE.polling, UNICODE.stale, UNICODE.empty}:
        assert polygons(char) or has(char), char
        assert inked(char), char


@pytest.mark.parametrize("text", ["a", "W", "_", "▶", "✓", "✗", "█", "┏", "⣿"])
def test_no_character_leaves_its_cell(text: str) -> None:
    for style in ({}, {"bold": True}, {"italic": True}):
        places = inked(text, **style)
        assert max(x for x, _ in places) <= WIDTH
        assert {y for _, y in places} <= set(range(HEIGHT))


def test_lines_meet_those_of_the_next_cell() -> None:
    assert {x for x, _ in inked("─")} == set(range(WIDTH))
    assert {y for _, y in inked("┃")} == set(range(HEIGHT))
    assert len(inked("┃")) > len(inked("│")) > 0
    corner = inked("┏")
    assert (max(x for x, _ in corner), max(y for _, y in corner)) == (WIDTH - 1, HEIGHT - 1)
    assert inked("█") == {(x, y) for x in range(WIDTH) for y in range(HEIGHT)}


def test_what_the_font_lacks_is_a_box_as_wide_as_its_cells() -> None:
    wide = Picture(2, ((Cell("你", 0, 2, RED, BLUE),),))
    made = image(wide, SIZE)
    places = [x for x in range(made.width) for y in range(made.height) if made.getpixel((x, y)) == RED]
    assert max(places) > WIDTH


def test_styles_become_what_a_terminal_makes_of_them() -> None:
    plain, reversed_, dim = (
        next(_cells([Segment("x", Style.parse(style))]))
        for style in ("#ff0000 on #000000", "reverse #ff0000 on #000000", "dim #ff0000 on #000000")
    )
    assert (plain.colour, plain.background) == ((255, 0, 0), (0, 0, 0))
    assert (reversed_.colour, reversed_.background) == ((0, 0, 0), (255, 0, 0))
    assert (dim.colour, dim.background) == ((153, 0, 0), (0, 0, 0))
    underlined = inked("a", underline=True)
    assert len([1 for x, y in underlined if y == max(y for _, y in underlined)]) >= WIDTH


async def test_an_svg_has_the_text_of_the_screen_and_is_the_same_each_time() -> None:
    case = SCREENS["agents"]
    first, again = [await taken(case.slices, case.keys, size=(100, 30)) for _ in range(2)]
    drawn = svg(first, "agents & more")
    assert drawn == svg(again, "agents & more")
    root = ET.fromstring(drawn)
    assert root.find("{*}title").text == "agents & more"  # type: ignore[union-attr]
    said = " ".join(each.text or "" for each in root.findall(".//{*}text"))
    for words in ("Refactor auth middleware", "04_tests", "blocked", "14:03"):
        assert words in said
    assert not re.search(r'id="|http(?!://www\.w3\.org)', drawn)


@pytest.mark.parametrize("theme", [DARK, MONO])
async def test_a_box_over_the_screen_shows_it_through(theme: str) -> None:
    case = SCREENS["confirm"]
    shown = await taken(case.slices, case.keys, size=(100, 30), theme=theme)
    words = "".join(cell.text for row in shown.rows for cell in row)
    assert "Cancel run cfc0cf97?" in words
    assert "NEEDS YOU" in words


async def test_the_form_for_a_new_run_looks_the_same_wherever_it_is_made(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = SCREENS["new-run"]
    here = await taken(case.slices, case.keys, size=(100, 30))
    (tmp_path / ".crew").mkdir()
    monkeypatch.chdir(tmp_path)
    assert await taken(case.slices, case.keys, size=(100, 30)) == here
    words = "".join(cell.text for row in here.rows for cell in row)
    assert "works in /src/acme-api" in words
    assert "after 02_execute" in words


async def test_a_sheet_has_room_for_all_pictures() -> None:
    pictures = await contacts(("runs", "help"), ("crew-dark",), ((60, 20), (80, 24)))
    assert next(iter(pictures)) == "runs · crew-dark · 60x20"
    made = sheet(pictures, across=2, size=10)
    assert made.width > 2 * 80 * cell_size(10)[0]
    assert made.height > (20 + 24) * cell_size(10)[1]


def test_there_are_not_more_svgs_than_somebody_looks_at() -> None:
    assert len(LOOKS) <= 60
