"""What a dashboard begins with."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from crew_core.config.first_look import Wishes
from crew_tui.steering import Told
from crew_tui.ui_state import UiState, UiStateFile

if TYPE_CHECKING:
    from crew_tui.alerting.loudness import Loudness
    from crew_tui.left_file import LeftFile


@dataclass(frozen=True, slots=True)
class Opening:
    """What is to be shown first, and how the person wants it and left it."""

    #: Where new runs work.
    start_in: Path = field(default_factory=Path.cwd)
    #: The run directory to begin with.
    select: Path | None = None
    read_only: bool = False
    #: How the person wants it, as far as that has to be known before the first frame.
    wishes: Wishes = field(default_factory=Wishes)
    #: What can wait until the first frame is painted; called in a thread, returns what is to be told.
    look_again: Callable[[], Told | None] = lambda: None
    #: Reads how alerts reach the person; called in a thread after the first frame. None: on the screen only.
    find_loudness: Callable[[], Loudness] | None = None
    #: How the person left it, and where that is kept; None: nothing is kept.
    arranged: UiStateFile | None = None
    #: Reads how runs stood when the person left; called in a thread after the first frame. None: nothing is kept.
    find_left: Callable[[], LeftFile] | None = None

    @property
    def state(self) -> UiState:
        """How the person left it, with what they have arranged since."""
        return self.arranged.state if self.arranged is not None else UiState()
