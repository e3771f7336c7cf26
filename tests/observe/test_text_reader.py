"""A text is read in a thread: first what is in sight, then the rest; what changes on disk is noticed."""

from __future__ import annotations

import errno
import os
import queue
import threading
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from crew_core.observe.text_book import Found, NothingThere, Part, Progress
from crew_core.observe.text_file import Change, Lines, TextFile, open_file
from crew_core.observe.text_reader import TextReader
from crew_tui.lines import Line
from crew_tui.texts.paged import PagedText
from crew_tui.texts.painting import PLAIN

_PATIENCE_S = 30.0


class Told:
    """All that a reader tells, in order."""

    def __init__(self) -> None:
        self._queue: queue.Queue[object] = queue.Queue()
        self.reader: TextReader[Line] | None = None

    def progress(self, progress: Progress) -> None:
        self._queue.put(progress)

    def part_read(self, wish: int, part: Part, rows: Sequence[Line]) -> None:
        self._queue.put((wish, part, rows))

    def found(self, found: Found) -> None:
        self._queue.put(found)

    def next(self, wanted: Callable[[Any], bool]) -> Any:
        """The next thing told that is wanted."""
        while not wanted(told := self._queue.get(timeout=_PATIENCE_S)):
            pass
        return told

    def complete(self, wish: int) -> Progress:
        found: Progress = self.next(lambda told: isinstance(told, Progress) and told.complete and told.wish == wish)
        return found


def ends_when_closed_before_its_wake_up_is_cleared(reader: Any) -> bool:
    """Whether its thread ends when `close` comes between its look at that and its next sleep."""

    class Closing(threading.Event):
        def clear(self) -> None:
            reader.close()
            super().clear()

    reader._awake = Closing()
    reader.start()
    reader._thread.join(_PATIENCE_S)
    return not reader._thread.is_alive()


@pytest.fixture
def told() -> Iterator[Told]:
    told = Told()
    yield told
    if told.reader is not None:
        told.reader.close()


def read(told: Told, path: Path, **options: Any) -> TextReader[Line]:
    def open_text() -> PagedText:
        return PagedText(open_file(path), PLAIN)

    told.reader = TextReader(
        options.pop("open_text", open_text),
        progress=told.progress,
        part_read=told.part_read,
        found=told.found,
        **options,
    )
    told.reader.start()
    return told.reader


def texts(rows: Sequence[Line]) -> list[str]:
    return [row.text.strip() for row in rows]


def test_a_text_is_laid_out_and_its_rows_come_when_they_are_wanted(tmp_path: Path, told: Told) -> None:
    (tmp_path / "a").write_text("".join(f"line {number}\n" for number in range(50_000)))
    reader = read(told, tmp_path / "a")
    reader.lay_out(1, 80, wrap=False)
    done = told.complete(1)
    assert (done.rows, done.lines, done.read_bytes) == (50_000, 50_000, done.size_bytes)
    last = done.parts[done.at_row(49_999)]
    reader.want(1, last)
    _, part, rows = told.next(lambda each: isinstance(each, tuple))
    assert part is last
    assert len(rows) == part.rows
    assert texts(rows)[-1] == "line 49999"


def test_wrapping_makes_more_rows_of_the_same_lines(tmp_path: Path, told: Told) -> None:
    (tmp_path / "a").write_text("word " * 30 + "\nshort\n")
    reader = read(told, tmp_path / "a")
    reader.lay_out(1, 42, wrap=False)
    assert told.complete(1).rows == 2
    reader.lay_out(2, 42, wrap=True)
    done = told.complete(2)
    assert (done.rows, done.lines) == (5, 2)
    reader.want(2, done.parts[0])
    _, _, rows = told.next(lambda each: isinstance(each, tuple))
    assert texts(rows) == [("word " * 8).strip()] * 3 + [("word " * 6).strip(), "short"]


def test_a_line_of_a_megabyte_is_one_line(tmp_path: Path, told: Told) -> None:
    (tmp_path / "a").write_text("before\n" + "x" * 1_000_000 + "needle\nafter\n")
    reader = read(told, tmp_path / "a")
    reader.lay_out(1, 82, wrap=False)
    done = told.complete(1)
    assert (done.rows, done.lines) == (3, 3)
    reader.search(1, lambda text: text.find("needle") if "needle" in text else None)
    found = told.next(lambda each: isinstance(each, Found) and not each.searching)
    assert list(found.rows) == [1]
    reader.lay_out(2, 82, wrap=True)
    assert told.complete(2).lines == 3
    found = told.next(lambda each: isinstance(each, Found) and not each.searching and each.wish == 2)
    assert len(found.rows) == 1
    assert found.rows[0] >= 1_000_000 // 80


def test_a_search_finds_the_rows_of_all_matches(tmp_path: Path, told: Told) -> None:
    (tmp_path / "a").write_text(
        "".join(f"{'hit' if number % 1000 == 7 else 'line'} {number}\n" for number in range(20_000))
    )
    reader = read(told, tmp_path / "a")
    reader.search(5, lambda text: 0 if text.startswith("hit") else None)
    reader.lay_out(1, 80, wrap=False)
    found = told.next(lambda each: isinstance(each, Found) and not each.searching)
    assert (found.search, found.wish) == (5, 1)
    assert list(found.rows[: found.count]) == list(range(7, 20_000, 1000))


