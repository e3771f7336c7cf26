"""What a pane shows, before anything is painted."""

from __future__ import annotations

from dataclasses import dataclass

from crew_tui.lines import Line, Rows


@dataclass(frozen=True, slots=True)
class View:
    """What a pane shows: `head` stays, `body` scrolls. `title` and `note` stand in the border.

    `faded`: the body is not up to date.
    """

    body: Rows
    head: tuple[Line, ...] = ()
    title: str = ""
    note: str = ""
    faded: bool = False
