"""Searching the transcripts of several agents, one after the other: for the lines of a run that all its agents made."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from crew_core.observe.text_book import why_not
from crew_core.observe.transcript_entries import Entry
from crew_core.observe.transcript_index import Key, TranscriptIndex
from crew_core.observe.transcript_search import Texts, TranscriptSearch, entry_of, line_of
from crew_core.observe.transcript_told import FindTranscript


@dataclass(frozen=True, slots=True)
class AgentHit:
    """A line with a match: of which task, in which entry, which of its lines, and what it says."""

    task_id: str
    entry: Entry
    key: Key
    line: int
    text: str


@dataclass(frozen=True, slots=True)
class AgentNotSearched:
    """The transcript of a task cannot be read. ``why`` is for a person."""

    task_id: str
    why: str


@dataclass(frozen=True, slots=True)
class AgentSearched:
    """How far the search has come in the transcript of a task. The last one of a task has both numbers equal."""

    task_id: str
    searched_bytes: int
    size_bytes: int


Finding = AgentHit | AgentNotSearched | AgentSearched


def search_agents(
    transcripts: Iterable[tuple[str, FindTranscript]],
    pattern: re.Pattern[str],
    texts: Texts,
    *,
    cancelled: Callable[[], bool] = lambda: False,
) -> Iterator[Finding]:
    """Not on the UI thread. Each step reads a megabyte at most; ``cancelled`` is asked between two of them.

    :param transcripts: the ids of tasks, and where the transcript of each is.
    :param texts: the lines of an entry that are searched.
    """
    for task_id, find in transcripts:
        try:
            yield from _search_one(task_id, find, pattern, texts, cancelled)
        except OSError as error:
            yield AgentNotSearched(task_id, why_not(error))
        if cancelled():
            return


def _search_one(
    task_id: str, find: FindTranscript, pattern: re.Pattern[str], texts: Texts, cancelled: Callable[[], bool]
) -> Iterator[Finding]:
    found = find()
    file = found.open()
    try:
        index = TranscriptIndex(file, found.decode)
        while not index.complete and not cancelled() and index.read_more():
            yield AgentSearched(task_id, 0, file.size_bytes)
        search = TranscriptSearch(index, pattern, texts, verbatim=found.verbatim)
        told: set[int] = set()
        while not cancelled() and search.step():
            for number in search.hits:
                if number not in told:
                    told.add(number)
                    entry = index.entry(entry_of(number))
                    text = texts(index.whole(entry_of(number)))[line_of(number)]
                    yield AgentHit(task_id, entry, index.key_of(entry_of(number)), line_of(number), text)
            yield AgentSearched(task_id, search.searched_bytes, file.size_bytes)
        if not cancelled():
            yield AgentSearched(task_id, file.size_bytes, file.size_bytes)
    finally:
        file.close()
