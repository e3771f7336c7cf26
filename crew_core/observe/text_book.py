"""A text laid out in rows, part by part: what its reader makes of it and what a screen is told."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol, TypeVar

from crew_core.observe.text_file import Change

T_co = TypeVar("T_co", covariant=True)

#: Rows with a match that are remembered; more are only a number.
MOST_FOUND = 1_000_000


@dataclass(frozen=True, slots=True)
class Part:
    """Some lines of a text, laid out: where they begin in the file, and which rows of the screen they make."""

    offset: int
    size_bytes: int
    line: int
    lines: int
    row: int
    rows: int
    begins_inside: bool = False
    ends_inside: bool = False


def _first_row(part: Part) -> int:
    return part.row


class Book(Protocol[T_co]):
    """A text laid out for one width. Used by the reader's thread only, except that `parts` grows."""

    parts: list[Part]

    def read_more(self) -> bool:
        """Lay out one more part; False when there is none. :raises OSError: it cannot be read."""

    def rows_of(self, part: Part) -> Sequence[T_co]:
        """What stands in the rows of a part. :raises OSError: it cannot be read."""

    def found(self, part: Part, matches: Callable[[str], int | None]) -> Iterator[int]:
        """The rows in which `matches` finds something. It gives the place in a line of text."""

    def grew(self) -> None:
        """Its file has more bytes: the last part is laid out anew."""


class OpenText(Protocol[T_co]):
    """A text that was found, and can be laid out for any width."""

    @property
    def path(self) -> Path | None:
        """The file that it was read from."""

    @property
    def size_bytes(self) -> int: ...

    @property
    def note(self) -> str:
        """What a person should know of how it is shown; empty for nothing."""

    def text(self, most: int) -> str:
        """Its first ``most`` characters, unformatted. :raises OSError: it cannot be read."""

    def laid_out(self, width: int, *, wrap: bool) -> Book[T_co]: ...

    def look_again(self) -> Change: ...

    def close(self) -> None: ...


@dataclass(frozen=True, slots=True)
class Progress:
    """How much of a text is laid out: the first `count` of `parts`, for the wish with this number.

    `complete`: to its end. `failed`: why it could not be read (further). `failed_at`: the file that could not be
    opened. `absent`: that says only that there is nothing. `change`: what became of its file.
    """

    wish: int
    parts: Sequence[Part]
    count: int
    size_bytes: int
    complete: bool
    path: Path | None = None
    note: str = ""
    failed: str = ""
    failed_at: Path | None = None
    absent: bool = False
    change: Change = Change.NONE

    @property
    def rows(self) -> int:
        return self.parts[self.count - 1].row + self.parts[self.count - 1].rows if self.count else 0

    @property
    def lines(self) -> int:
        return self.parts[self.count - 1].line + self.parts[self.count - 1].lines if self.count else 0

    @property
    def read_bytes(self) -> int:
        return self.parts[self.count - 1].offset + self.parts[self.count - 1].size_bytes if self.count else 0

    def at_row(self, row: int) -> int:
        """The number of the part that holds a row."""
        return bisect_right(self.parts, row, hi=self.count, key=_first_row) - 1


@dataclass(frozen=True, slots=True)
class Found:
    """Rows with a match, in order, up to where the search has come. `searching`: there may be more."""

    wish: int
    search: int
    rows: Sequence[int]
    count: int
    searching: bool


class NothingThere(OSError):
    """There is no such text (yet); the message says so to a person."""


def why_not(error: OSError) -> str:
    """What is wrong, in words for a person."""
    if isinstance(error, NothingThere):
        return str(error)
    if isinstance(error, FileNotFoundError):
        return "it is not there"
    return f"it cannot be read: {error.strerror or error}"
