"""What all panes with live data have in common: they are composed anew for a moment and a width, when in sight."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable
from dataclasses import replace

from textual import events
from textual.message import Message

from crew_tui.glyphs import Glyphs
from crew_tui.palette import Palette
from crew_tui.panes.frame import Frame
from crew_tui.widgets.strip_pane import StripPane
from crew_tui.widgets.view import View


class LivePane(StripPane):
    """`moment` makes the frame of now; the pane puts its own size in."""

    class Different(Message):
        """Another line is selected, or there are lines now where there were none: keys may do something else."""

    def __init__(
        self,
        palette: Palette,
        glyphs: Glyphs,
        moment: Callable[[], Frame],
        *,
        id: str | None = None,
        bordered: bool = True,
        selectable: bool = False,
    ) -> None:
        super().__init__(palette, glyphs, id=id, bordered=bordered, selectable=selectable)
        self._moment = moment

    @abstractmethod
    def compose_view(self, frame: Frame) -> View:
        """The view of the present slices. Must give back unchanged lines as the same objects."""

    def rebuild(self) -> None:
        """Something that is shown may have changed."""
        if self.display and self.size:
            frame = replace(self._moment(), width=self.inner_width, height=self.size.height)
            before = (self.selected, bool(len(self.view.body)))
            self.show(self.compose_view(frame))
            if before != (self.selected, bool(len(self.view.body))):
                self.post_message(self.Different())

    def select(self, key: str) -> None:
        """Out of sight a pane has the lines of the last time it was not: the key is looked for when it has others."""
        if self.display and self.size:
            super().select(key)
        elif self._cursor:
            self._cursor.key = key

    def follow(self, on: bool) -> None:
        """The border says whether the newest line is kept in sight."""
        super().follow(on)
        self.rebuild()

    def _begin_at(self, first: int) -> None:
        """What leads away from the newest line is told as well."""
        followed = self.following
        super()._begin_at(first)
        if self.following != followed:
            self.rebuild()

    def on_resize(self, event: events.Resize) -> None:
        # Before what StripPane does with the new size, which Textual calls next.
        self.rebuild()

    def on_show(self) -> None:
        self.rebuild()
