"""What git's history says: the files that change most often, and who the last commits were by."""

from __future__ import annotations

import os
from collections import Counter
from dataclasses import dataclass

from crew_core.agents.offline_program.git import Git
from crew_core.agents.offline_program.survey.languages import foreign
from crew_core.agents.offline_program.survey.listing import Listing
from crew_core.agents.offline_program.tool_run import Ended

#: Enough to see what is at work now, and a moment's work for git.
COMMITS = 500

_HISTORY_BYTES = 16 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class History:
    """Of the last ``commits``: ``hot`` has the files of today with how many of these commits changed them."""

    commits: int
    authors: int
    first_day: str
    last_day: str
    hot: tuple[tuple[str, int], ...]


def history_of(git: Git, listing: Listing) -> History | None:
    """None when there is no history, or git cannot be asked."""
    if not git.usable:
        return None
    form = "--format=%x01%an%x02%ad%x00"
    run = git.ask(
        "log", "-n", str(COMMITS), "-z", "--name-only", "--relative", "--no-renames", "--date=short", form,
        room_bytes=_HISTORY_BYTES,
    )  # fmt: skip
    if not run.ok and run.ended is not Ended.SAID_ENOUGH:
        return None
    changes: Counter[str] = Counter()
    authors: set[bytes] = set()
    days: list[str] = []
    for piece in run.output.split(b"\0"):
        if piece.lstrip(b"\n").startswith(b"\x01"):
            author, _, day = piece.lstrip(b"\n")[1:].partition(b"\x02")
            authors.add(author)
            days.append(day.decode("ascii", "replace"))
        elif name := piece.lstrip(b"\n"):
            changes[os.fsdecode(name)] += 1
    if not days:
        return None
    hot = [(path, times) for path, times in changes.most_common() if path in listing and not foreign(path)]
    return History(len(days), len(authors), min(days), max(days), tuple(hot))
