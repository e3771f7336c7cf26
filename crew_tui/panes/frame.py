"""What every pane is drawn for: the moment, the room, the shapes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, tzinfo

from crew_tui.glyphs import Glyphs


@dataclass(frozen=True, slots=True)
class Frame:
    """`zone` None is the local one. `waited`: long enough that a pane without data may say that it is loading."""

    now: datetime
    width: int
    height: int
    glyphs: Glyphs
    zone: tzinfo | None = None
    waited: bool = True
    read_only: bool = False
