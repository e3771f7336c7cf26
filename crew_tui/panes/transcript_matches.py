"""The matches of a search in a transcript: which ones are known, and at which one is."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right

from crew_core.observe.transcript_search import hit
from crew_core.observe.transcript_told import Hits
from crew_tui.text import ELLIPSIS


class Matches:
    """They come while they are looked at. A step that leads to one that is not known yet is made when it comes."""

    def __init__(self) -> None:
        self.pattern: re.Pattern[str] | None = None
        self._found: Hits | None = None
        #: Where one is; -1: at none.
        self.here = -1
        self._stepping = 0
        self._entry = 0

    def look_for(self, pattern: re.Pattern[str] | None, entry: int) -> None:
        """Another pattern; the first step leads to the first match from this entry on."""
        self.pattern = pattern
        self.forget()
        self._entry = entry
        self._stepping = 0 if pattern is None else 1

    def forget(self) -> None:
        """Numbers of entries mean something else now."""
        self._found, self.here = None, -1

    def take(self, found: Hits) -> int | None:
        """What was found so far. The match to go to, if one was waited for and is there."""
        self._found = found
        return self._step() if self._stepping else None

    def step(self, by: int, entry: int) -> int | None:
        """The next match, or the one before with -1; counted from an entry when one is at none. None: not known yet."""
        self._stepping, self._entry = by, entry
        return self._step()

    def _step(self) -> int | None:
        found, by = self._found, self._stepping
        if found is None:
            return None
        if self.here < 0:
            at = bisect_left(found.hits, hit(self._entry, 0)) - (by < 0)
        else:
            at = bisect_right(found.hits, self.here) if by > 0 else bisect_left(found.hits, self.here) - 1
        if not 0 <= at < len(found.hits):
            if found.searching:
                return None
            at = 0 if by > 0 else len(found.hits) - 1
        self._stepping = 0
        if found.hits:
            self.here = found.hits[at]
            return self.here
        return None

    @property
    def any(self) -> bool:
        """There are some, or there may be some yet."""
        found = self._found
        return self.pattern is not None and (found is None or found.searching or bool(found.hits))

    def words(self) -> str:
        """`match 3/7`, and how far the search has come; empty when nothing is searched for."""
        found = self._found
        if self.pattern is None:
            return ""
        if found is None:
            return f"searching{ELLIPSIS}"
        progress = f"searching {min(99, 100 * found.searched_bytes // max(1, found.size_bytes))}%"
        if not found.hits:
            return progress if found.searching else "no match"
        known = f"{len(found.hits)}{'+' if found.full else ''}"
        told = f" {progress}" if found.searching else ""
        if self.here < 0:
            return f"{known} {'match' if known == '1' else 'matches'}{told}"
        return f"match {bisect_left(found.hits, self.here) + 1}/{known}{told}"
