"""A search through the whole transcripts of a run's agents, in a thread of its own."""

from __future__ import annotations

import logging
import re
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path

from crew_core.observe.agents_search import AgentHit, AgentNotSearched, AgentSearched, search_agents
from crew_core.observe.text_book import NothingThere, why_not
from crew_core.observe.transcript_entries import Role
from crew_core.observe.transcript_places import transcript_of
from crew_core.observe.transcript_told import FindTranscript, Transcript
from crew_tui.panes.transcript_texts import searched

_LOG = logging.getLogger(__name__)

#: Lines that are kept; nobody looks through more.
MOST_HITS = 2000

#: How often what was found so far is told while there is more to search.
_TELL_S = 0.1


@dataclass(frozen=True, slots=True)
class Whose:
    """The transcript of one attempt. `find` is called in the thread."""

    task_id: str
    attempt: int
    find: FindTranscript


@dataclass(frozen=True, slots=True)
class FoundLine:
    """A line with a match, and whose it is."""

    whose: Whose
    hit: AgentHit

    @property
    def at(self) -> str:
        """When it was said; of what a tool was asked or answered, when it answered."""
        return self.hit.entry.ended_at or self.hit.entry.at

    @property
    def place(self) -> tuple[int, tuple[int, int], int]:
        """What is later in its task has a greater one."""
        return self.whose.attempt, self.hit.key, self.hit.line

    @property
    def repeats(self) -> bool:
        """It says again what an agent has said: its result."""
        return self.hit.entry.role is Role.RESULT

    def forms(self) -> Sequence[str]:
        """How it stands among the lines of output, the first of which says what they are (`event_words`)."""
        entry, text, first = self.hit.entry, self.hit.text.rstrip(), self.hit.line == 0
        match entry.role:
            case Role.ASSISTANT | Role.THINKING | Role.RESULT:
                return (text,)
            case Role.TOOL if first:
                return (f"{entry.tool} {text}".rstrip(),)
            case Role.TOOL:
                return (f"{entry.tool} done {text}", f"{entry.tool} failed {text}", text)
            case Role.MESSAGE if first:
                return (f"to {text}" if entry.to else f"to : {text}",)
            case Role.USER if first:
                return (f"[{entry.kind}] prompt: {text}",)
            case _ if first:
                return (f"[{entry.kind}] {text}",)
            case _:
                return (text,)


@dataclass(frozen=True, slots=True)
class SearchedSoFar:
    """`done` of all transcripts are searched, and this `share` of the next one. `full`: there are more lines."""

    lines: Sequence[FoundLine] = ()
    not_searched: Sequence[AgentNotSearched] = ()
    done: int = 0
    share: float = 0.0
    searching: bool = True
    full: bool = False


def transcripts_of(run_dir: Path, attempts: Sequence[tuple[str, int]]) -> Sequence[Whose]:
    return [Whose(task_id, n, partial(transcript_of, run_dir, task_id, n)) for task_id, n in attempts]


@dataclass(slots=True)
class _Found:
    lines: list[FoundLine] = field(default_factory=list)
    not_searched: list[AgentNotSearched] = field(default_factory=list)
    done: int = 0
    share: float = 0.0

    @property
    def full(self) -> bool:
        return len(self.lines) >= MOST_HITS


class TranscriptsSearch:
    """Used on the loop; `told` is called there too, and not any more after `cancel`."""

    def __init__(
        self,
        transcripts: Sequence[Whose],
        pattern: re.Pattern[str],
        *,
        run_soon: Callable[[Callable[[], None]], None],
        told: Callable[[SearchedSoFar], None],
    ) -> None:
        """:param run_soon: hands a callback to the loop, from any thread."""
        self.total = len(transcripts)
        self._transcripts = transcripts
        self._pattern = pattern
        self._run_soon = run_soon
        self._told = told
        self._cancelled = threading.Event()
        self._told_at = 0.0
        threading.Thread(target=self._run, name="crew-io", daemon=True).start()

    def cancel(self) -> None:
        """End the thread; does not wait for it."""
        self._cancelled.set()

    # From here on: the thread

    def _run(self) -> None:
        found = _Found()
        try:
            self._search(found)
        except Exception as error:
            # Nobody waits for this thread: its end must not be silent.
            _LOG.exception("searching transcripts failed")
            found.not_searched.append(AgentNotSearched("", f"the program's own error, see its log: {error}"))
        self._tell(found, searching=False)

    def _search(self, found: _Found) -> None:
        seen: set[Path] = set()
        for whose in self._transcripts:
            try:
                transcript = _open(whose, seen)
            except OSError as error:
                found.not_searched.append(AgentNotSearched(whose.task_id, why_not(error)))
            else:
                if transcript is not None:
                    self._search_one(whose, transcript, found)
            if found.full or self._cancelled.is_set():
                return
            found.done, found.share = found.done + 1, 0.0

    def _search_one(self, whose: Whose, transcript: Transcript, found: _Found) -> None:
        """It is open, and closed in the end."""
        one = [(whose.task_id, lambda: transcript)]
        for finding in search_agents(one, self._pattern, searched, cancelled=self._cancelled.is_set):
            match finding:
                case AgentHit():
                    found.lines.append(FoundLine(whose, finding))
                    if found.full:
                        return
                case AgentNotSearched():
                    found.not_searched.append(finding)
                case AgentSearched():
                    found.share = finding.searched_bytes / max(1, finding.size_bytes)
            if time.monotonic() - self._told_at >= _TELL_S:
                self._tell(found, searching=True)

    def _tell(self, found: _Found, *, searching: bool) -> None:
        self._told_at = time.monotonic()
        so_far = SearchedSoFar(
            tuple(found.lines), tuple(found.not_searched), found.done, found.share, searching, found.full
        )
        self._run_soon(lambda: None if self._cancelled.is_set() else self._told(so_far))


def _open(whose: Whose, seen: set[Path]) -> Transcript | None:
    """An open one; None: nothing was kept of this attempt. :raises OSError: it cannot be read."""
    try:
        transcript = whose.find()
        # pi-crew keeps all attempts of a task in one file.
        if transcript.path in seen:
            return None
        seen.add(transcript.path)
        file = transcript.open()
    except (FileNotFoundError, NothingThere):
        return None
    return replace(transcript, open=lambda: file)
