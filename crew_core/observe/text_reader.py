"""Reads one text for a screen in a thread of its own: what is in sight first, the rest step by step."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Generic, TypeVar

from crew_core.observe.reading_thread import TELL_S, ReadingThread
from crew_core.observe.text_book import MOST_FOUND, Book, Found, NothingThere, OpenText, Part, Progress, why_not
from crew_core.observe.text_file import Change

T = TypeVar("T")

#: Parts that were scrolled past before they could be read are not wanted any more.
_WANTED = 6


class TextReader(ReadingThread, Generic[T]):
    """Methods may be called from any thread and return at once. What it tells is told in its thread."""

    def __init__(
        self,
        open_text: Callable[[], OpenText[T]],
        *,
        progress: Callable[[Progress], None],
        part_read: Callable[[int, Part, Sequence[T]], None],
        found: Callable[[Found], None],
        may_change: bool = False,
    ) -> None:
        """:param may_change: its file is looked at again from time to time."""
        super().__init__("text", may_change=may_change)
        self._open_text = open_text
        self._tell_progress = progress
        self._tell_part = part_read
        self._tell_found = found
        self._text: OpenText[T] | None = None
        self._book: Book[T] | None = None
        self._wish = 0
        self._layout: tuple[int, bool] | None = None
        self._complete = False
        self._failed = ""
        self._failed_at: Path | None = None
        self._absent = False
        self._change = Change.NONE
        self._told_at = 0.0
        self._wanted: deque[Part] = deque(maxlen=_WANTED)
        self._matches: Callable[[str], int | None] | None = None
        self._search = 0
        self._found: list[int] = []
        self._searched = 0
        self._said_at = 0.0
        self._ask(self._open)

    def lay_out(self, wish: int, width: int, *, wrap: bool) -> None:
        """For this width from now on; what is told carries the number of the wish."""
        self._ask(partial(self._lay_out, wish, width, wrap))

    def want(self, wish: int, part: Part) -> None:
        """The rows of a part, if the wish is still the newest one."""
        self._ask(partial(self._want, wish, part))

    def search(self, search: int, matches: Callable[[str], int | None] | None) -> None:
        """Find in all of it from now on; None: nothing more. :param search: the number of the search."""
        self._ask(partial(self._look_for, search, matches))

    def look_again(self) -> None:
        """Its file may have changed."""
        self._ask(self._look_again)

    def call(self, ask: Callable[[OpenText[T]], None]) -> None:
        """Something else about the text, in the thread; not asked when it could not be opened."""
        self._ask(lambda: ask(self._text) if self._text is not None else None)

    # From here on: the thread

    def _open(self) -> None:
        try:
            self._text = self._open_text()
            self._looked_at = time.monotonic()
            self._absent, self._failed_at = False, None
        except OSError as error:
            self._absent = isinstance(error, NothingThere)
            self._failed_at = Path(error.filename) if isinstance(error.filename, str) else None
            self._fail(why_not(error))

    def _fail(self, why: str) -> None:
        self._complete = True
        if why != self._failed:
            self._failed = why
            self._tell()

    def _shut(self) -> None:
        if self._text is not None:
            self._text.close()

    def _looks_again(self) -> bool:
        return self._may_change or bool(self._requests)

    def _step(self) -> bool:
        book = self._book
        if book is None:
            return False
        if self._wanted:
            part = self._wanted.pop()
            self._tell_part(self._wish, part, book.rows_of(part))
            return True
        if self._matches is not None and self._searched < len(book.parts):
            self._search_more(book, self._matches)
            return True
        if not self._complete:
            self._read_more(book)
            return True
        return False

    def _read_more(self, book: Book[T]) -> None:
        first = not book.parts
        self._complete = not book.read_more()
        if first or self._complete or time.monotonic() - self._told_at >= TELL_S:
            self._tell()
        if self._complete:
            self._say_found()

    def _search_more(self, book: Book[T], matches: Callable[[str], int | None]) -> None:
        """The next part; told from time to time, and when there is nothing left to be searched."""
        if len(self._found) < MOST_FOUND:
            # A line that lies in several parts is one match.
            last = self._found[-1] if self._found else -1
            try:
                self._found += (row for row in book.found(book.parts[self._searched], matches) if row != last)
            except OSError as error:
                # What cannot be read would be tried without end.
                self._searched = len(book.parts)
                self._fail(why_not(error))
                self._say_found()
                return
        self._searched += 1
        ended = self._complete and self._searched >= len(book.parts)
        if ended or time.monotonic() - self._said_at >= TELL_S:
            self._say_found()

    def _say_found(self) -> None:
        if self._matches is None or self._book is None:
            return
        self._said_at = time.monotonic()
        searching = not self._complete or self._searched < len(self._book.parts)
        self._tell_found(Found(self._wish, self._search, self._found, len(self._found), searching))

    def _tell(self) -> None:
        self._told_at = time.monotonic()
        parts = self._book.parts if self._book is not None else []
        text = self._text
        self._tell_progress(
            Progress(
                wish=self._wish,
                parts=parts,
                count=len(parts),
                size_bytes=text.size_bytes if text is not None else 0,
                complete=self._complete,
                path=text.path if text is not None else None,
                note=text.note if text is not None else "",
                failed=self._failed,
                failed_at=self._failed_at,
                absent=self._absent,
                change=self._change,
            )
        )

    def _lay_out(self, wish: int, width: int, wrap: bool) -> None:
        self._wish = wish
        self._layout = (width, wrap)
        if self._text is None:
            self._tell()
            return
        self._book = self._text.laid_out(width, wrap=wrap)
        self._complete = False
        self._failed = ""
        self._wanted.clear()
        self._search_anew()

    def _want(self, wish: int, part: Part) -> None:
        if wish == self._wish and part not in self._wanted:
            self._wanted.append(part)

    def _look_for(self, search: int, matches: Callable[[str], int | None] | None) -> None:
        self._search, self._matches = search, matches
        self._search_anew()
        if self._book is not None and not self._book.parts:
            self._say_found()

    def _search_anew(self) -> None:
        self._found = []
        self._searched = 0
        self._said_at = 0.0

    def _look_again(self) -> None:
        self._looked_at = time.monotonic()
        if self._text is None:
            self._try_again()
            return
        change = self._text.look_again()
        if change is Change.NONE and self._change is Change.NONE:
            return
        gone = change is Change.GONE
        if change is Change.OTHER or (self._change is Change.GONE and not gone):
            self._text.close()
            self._text = self._book = None
            self._try_again()
        elif change is Change.GREW and self._book is not None:
            self._book.grew()
            self._searched = min(self._searched, len(self._book.parts))
            self._complete = False
        if gone and self._change is not Change.GONE:
            self._change = Change.GONE
            self._tell()

    def _try_again(self) -> None:
        self._change, self._failed = Change.NONE, ""
        self._open()
        if self._text is not None and self._layout is not None:
            self._lay_out(self._wish, self._layout[0], self._layout[1])
