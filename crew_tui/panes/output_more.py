"""What a search finds in the transcripts and not among the lines of output: whose, how much, how far it has come."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from crew_tui.panes.output_matches import OutputMatches
from crew_tui.text import ELLIPSIS

if TYPE_CHECKING:
    from crew_core.observe.agents_search import AgentNotSearched
    from crew_tui.transcripts_search import FoundLine, SearchedSoFar, TranscriptsSearch, Whose


class MoreMatches:
    """Lives on the loop; the search itself is in a thread."""

    def __init__(self) -> None:
        self._search: TranscriptsSearch | None = None
        self._so_far: SearchedSoFar | None = None
        self._lines: tuple[FoundLine, ...] = ()
        self._lines_for: tuple[object, ...] = ()

    def begin(
        self,
        transcripts: Sequence[Whose],
        pattern: re.Pattern[str],
        run_soon: Callable[[Callable[[], None]], None],
        changed: Callable[[], None],
    ) -> None:
        """:param changed: called on the loop when more is known."""
        from crew_tui.transcripts_search import TranscriptsSearch

        self.cancel()

        def told(so_far: SearchedSoFar) -> None:
            self._so_far = so_far
            changed()

        self._search = TranscriptsSearch(transcripts, pattern, run_soon=run_soon, told=told)

    def cancel(self) -> None:
        """Nothing is searched for any more, and what was found is forgotten."""
        if self._search is not None:
            self._search.cancel()
        self._search = self._so_far = None
        self._lines, self._lines_for = (), ()

    @property
    def begun(self) -> bool:
        return self._search is not None

    @property
    def full(self) -> bool:
        """There are more lines than are kept."""
        return self._so_far is not None and self._so_far.full

    @property
    def not_searched(self) -> Sequence[AgentNotSearched]:
        return self._so_far.not_searched if self._so_far is not None else ()

    def beyond(self, matches: OutputMatches) -> Sequence[FoundLine]:
        """Those that are not among the matches in the output, the oldest of each transcript first; all, if `full`."""
        so_far = self._so_far
        if so_far is None:
            return ()
        made_from = (so_far, matches, len(matches.numbers))
        if self._lines_for != made_from:
            self._lines_for = made_from
            # When there are more than are kept, nobody knows which of them are the last ones.
            self._lines = tuple(so_far.lines) if so_far.full else not_shown(so_far.lines, matches)
        return self._lines

    def words(self, matches: OutputMatches) -> str:
        """`12 more in transcripts: Enter lists them`; empty when no transcript is searched."""
        search, so_far = self._search, self._so_far
        if search is None:
            return ""
        lines = len(self.beyond(matches))
        amount = f"more than {lines:,}" if self.full else f"{lines:,} more"
        found = f"{amount} in transcripts" if lines else ""
        if so_far is None or so_far.searching:
            share = (so_far.done + so_far.share) / max(1, search.total) if so_far is not None else 0.0
            return f"{found or f'searching transcripts{ELLIPSIS}'} {min(99, int(100 * share))}%"
        failed = f"{len(so_far.not_searched)} not searched" if so_far.not_searched else ""
        told = ", ".join(part for part in (found, failed) if part)
        return f"{told}: Enter lists them" if told else "nothing more in transcripts"


def not_shown(lines: Sequence[FoundLine], matches: OutputMatches) -> tuple[FoundLine, ...]:
    """Those that are not among the matches in the output.

    What is kept of the output is the end of it: of lines that say the same, the last ones are those that are shown.
    """
    shown = matches.texts.copy()
    missing: set[int] = set()
    for each in sorted(lines, key=lambda line: line.place, reverse=True):
        form = next((text for text in each.forms() if shown[each.hit.task_id, text] > 0), None)
        if form is None:
            missing.add(id(each))
        elif not each.repeats:
            shown[each.hit.task_id, form] -= 1
    return tuple(each for each in lines if id(each) in missing)
