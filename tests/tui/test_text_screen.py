"""A text on the screen: read while it is looked at, wrapped, searched, copied, and true when its file changes."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from threading import Event

import pytest
from rich.cells import cell_len

from crew_core.observe.text_book import NothingThere, OpenText
from crew_core.observe.text_file import Change
from crew_tui.actions import Action
from crew_tui.glyphs import ASCII, Glyphs
from crew_tui.lines import Line, Tone
from crew_tui.text import path_end
from crew_tui.texts.forms import given
from crew_tui.texts.source import TextSource, contained_source, file_source
from tests.tui.cover_host import Cover, covered, first_row_is_read, reading, text_screen

HOSTILE = "\x1b[2J\x1b]0;owned\x07go\u202eal\rback\n\tindented [red]x[/]\n"


def written(path: Path, text: str) -> TextSource:
    path.write_text(text)
    return file_source(path)


def body(app: Cover) -> list[str]:
    """The lines between the borders."""
    return [line[1:-1].rstrip() for line in app.lines()[1:-2]]


async def test_a_text_says_its_name_its_path_and_its_size(tmp_path: Path) -> None:
    async with reading(written(tmp_path / "notes.txt", "one\ntwo\n"), (60, 10)) as (app, screen, _):
        assert app.lines()[0].startswith("┏━ notes.txt ")
        assert body(app)[0].split()[-3:] == [f"…/{tmp_path.name}/notes.txt", "8", "bytes"]
        assert body(app)[1:3] == [" one", " two"]
        assert screen.pane.view.note == ""


async def test_long_lines_are_wrapped_or_cut_and_the_place_is_kept(tmp_path: Path) -> None:
    source = written(tmp_path / "a.txt", "".join(f"line {number} {'word ' * 30}\n" for number in range(300)))
    async with reading(source, (60, 12)) as (app, screen, pilot):
        wrapped = screen.pane.progress.rows  # type: ignore[union-attr]
        assert wrapped == 900
        for _ in range(20):
            await pilot.press("pagedown")
        await app.until(lambda: first_row_is_read(screen))
        # The first row of some line is at the top.
        while not body(app)[1].startswith(" line"):
            await pilot.press("down")
        top = body(app)[1].split()[1]
        await pilot.press("w")
        await app.until(lambda: screen.pane.progress.rows == 300 and first_row_is_read(screen))  # type: ignore[union-attr]
        assert body(app)[1].split()[1] == top
        assert body(app)[1].endswith("…")
        await pilot.press("w")
        await app.until(lambda: screen.pane.progress.rows == 900 and first_row_is_read(screen))  # type: ignore[union-attr]
        assert body(app)[1].split()[1] == top


async def test_a_search_is_shown_while_it_is_typed_and_goes_round(tmp_path: Path) -> None:
    text = "".join(f"{'needle' if number in (5, 50, 90) else 'hay'} {number}\n" for number in range(100))
    async with reading(written(tmp_path / "a.txt", text), (60, 12)) as (app, screen, pilot):
        await pilot.press("down", "slash", *"needl")
        await app.until(lambda: screen.pane.rows.match == 5)
        await pilot.press("enter")
        await app.until(lambda: app.screen is screen)
        assert "match 1 of 3" in app.text()
        assert any(line.startswith("›needle 5") for line in body(app))
        seen = []
        for _ in range(3):
            before = screen.pane.rows.match
            await pilot.press("n")
            await app.until(partial(lambda before: screen.pane.rows.match != before, before))
            seen.append(screen.pane.rows.match)
            assert any(line.startswith(f"›needle {seen[-1]}") for line in body(app))
        assert seen == [50, 90, 5]
        await pilot.press("N")
        await app.until(lambda: screen.pane.rows.match == 90)
        assert "match 3 of 3" in app.text()
        await pilot.press("w")
        await app.until(lambda: "3 matches" in app.text())
        await pilot.press("escape")
        assert screen.pane.rows.pattern is None
        assert app.done == []
        await pilot.press("escape")
        assert app.done == [Action.BACK]


async def test_a_search_without_a_match_leaves_one_where_one_was(tmp_path: Path) -> None:
    text = "".join(f"line {number}\n" for number in range(100))
    async with reading(written(tmp_path / "a.txt", text), (60, 12)) as (app, screen, pilot):
        await pilot.press("down", "down", "down", "slash", *"9")
        await app.until(lambda: screen.pane.rows.match == 9)
        await pilot.press(*"zz")
        await app.until(lambda: screen.pane.rows.found is not None and not screen.pane.rows.found.searching)
        assert screen.pane._first == 3
        await pilot.press("backspace", "backspace", "(")
        assert "no regular expression" in app.text()
        await pilot.press("escape")
        await app.until(lambda: app.screen is screen)
        assert screen.pane.rows.pattern is None


@pytest.mark.parametrize("followed", [False, True])
async def test_a_search_that_is_given_up_leads_back(tmp_path: Path, followed: bool) -> None:
    (tmp_path / "a.txt").write_text("".join(f"line {number}\n" for number in range(100)))
    source = contained_source(tmp_path, ("a.txt",), may_change=followed)
    async with reading(source, (60, 12)) as (app, screen, pilot):
        await pilot.press("G", "slash", *"line 50")
        await app.until(lambda: screen.pane.rows.match == 50)
        assert any(line.startswith("›line 50") for line in body(app))
        await pilot.press("escape")
        await app.until(lambda: app.screen is screen and first_row_is_read(screen))
        assert " line 99" in body(app)
        assert screen.pane.following is followed


async def test_a_match_beyond_the_edge_is_brought_into_sight(tmp_path: Path) -> None:
    source = file_source(tmp_path / "a.jsonl")
    (tmp_path / "a.jsonl").write_text("{}\n" + '{"a":"' + "x" * 500 + 'needle"}\n')
    async with reading(source, (60, 8)) as (app, screen, pilot):
        await pilot.press("slash", *"needle", "enter")
        await app.until(lambda: screen.pane.rows.match == 1)
        assert any(line.startswith("›…x") and "needle" in line for line in body(app))


async def test_text_and_path_can_be_copied(tmp_path: Path) -> None:
    async with reading(written(tmp_path / "a.md", "# Title\n"), (60, 8)) as (app, _, pilot):
        await pilot.press("y")
        await app.until(lambda: app.copied)
        assert [(each.what, each.text) for each in app.copied] == [
            ("text", "# Title\n"),
            ("path", str(tmp_path / "a.md")),
        ]
        await pilot.press("E")
        assert app.edited == [tmp_path / "a.md"]


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "It is empty."),
        (b"PNG\0\1", "binary, 5 bytes"),
        (b"half \xe2\x82\n", "half \ufffd"),
        (b"x" * 1_000_000, "xxxx"),
    ],
)
async def test_every_kind_of_content_has_something_to_show(tmp_path: Path, data: bytes, says: str) -> None:
    (tmp_path / "a").write_bytes(data)
    async with reading(file_source(tmp_path / "a"), (60, 10)) as (app, _, _):
        assert says in app.text()


async def test_what_cannot_be_shown_says_why(tmp_path: Path) -> None:
    async with reading(file_source(tmp_path / "nothing"), (60, 8)) as (app, screen, _):
        assert "it is not there" in app.text()
        assert screen.situation().offers == frozenset()

    def nothing(glyphs: Glyphs) -> OpenText[Line]:
        raise NothingThere("There is no summary.")

    async with reading(TextSource("summary", nothing), (60, 8)) as (app, _, _):
        assert "There is no summary." in app.text()
    (tmp_path / "link").symlink_to(tmp_path / "nothing")
    async with reading(contained_source(tmp_path, ("link",)), (60, 8)) as (app, _, _):
        assert "symbolic link" in app.text()


@pytest.mark.parametrize(
    "make",
    [lambda root: file_source(root / "gone"), lambda root: contained_source(root, ("gone",))],
    ids=["file", "contained"],
)
async def test_what_cannot_be_read_is_named_with_its_path(tmp_path: Path, make: Callable[[Path], TextSource]) -> None:
    """Of several projects nobody knows otherwise whose it is."""
    async with reading(make(tmp_path), (60, 8)) as (app, screen, _):
        assert body(app)[0].endswith(f"/{tmp_path.name}/gone")
        assert "it is not there" in app.text()
        assert screen.situation().offers == frozenset()


async def test_until_a_text_is_there_it_says_that_it_is_read() -> None:
    there = Event()

    def slowly(glyphs: Glyphs) -> OpenText[Line]:
        there.wait()
        return given([(("at last", Tone.TEXT),)])

    async with covered(text_screen(TextSource("slow", slowly)), (60, 8)) as (app, _):
        assert "reading the text…" in app.text()
        there.set()
        await app.until(lambda: "at last" in app.text())


async def test_a_file_that_vanishes_stays_and_is_said(tmp_path: Path) -> None:
    source = written(tmp_path / "a.txt", "was here\n")
    async with reading(source, (60, 8)) as (app, screen, _):
        (tmp_path / "a.txt").unlink()
        screen._reader.look_again()
        await app.until(lambda: screen.pane.progress.change is Change.GONE)  # type: ignore[union-attr]
        assert "deleted since; this is what it was" in app.text()
        assert " was here" in body(app)


async def test_a_file_that_is_replaced_is_read_again(tmp_path: Path) -> None:
    source = written(tmp_path / "a.txt", "old\n")
    async with reading(source, (60, 8)) as (app, screen, _):
        (tmp_path / "b").write_text("new\nlines\n")
        (tmp_path / "b").rename(tmp_path / "a.txt")
        screen.do(Action.RELOAD)
        await app.until(lambda: screen.pane.progress.rows == 2 and first_row_is_read(screen))  # type: ignore[union-attr]
        assert body(app)[1:3] == [" new", " lines"]


async def test_the_end_of_a_growing_file_can_be_followed(tmp_path: Path) -> None:
    path = tmp_path / "out.txt"
    path.write_text("".join(f"line {number}\n" for number in range(100)))
    source = contained_source(tmp_path, ("out.txt",), may_change=True)
    async with reading(source, (60, 10)) as (app, screen, pilot):
        await pilot.press("G")
        await app.until(lambda: first_row_is_read(screen))
        assert "follow" in app.text()
        with path.open("a") as more:
            more.write("the newest\n")
        screen._reader.look_again()
        await app.until(lambda: screen.pane.progress.rows == 101 and first_row_is_read(screen))  # type: ignore[union-attr]
        assert any(line == " the newest" for line in body(app))
        await pilot.press("up")
        assert "follow" not in app.text()


async def test_hostile_text_is_shown_as_words_only(tmp_path: Path) -> None:
    for name in ("a.txt", "a.md", "a.jsonl", "a.diff"):
        async with reading(written(tmp_path / name, HOSTILE), (60, 12)) as (app, _, _):
            assert all(line.isprintable() for line in app.lines())
            assert "owned" not in app.text()
            assert "[red]x[/]" in app.text()


async def test_other_terminals_get_only_ascii(tmp_path: Path) -> None:
    async with reading(written(tmp_path / "a.md", "# T\n\n- item\n"), (60, 10), ASCII) as (app, _, _):
        assert all(line.isascii() for line in app.lines()[:-1])


@pytest.mark.parametrize("size", [(2, 2), (10, 4), (60, 20), (80, 24), (120, 40), (200, 50)])
async def test_every_size_is_filled_exactly(tmp_path: Path, size: tuple[int, int]) -> None:
    source = written(tmp_path / "a.md", "# Title\n\nSome words 你好 that are wrapped\n\n|a|b|\n|-|-|\n|c|d|\n" * 20)
    async with reading(source, size) as (app, _, _):
        assert all(cell_len(line) <= size[0] for line in app.lines())


def test_the_end_of_a_path_says_what_it_is() -> None:
    assert path_end(Path("/a/b/c.txt"), 30) == "/a/b/c.txt"
    assert path_end(Path("/home/someone/projects/thing/results/01.txt"), 24) == "…/thing/results/01.txt"
    assert cell_len(path_end(Path("/x/" + "y" * 50), 20)) == 20
