"""What comes before the lines of output that are there: whether it is asked for, and what is said of it."""

from __future__ import annotations

from crew_core.observe.tab_slices import OutputSlice
from crew_tui.quantities import count
from crew_tui.text import ELLIPSIS


class Earlier:
    """One piece is asked for at a time."""

    def __init__(self) -> None:
        #: How often had been looked for more when it was asked for, and how much there was; None: it is not asked for.
        self._asked: tuple[int, int] | None = None
        #: What was asked for last has come: one can go on.
        self.came = False
        #: The store thread knows that nothing may be let go.
        self.held = False

    def ask(self, output: OutputSlice) -> bool:
        """Whether one piece more is to be asked for now."""
        if self._asked is not None or not output.skipped_lines or output.full:
            return False
        self._asked, self.came = (output.answers, output.skipped_lines), False
        self.held = True
        return True

    def take(self, output: OutputSlice) -> None:
        """What was asked for may have been looked for."""
        if self._asked is not None and self._asked[0] != output.answers:
            self.came = output.skipped_lines < self._asked[1]
            self._asked = None

    def words(self, output: OutputSlice) -> str:
        if not output.skipped_lines:
            return ""
        lines = f"{count(output.skipped_lines)} earlier line{'s' if output.skipped_lines > 1 else ''}"
        if output.full:
            return f"{lines} only in transcripts"
        if self._asked is not None:
            return f"reading {lines}{ELLIPSIS}"
        return lines
