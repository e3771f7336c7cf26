"""What the dashboard begins with as soon as the list of runs is painted, and not before."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from crew_core.observe.slices import SliceName
from crew_tui.screens.covering import CoveringScreen
from crew_tui.screens.keyed import KeyedScreen
from crew_tui.steering import Told

if TYPE_CHECKING:
    from crew_tui.app import Dashboard
    from crew_tui.left_file import LeftFile
    from crew_tui.opening import Opening


def go_on_with_the_rest(app: Dashboard, opening: Opening) -> None:
    """Alerts, all that is told by screens over the main one, what is wrong with settings and keys."""
    bus, alerting = app.link.bus, app.alerting
    app.link.read_on()
    for name in (SliceName.TASKS, SliceName.OUTPUT):
        bus.subscribe(name, lambda _: _hint(app))
    alerting.subscribe(bus)
    alerting.listen(lambda: app.main.header.take_unread(alerting.alerts.unread))
    for name in (SliceName.RUNS, SliceName.LINK):
        bus.subscribe(name, lambda _: _head_again(app))
    alerting.listen(lambda: _head_again(app))
    # At once: a moment later the process is stopped.
    app.app_suspend_signal.subscribe(app, lambda _: alerting.suspend(), immediate=True)
    app.app_resume_signal.subscribe(app, lambda _: alerting.resume())
    app.steering.carry_out(opening.look_again)
    app.steering.carry_out(lambda: _learn_loudness(app, opening))
    if opening.find_left is not None:
        find = opening.find_left
        app.steering.carry_out(lambda: app.link.run_soon(partial(_know_how_it_was_left, app, find())))
    app.wardrobe.read_again(app.link.run_soon)
    if app.key_problems:
        app.toasts.tell(Told("\n".join(app.key_problems), sticky=True, title="keys"))


def _head_again(app: Dashboard) -> None:
    """What the first line says has changed, and a screen over the main one has its own."""
    if app.screen_stack and isinstance(app.screen, CoveringScreen):
        app.screen.header.rebuild()


def _hint(app: Dashboard) -> None:
    """Something was written: what stands on a screen over the main one may be out of date."""
    if app.screen_stack and isinstance(app.screen, KeyedScreen):
        app.screen.may_have_changed()


def _know_how_it_was_left(app: Dashboard, file: LeftFile) -> None:
    app.left = file
    app.alerting.compare_with(file)


def _learn_loudness(app: Dashboard, opening: Opening) -> None:
    from crew_tui.alerting.loudness import QUIET

    loudness = opening.find_loudness() if opening.find_loudness else QUIET
    app.link.run_soon(lambda: app.alerting.use(loudness))