def test_what_is_appended_is_read(tmp_path: Path, told: Told) -> None:
    path = tmp_path / "a"
    path.write_text("one\nhal")
    reader = read(told, path, may_change=True)
    reader.lay_out(1, 80, wrap=False)
    assert told.complete(1).rows == 2
    with path.open("a") as more:
        more.write("f\nthree\n")
    reader.look_again()
    done = told.next(lambda each: isinstance(each, Progress) and each.complete and each.rows == 3)
    reader.want(1, done.parts[0])
    _, _, rows = told.next(lambda each: isinstance(each, tuple))
    assert texts(rows) == ["one", "half", "three"]


def test_what_was_replaced_is_read_anew(tmp_path: Path, told: Told) -> None:
    path = tmp_path / "a"
    path.write_text("old\n")
    reader = read(told, path)
    reader.lay_out(1, 80, wrap=False)
    before = told.complete(1)
    (tmp_path / "b").write_text("new\nnew\n")
    (tmp_path / "b").rename(path)
    reader.look_again()
    after = told.next(lambda each: isinstance(each, Progress) and each.complete and each.rows == 2)
    assert after.parts is not before.parts


def test_what_was_deleted_stays_and_is_said(tmp_path: Path, told: Told) -> None:
    path = tmp_path / "a"
    path.write_text("was here\n")
    reader = read(told, path)
    reader.lay_out(1, 80, wrap=False)
    done = told.complete(1)
    path.unlink()
    reader.look_again()
    gone = told.next(lambda each: isinstance(each, Progress) and each.change is Change.GONE)
    assert gone.rows == 1
    reader.want(1, done.parts[0])
    _, _, rows = told.next(lambda each: isinstance(each, tuple))
    assert texts(rows) == ["was here"]
    path.write_text("again\nagain\n")
    reader.look_again()
    assert told.next(lambda each: isinstance(each, Progress) and each.rows == 2).change is Change.NONE


def test_what_is_not_there_is_said_and_found_when_it_comes(tmp_path: Path, told: Told) -> None:
    path = tmp_path / "a"
    reader = read(told, path)
    reader.lay_out(1, 80, wrap=False)
    failed = told.next(lambda each: isinstance(each, Progress) and each.wish == 1)
    assert (failed.failed, failed.complete, failed.rows) == ("it is not there", True, 0)
    path.write_text("now\n")
    reader.look_again()
    assert told.next(lambda each: isinstance(each, Progress) and each.rows == 1).failed == ""


def test_a_source_says_in_its_own_words_that_there_is_nothing(tmp_path: Path, told: Told) -> None:
    def nothing() -> PagedText:
        raise NothingThere("There is no summary.")

    read(told, tmp_path, open_text=nothing)
    said = told.next(lambda each: isinstance(each, Progress))
    assert (said.failed, said.absent) == ("There is no summary.", True)


def test_a_fault_of_the_program_ends_the_reading_and_is_told(tmp_path: Path, told: Told) -> None:
    (tmp_path / "a").write_text("one\n")
    reader = read(told, tmp_path / "a")
    reader.lay_out(1, 80, wrap=False)
    told.complete(1)

    def fail(text: object) -> None:
        raise ZeroDivisionError

    reader.call(fail)
    failed = told.next(lambda each: isinstance(each, Progress) and bool(each.failed))
    assert "own error" in failed.failed
    assert failed.rows == 1, "what was read stays"


class _WornOut(TextFile):
    """A file whose disk gives nothing a second time."""

    def lines_at(self, offset: int, size_bytes: int | None = None) -> Lines | None:
        if size_bytes is not None:
            raise OSError(errno.EIO, os.strerror(errno.EIO))
        return super().lines_at(offset)


def test_a_search_ends_where_the_text_cannot_be_read(tmp_path: Path, told: Told) -> None:
    (tmp_path / "a").write_text("one\n")
    worn_out = _WornOut(tmp_path / "a", os.open(tmp_path / "a", os.O_RDONLY))
    reader = read(told, tmp_path / "a", open_text=lambda: PagedText(worn_out, PLAIN))
    reader.lay_out(1, 80, wrap=False)
    told.complete(1)
    reader.search(1, lambda text: 0)
    assert "Input/output error" in told.next(lambda each: isinstance(each, Progress) and bool(each.failed)).failed
    assert list(told.next(lambda each: isinstance(each, Found) and not each.searching).rows) == []


def test_a_reader_that_is_closed_just_before_it_falls_asleep_ends(tmp_path: Path, told: Told) -> None:
    (tmp_path / "a").write_text("one\n")
    reader: TextReader[Line] = TextReader(
        lambda: PagedText(open_file(tmp_path / "a"), PLAIN),
        progress=told.progress,
        part_read=told.part_read,
        found=told.found,
    )
    assert ends_when_closed_before_its_wake_up_is_cleared(reader)
