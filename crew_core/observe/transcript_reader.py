"""Reads one transcript for a screen in a thread of its own: its end at once, then all of it, then what is appended."""

from __future__ import annotations

import re
import time
from collections import deque
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Generic, TypeVar

from crew_core.observe.byte_file import Bytes
from crew_core.observe.reading_thread import TELL_S, ReadingThread
from crew_core.observe.text_book import NothingThere, why_not
from crew_core.observe.text_file import Change
from crew_core.observe.transcript_entries import Entry
from crew_core.observe.transcript_index import TranscriptIndex, tail_start
from crew_core.observe.transcript_search import Texts, TranscriptSearch
from crew_core.observe.transcript_told import Contents, FindTranscript, Hits, Made, Transcript, Wanted

T = TypeVar("T")

#: What was made for the screen is told after this: a whole page comes at once where it can.
_BATCH_S = 0.01


class TranscriptReader(ReadingThread, Generic[T]):
    """Methods may be called from any thread and return at once. What it tells is told in its thread."""

    def __init__(
        self,
        texts: Texts,
        *,
        contents: Callable[[Contents], None],
        made: Callable[[Sequence[Made[T]]], None],
        found: Callable[[Hits], None],
    ) -> None:
        """:param texts: the lines of an entry that are searched."""
        super().__init__("crew-io")
        self._texts = texts
        self._tell_contents = contents
        self._tell_made = made
        self._tell_found = found
        self._wanted: deque[Wanted[T]] = deque()
        self._number = 0
        self._find: FindTranscript | None = None
        self._transcript: Transcript | None = None
        self._file: Bytes | None = None
        self._shown: TranscriptIndex | None = None
        self._whole: TranscriptIndex | None = None
        self._failed = ""
        self._absent = False
        self._change = Change.NONE
        self._restarts = 0
        self._told_at = 0.0
        self._pattern: re.Pattern[str] | None = None
        self._search_number = 0
        self._search: TranscriptSearch | None = None
        self._searching = False
        self._said_at = 0.0

    def open(self, number: int, find: FindTranscript, *, grows: bool) -> None:
        """This one from now on, in place of any other. :param grows: see `watch`."""
        self._ask(partial(self._open, number, find, grows))

    def watch(self, *, grows: bool) -> None:
        """Whether somebody may be writing it: then it is looked at again each second, else only when asked."""
        self._ask(partial(self._watch, grows))

    def look_again(self) -> None:
        """Its file may have changed."""
        self._ask(self._look_again)

    def want(self, wanted: Sequence[Wanted[T]]) -> None:
        """These are needed now, in this order; what was wanted before and is not among them is not any more."""
        self._ask(partial(self._want, wanted))

    def search(self, search: int, pattern: re.Pattern[str] | None) -> None:
        """Find in all of it from now on; None: nothing more. :param search: the number of the search."""
        self._ask(partial(self._look_for, search, pattern))

    def whole(self, index: TranscriptIndex, entry: int, take: Callable[[Entry, Path], None]) -> None:
        """Call ``take``, in the thread, with all of an entry."""
        self._ask(partial(self._give_whole, index, entry, take))

    # From here on: the thread

    def _step(self) -> bool:
        if self._wanted:
            self._make_wanted()
            return True
        if self._file is None or self._shown is None or self._whole is None or self._failed:
            return False
        return self._read_more(self._shown, self._whole) or self._search_more()

    def _make_wanted(self) -> None:
        """For a moment, or all of it."""
        until = time.monotonic() + _BATCH_S
        made: list[Made[T]] = []
        while self._wanted and time.monotonic() < until:
            each = self._wanted.popleft()
            if each.index is self._shown:
                what = each.make(each.index.entry(each.entry))
                made.append(Made(each.look, each.unfolded, each.index, each.entry, what))
        if made:
            self._tell_made(made)

    def _read_more(self, shown: TranscriptIndex, whole: TranscriptIndex) -> bool:
        if shown is not whole and not shown.complete:
            shown.read_more()
            self._tell()
            return True
        if whole.complete or not whole.read_more():
            return False
        if whole.complete:
            self._shown = whole
        if whole.complete or time.monotonic() - self._told_at >= TELL_S:
            self._tell()
        return True

    def _search_more(self) -> bool:
        search = self._search
        if search is None or self._shown is not self._whole:
            return False
        if search.step():
            self._searching = True
            if time.monotonic() - self._said_at >= TELL_S:
                self._say_found(search)
            return True
        if self._searching:
            self._searching = False
            self._say_found(search)
        return False

    def _say_found(self, search: TranscriptSearch) -> None:
        self._said_at = time.monotonic()
        self._tell_found(
            Hits(
                search=self._search_number,
                index=self._whole,
                hits=tuple(search.hits),
                searching=self._searching,
                searched_bytes=search.searched_bytes,
                size_bytes=self._file.size_bytes if self._file else 0,
                full=search.full,
            )
        )

    def _tell(self) -> None:
        self._told_at = time.monotonic()
        shown, whole, file = self._shown, self._whole, self._file
        table = shown.table if shown else None
        self._tell_contents(
            Contents(
                number=self._number,
                index=shown,
                count=len(table) if table else 0,
                last_said=table.last_said if table else -1,
                raw=table.raw if table else 0,
                size_bytes=file.size_bytes if file else 0,
                read_bytes=whole.lines.read_to if whole else 0,
                earlier_bytes=shown.lines.start if shown else 0,
                rest_bytes=shown.lines.rest_bytes if shown else 0,
                complete=whole is not None and whole is shown and whole.complete,
                changed=shown.tell_changed() if shown else frozenset(),
                path=self._transcript.path if self._transcript else None,
                failed=self._failed,
                absent=self._absent,
                change=self._change,
                restarts=self._restarts,
                cost=shown.cost if shown else None,
            )
        )

    def _fail(self, why: str) -> None:
        self._wanted.clear()
        if why != self._failed:
            self._failed = why
            self._tell()

    # What is asked

    def _open(self, number: int, find: FindTranscript, grows: bool) -> None:
        self._shut()
        self._number, self._find, self._may_change = number, find, grows
        self._transcript, self._failed, self._restarts = None, "", 0
        self._wanted.clear()
        self._begin()

    def _begin(self) -> None:
        """Find and open it. That it cannot be is told, and so is that it is empty; else its end is read next."""
        before, self._failed, self._absent = self._failed, "", False
        self._looked_at = time.monotonic()
        self._change = Change.NONE
        if self._find is None:
            return
        try:
            found = self._transcript = self._find()
            file = self._file = found.open()
            start = tail_start(file)
        except OSError as error:
            self._shut()
            self._failed = why_not(error)
            self._absent = isinstance(error, FileNotFoundError | NothingThere)
            if self._failed != before:
                self._tell()
            return
        self._whole = TranscriptIndex(file, found.decode)
        self._shown = self._whole if start is None else TranscriptIndex(file, found.decode, start)
        self._search_anew()
        if not file.size_bytes:
            self._tell()

    def _shut(self) -> None:
        if self._file is not None:
            self._file.close()
        self._file = self._shown = self._whole = self._search = None

    def _watch(self, grows: bool) -> None:
        if grows is not self._may_change:
            self._may_change = grows
            # What it wrote last may not have been seen yet.
            self._look_again()

    def _want(self, wanted: Sequence[Wanted[T]]) -> None:
        self._wanted = deque(wanted)

    def _look_for(self, search: int, pattern: re.Pattern[str] | None) -> None:
        self._search_number, self._pattern = search, pattern
        self._search_anew()

    def _search_anew(self) -> None:
        self._search = None
        if self._pattern is not None and self._whole is not None and self._transcript is not None:
            verbatim = self._transcript.verbatim
            self._search = TranscriptSearch(self._whole, self._pattern, self._texts, verbatim=verbatim)
            # That nothing was found is told as well.
            self._searching = True

    def _give_whole(self, index: TranscriptIndex, entry: int, take: Callable[[Entry, Path], None]) -> None:
        if index is self._shown and self._transcript is not None:
            take(index.whole(entry), self._transcript.path)

    def _look_again(self) -> None:
        self._looked_at = time.monotonic()
        if self._file is None or self._whole is None:
            self._begin()
            return
        change = self._file.look_again()
        was_gone, gone = self._change is Change.GONE, change is Change.GONE
        anew = change is Change.OTHER or (change is Change.GREW and not self._whole.still_same())
        if anew or (was_gone and not gone):
            self._shut()
            self._restarts += 1
            self._begin()
        elif gone and not was_gone:
            self._change = change
            self._tell()
        elif change is Change.GREW:
            self._failed = ""
