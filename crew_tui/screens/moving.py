"""The keys that move the cursor or the view of a pane, the same in every screen of one pane."""

from __future__ import annotations

from collections.abc import Callable

from crew_tui.actions import Action
from crew_tui.widgets.strip_pane import StripPane

_MOVES: dict[Action, Callable[[StripPane], None]] = {
    Action.UP: lambda pane: pane.move(-1),
    Action.DOWN: lambda pane: pane.move(1),
    Action.PAGE_UP: lambda pane: pane.move_pages(-1),
    Action.PAGE_DOWN: lambda pane: pane.move_pages(1),
    Action.HOME: lambda pane: pane.move_home(),
    Action.END: lambda pane: pane.move_end(),
}


def move(pane: StripPane, action: Action) -> bool:
    """Carry out `action` if it is one of these."""
    step = _MOVES.get(action)
    if step is None:
        return False
    step(pane)
    return True
