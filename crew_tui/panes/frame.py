"""What every pane is drawn for: the moment, the room, the shapes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, tzinfo

from crew_tui.glyphs import Glyphs
from crew_tui.text import clean
from crew_tui.times import time_words, with_times


@dataclass(frozen=True, slots=True)
class Frame:
    """`zone` None is the local one. `waited`: long enough that a pane without data may say that it is loading.

    `relative`: times are told since the beginning of the run, which is `since` where there is a run.
    """

    now: datetime
    width: int
    height: int
    glyphs: Glyphs
    zone: tzinfo | None = None
    waited: bool = True
    read_only: bool = False
    relative: bool = False
    since: datetime | None = None

    def told(self, text: str) -> str:
        """A text from disk, with the moments in it as times of day."""
        return with_times(clean(text), self.zone, self.now)

    def time(self, text: str | None) -> str:
        """A moment from disk in eight cells."""
        return time_words(text, self.zone, self.since if self.relative else None)
