"""The lines that a search has found in transcripts, to choose one from. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from crew_tui.choosing import Choice
from crew_tui.text import ELLIPSIS, clean, cut

if TYPE_CHECKING:
    from crew_core.observe.agents_search import AgentNotSearched
    from crew_tui.transcripts_search import FoundLine

#: Characters that are shown before a match which is further in its line.
_BEFORE = 12

#: More of a line has no room.
_SHOWN_CELLS = 120


def found_choices(
    lines: Sequence[FoundLine],
    not_searched: Sequence[AgentNotSearched],
    pattern: re.Pattern[str],
    time_of: Callable[[str], str],
) -> Sequence[Choice]:
    """A choice's key is the place of its line. What could not be searched comes last, and says why.

    :param time_of: a moment from disk as it is shown.
    """
    several = {each.hit.task_id for each in lines if each.whose.attempt > 1}
    return (
        *(
            Choice(
                str(place),
                f"{time_of(each.at)} {clean(each.hit.task_id)} {_around(each.hit.text, pattern)}",
                f"attempt {each.whose.attempt}" if each.hit.task_id in several else "",
            )
            for place, each in enumerate(lines)
        ),
        *(Choice("", clean(each.task_id), why_not=f"not searched: {clean(each.why)}") for each in not_searched),
    )


def found_title(lines: int, typed: str, *, full: bool) -> str:
    """:param full: there are more, and these are the first that were found."""
    said = f"the first {lines:,} in transcripts" if full else f"{lines:,} only in transcripts"
    return f"{said}: {cut(clean(typed), 24)}"


def _around(text: str, pattern: re.Pattern[str]) -> str:
    """The line, from shortly before its match."""
    match = pattern.search(text)
    start = max(0, match.start() - _BEFORE) if match else 0
    said = text.strip() if not text[:start].strip() else f"{ELLIPSIS}{text[start:]}"
    return cut(clean(said), _SHOWN_CELLS)
