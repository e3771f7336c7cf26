"""What is asked of the reader of a transcript, and what it tells."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Generic, TypeVar

from crew_core.observe.byte_file import OpenBytes
from crew_core.observe.text_file import Change
from crew_core.observe.transcript_entries import Entry
from crew_core.observe.transcript_index import Decode, TranscriptIndex

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Transcript:
    """Where one is, and how its lines are understood. ``verbatim``: see `TranscriptSearch`."""

    path: Path
    open: OpenBytes
    decode: Decode
    verbatim: bool = True


#: Finds it, in the reader's thread. Raises OSError when there is none.
FindTranscript = Callable[[], Transcript]


@dataclass(frozen=True, slots=True)
class Contents:
    """What is known of the transcript with this number: the first ``count`` entries of an index.

    A number of an entry means something else when ``index`` is another. ``earlier_bytes`` lie before its first entry
    as long as only the end is shown; ``read_bytes`` of all are indexed. ``rest_bytes``: of a last line that is not
    complete. ``changed``: entries that are not what they were when they were told. ``absent``: it failed because
    there is no file. ``restarts``: how often its file was replaced or cut short. ``cost``: US dollars that were
    reported in what is shown; None when nobody has reported any.
    """

    number: int
    index: TranscriptIndex | None
    count: int = 0
    last_said: int = -1
    raw: int = 0
    size_bytes: int = 0
    read_bytes: int = 0
    earlier_bytes: int = 0
    rest_bytes: int = 0
    complete: bool = False
    changed: frozenset[int] = frozenset()
    path: Path | None = None
    failed: str = ""
    absent: bool = False
    change: Change = Change.NONE
    restarts: int = 0
    cost: float | None = None


@dataclass(frozen=True, slots=True)
class Hits:
    """Lines with a match so far, in order; see `transcript_search.hit`. ``full``: there are more than are kept."""

    search: int
    index: TranscriptIndex | None
    hits: Sequence[int]
    searching: bool
    searched_bytes: int
    size_bytes: int
    full: bool = False


@dataclass(frozen=True, slots=True)
class Wanted(Generic[T]):
    """An entry, and what is to be made of it in the thread. ``look`` and ``unfolded`` come back with what was made."""

    look: int
    unfolded: bool
    index: TranscriptIndex
    entry: int
    make: Callable[[Entry], T]


@dataclass(frozen=True, slots=True)
class Made(Generic[T]):
    look: int
    unfolded: bool
    index: TranscriptIndex
    entry: int
    what: T
