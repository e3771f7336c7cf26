"""What every pane is drawn for: the moment, the room, the shapes."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime, tzinfo
from typing import TYPE_CHECKING

from crew_tui.glyphs import Glyphs
from crew_tui.quantities import moment
from crew_tui.text import clean
from crew_tui.times import time_words, with_times

if TYPE_CHECKING:
    from crew_core.model.state import Run
    from crew_tui.panes.standing import Standing


@dataclass(frozen=True, slots=True)
class Frame:
    """`zone` None is the local one. `waited`: long enough that a pane without data may say that it is loading.

    `relative`: times are told since the beginning of the run, which is `since` where there is a run. `until`: the last
    moment of which anything is known of the run, where that is not `now`. `standing`: what the first line says.
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
    until: datetime | None = None
    standing: Standing | None = None

    def inside(self, cells: int) -> Frame:
        """That much narrower."""
        return replace(self, width=self.width - cells)

    def of_run(self, run: Run | None) -> Frame:
        """For what is told of this run: relative times begin with it."""
        if not self.relative or run is None:
            return self
        return replace(self, since=moment(run.started_at or run.created_at))

    def counted_to(self, until: float) -> Frame:
        """:param until: seconds since 1970."""
        return replace(self, until=datetime.fromtimestamp(until, UTC)) if until < self.now.timestamp() else self

    @property
    def known(self) -> datetime:
        """To which what goes on is counted: of a run that nobody works on, nothing goes on."""
        return self.until or self.now

    def told(self, text: str) -> str:
        """A text from disk, with the moments in it as times of day."""
        return with_times(clean(text), self.zone, self.now)

    def time(self, text: str | None) -> str:
        """A moment from disk in eight cells."""
        return time_words(text, self.zone, self.told_since)

    @property
    def told_since(self) -> datetime | None:
        """The moment since which times are told; None when they are times of day."""
        return self.since if self.relative else None
