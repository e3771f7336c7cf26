"""From an action to what carries it out; the modules behind it are imported when they are needed first."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import TYPE_CHECKING

from crew_tui.actions import Action
from crew_tui.quantities import plural

if TYPE_CHECKING:
    from crew_tui.app import Dashboard

Doing = Callable[["Dashboard"], object]


def doing(action: Action) -> Doing:
    """What carries `action` out, where it is not the screen's own."""
    return _table()[action]


@cache
def _table() -> dict[Action, Doing]:
    # The first key comes long after the first frame.
    from crew_tui.performing.command import COMMAND
    from crew_tui.performing.find import FIND
    from crew_tui.performing.look import LOOK
    from crew_tui.performing.outside import OUTSIDE
    from crew_tui.performing.steer import STEER
    from crew_tui.performing.steer_agent import STEER_AGENT
    from crew_tui.performing.step_back import step_back
    from crew_tui.performing.transcript import TRANSCRIPT
    from crew_tui.performing.whose_output import WHOSE_OUTPUT

    return {
        **COMMAND,
        **FIND,
        **LOOK,
        **OUTSIDE,
        **STEER,
        **STEER_AGENT,
        **TRANSCRIPT,
        **WHOSE_OUTPUT,
        Action.BACK: step_back,
        Action.RELOAD: _reload,
        Action.QUIT: lambda app: app.exit(),
    }


def _reload(app: Dashboard) -> None:
    """Where nothing is different nothing else would show it."""
    app.link.refresh()
    app.notify_briefly(f"{plural(app.main.runs.runs.total, 'run')}: reading them again")
