"""The dashboard from the command line's point of view: run it, and leave the terminal as it was."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

from crew_core.ops.scopes import Scope
from crew_tui.early_frame import Arranged, EarlyFrame
from crew_tui.emoji_width import EmojiWidth, draw_as
from crew_tui.opening import Opening
from crew_tui.outside.terminal_gone import leave_with_terminal
from crew_tui.store_link import MakeSource, StoreLink, observing

if TYPE_CHECKING:
    from crew_tui.app import Dashboard

#: Longer than this nobody waits for the list alone: the dashboard then comes with it or without.
_FIRST_RUNS_S = 0.1

#: How soon a key gets the interpreter while the store thread reads; with Python's 5 ms, one in ten took 4 ms longer.
_SWITCH_S = 0.0005

_NO_TERMINAL = "no dashboard: stdin or stderr is not a terminal; use `list`, `status` or --plain"


def run_dashboard(scopes: Sequence[Scope], opening: Opening, make_source: MakeSource | None = None) -> int:
    """Show the dashboard until the person leaves. Runs go on whatever happens here.

    :param scopes: whose runs can be looked at; the first at the start.
    :param make_source: what slices come from, if not from an observer of the first scope.
    :returns: the exit status: 0; 1 when the dashboard itself failed (one line on stderr, details in its log); 143
        after SIGTERM; 2 without a terminal. Never returns when the terminal goes: the process ends with 129.
    """
    if not all(stream is not None and stream.isatty() for stream in (sys.stdin, sys.stderr)):
        # Textual draws on stderr: redirected, a file would be filled and nothing seen.
        if sys.stderr is not None:
            sys.stderr.write(f"crew-tui: {_NO_TERMINAL}\n")
        return 2
    wishes = opening.wishes
    draw_as(EmojiWidth(wishes.emoji_width))
    arranged = Arranged(wishes, opening.state, scopes[0].name, opening.select, opening.read_only)
    early = EarlyFrame(arranged, os.environ)
    app: Dashboard | None = None
    failure: BaseException | None = None
    try:
        leave_with_terminal(sys.stdin.fileno())
        link = StoreLink(scopes, make_source or observing(scopes, wishes.watcher))
        _show_early(early, link)
        app = _next_on_screen(early, link, opening)
        app.run(mouse=wishes.mouse == "on")
        app.steering.finish()
        failure = app.failure
    except Exception as error:
        failure = error
    finally:
        early.undo()
        if app is not None:
            sys.stderr.write(app.title_to_restore())
            sys.stderr.flush()
        _keep(opening, app)
    if failure is not None:
        _tell(failure)
        return 1
    return (app.return_code if app else None) or 0


def _keep(opening: Opening, app: Dashboard | None) -> None:
    """What is still to be written of how the person leaves it."""
    if opening.arranged is not None:
        opening.arranged.close()
    if app is not None and app.left is not None:
        app.left.close()


def _show_early(early: EarlyFrame, link: StoreLink) -> None:
    """Textual takes longer to load than the list of runs to read and to paint."""
    link.start()
    runs = link.first_runs(_FIRST_RUNS_S)
    if runs is not None:
        early.show(runs)


def _next_on_screen(early: EarlyFrame, link: StoreLink, opening: Opening) -> Dashboard:
    """The dashboard, which takes the screen over from the early frame when it is run."""
    from crew_tui.app import Dashboard
    from crew_tui.taking_over import taking_over

    app = Dashboard(link, opening)
    sys.setswitchinterval(_SWITCH_S)
    app.driver_class = taking_over(app.driver_class, early.hand_over)
    return app


def _tell(failure: BaseException) -> None:
    from crew_tui import crash

    sys.stderr.write(f"{crash.one_line(failure, crash.record(failure))}\n")
