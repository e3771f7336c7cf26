"""What a task is about: paths of the repository that it names, else its words."""

from __future__ import annotations

import re
from dataclasses import dataclass

from crew_core.agents.offline_program.survey.listing import Listing
from crew_core.agents.offline_program.survey.words import significant_words
from crew_core.model.packet import TaskPacket

#: A file or folder as people write it into a sentence; quotes and a final dot are not part of it.
_PATH_LIKE = re.compile(r"[^\s`'\"<>|,;()\[\]]+")

_QUOTED = re.compile(r"`([^`\n]{1,1000})`")


@dataclass(frozen=True, slots=True)
class Focus:
    """``paths`` exist in the listing; ``whole`` when the task names none. ``missing``: an item that is no path here."""

    paths: tuple[str, ...]
    words: tuple[str, ...]
    missing: str = ""

    @property
    def whole(self) -> bool:
        return not self.paths


def focus_of(packet: TaskPacket, listing: Listing) -> Focus:
    """The item of a fan-out decides; without one, what the task's text names."""
    goal = significant_words(packet.goal)
    if packet.item is not None:
        paths = _paths_in(packet.item, listing)
        topic = significant_words(packet.item)
        return Focus(paths, goal if paths else topic or goal, "" if paths else packet.item)
    return Focus(_paths_in(packet.text, listing), goal or significant_words(packet.text))


def narrowed(listing: Listing, focus: Focus) -> Listing:
    """The listing without what the focus leaves out."""
    if focus.whole:
        return listing
    kept = sorted({file for path in focus.paths for file in listing.below(path)})
    return Listing(tuple(kept), len(kept), listing.source, listing.complete)


def _paths_in(text: str, listing: Listing) -> tuple[str, ...]:
    quoted = _QUOTED.findall(text)
    named = [text.strip(), *quoted, *(word for word in _PATH_LIKE.findall(text) if "/" in word or "." in word)]
    found: dict[str, None] = {}
    for each in named:
        path = re.sub(r":\d+(?::\d+)?$", "", each.strip().removeprefix("./").rstrip("/.")) or each
        if path and not path.startswith(("/", "../")) and path != "." and listing.below(path):
            found.setdefault(path)
    return tuple(found)[:20]
