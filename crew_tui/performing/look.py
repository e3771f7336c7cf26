"""Actions that open a screen over the main one: texts, transcripts, artifacts, replay, resources, alerts, help."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from crew_core.model.state import Task
from crew_core.observe.slices import RunSlice, SliceState
from crew_tui.actions import Action
from crew_tui.performing.outside import copy_one_of, edit_file, page_file
from crew_tui.quantities import plural
from crew_tui.situation import Region

if TYPE_CHECKING:
    from crew_tui.app import Dashboard
    from crew_tui.texts.source import TextSource


def _run(app: Dashboard) -> RunSlice:
    return app.main.detail.run


def _when_read(show: Callable[[Dashboard], None]) -> Callable[[Dashboard], None]:
    """Of the selected run and no other: until it has been read, what is there is of the former one, or nothing."""

    def shown(app: Dashboard) -> None:
        run = _run(app)
        if str(run.path) == app.main.runs.selected and run.state is not SliceState.LOADING:
            show(app)
        else:
            app.notify_briefly("this run is still being read")

    return shown


def chosen_task(app: Dashboard) -> Task | None:
    """The selected task, else the one that matters most: what runs, else what ran last."""
    now = app.main.situation()
    if now.task is not None:
        return now.task
    tried = [task for task in now.tasks if task.attempts]
    running = [task for task in tried if not task.status.ended]
    return max(running or tried, key=lambda task: task.started_at or "", default=None)


def open_text(app: Dashboard, source: TextSource) -> None:
    from crew_tui.screens.text import TextScreen

    app.push_screen(
        TextScreen(
            source,
            *app.dress(),
            keymap=app.keymap,
            run_soon=app.link.run_soon,
            copy=partial(copy_one_of, app),
            edit=partial(edit_file, app, own=source.editable and not app.read_only),
            page=partial(page_file, app),
        )
    )


def _status(app: Dashboard) -> None:
    from crew_tui.run_texts import status_text

    open_text(app, status_text(_run(app), app.main.detail.tasks, lambda: app.moment().now, app.moment().zone))


def _agents(app: Dashboard) -> None:
    from crew_tui.run_texts import agents_text

    open_text(app, agents_text(_run(app), app.main.detail.tasks, lambda: app.moment().now, app.moment().zone))


def _summary(app: Dashboard) -> None:
    from crew_tui.run_texts import summary_text

    open_text(app, summary_text(_run(app)))


def _manifest(app: Dashboard) -> None:
    from crew_tui.run_texts import manifest_text

    open_text(app, manifest_text(_run(app)))


def _of_task(app: Dashboard, make: Callable[[RunSlice, Task], TextSource]) -> None:
    task = chosen_task(app)
    if task is None:
        app.notify_briefly("no agent was started in this run yet")
    else:
        open_text(app, make(_run(app), task))


def _agent_events(app: Dashboard) -> None:
    from crew_tui.run_texts import agent_events_source

    _of_task(app, lambda run, task: agent_events_source(run, task, app.moment().zone))


def _raw_output(app: Dashboard) -> None:
    from crew_tui.run_texts import raw_output_source

    _of_task(app, raw_output_source)


def _event_detail(app: Dashboard) -> None:
    from crew_tui.panes.progress import ProgressPane
    from crew_tui.texts.of_event import event_source

    pane = app.main.detail
    if isinstance(pane, ProgressPane) and pane.event is not None:
        open_text(app, event_source(pane.event))


def _artifacts(app: Dashboard) -> None:
    from crew_tui.screens.artifacts import ArtifactsScreen

    app.push_screen(
        ArtifactsScreen(
            lambda: (_run(app), app.main.detail.tasks),
            *app.dress(),
            keymap=app.keymap,
            run_soon=app.link.run_soon,
            open_text=partial(open_text, app),
            copy=partial(copy_one_of, app),
        )
    )


def _replay(app: Dashboard) -> None:
    from crew_core.observe.replay import replay_of
    from crew_tui.screens.replay import ReplayScreen

    run_dir = Path(app.main.runs.selected)
    title = f"replay of run {run_dir.name[-8:]}"
    screen = ReplayScreen(
        lambda: replay_of(run_dir), *app.dress(), keymap=app.keymap, run_soon=app.link.run_soon, title=title
    )
    app.push_screen(screen)


def _resources(app: Dashboard) -> None:
    from crew_tui.resource_rows import read_resources
    from crew_tui.screens.resources import ResourcesScreen

    app.push_screen(
        ResourcesScreen(
            lambda: read_resources(app.start_in, app.main.runs.runs.rows),
            *app.dress(),
            keymap=app.keymap,
            run_soon=app.link.run_soon,
            open_text=partial(open_text, app),
            copy=partial(copy_one_of, app),
            edit=None if app.read_only else partial(edit_file, app, own=True),
        )
    )


def _alerts(app: Dashboard) -> None:
    from crew_tui.screens.alerts import AlertsScreen

    app.alerting.look()
    if not app.main.told:
        # The list tells what they tell, and they would lie over it. An error waits for Esc, as everywhere.
        app.clear_notifications()
    app.push_screen(AlertsScreen(app.alerting, *app.dress(), open_run=partial(open_run, app), keymap=app.keymap))


def _alerts_read(app: Dashboard) -> None:
    app.alerting.look()
    unread = app.alerting.alerts.unread
    app.alerting.read_all()
    app.notify_briefly(f"{plural(unread, 'alert')} marked as read" if unread else "no unread alerts")


def open_run(app: Dashboard, run_dir: Path, task_id: str | None = None) -> None:
    """Leave every other screen and go to a run, and to one of its tasks."""
    main = app.main
    while app.screen is not main:
        app.pop_screen()
    main.select_when_seen(run_dir, task_id)
    main.go_to(Region.AGENTS)


def _help(app: Dashboard) -> None:
    from crew_tui.screens.help import Help
    from crew_tui.screens.keyed import KeyedScreen

    screen = app.screen
    now = screen.situation() if isinstance(screen, KeyedScreen) else app.main.situation()
    app.push_screen(Help(app.palette, app.glyphs, now, keymap=app.keymap, problems=app.key_problems))


LOOK: dict[Action, Callable[[Dashboard], object]] = {
    Action.STATUS_TEXT: _when_read(_status),
    Action.AGENTS_TEXT: _when_read(_agents),
    Action.SUMMARY: _when_read(_summary),
    Action.MANIFEST: _when_read(_manifest),
    Action.AGENT_EVENTS: _when_read(_agent_events),
    Action.RAW_OUTPUT: _when_read(_raw_output),
    Action.EVENT_DETAIL: _event_detail,
    Action.ARTIFACTS: _when_read(_artifacts),
    Action.REPLAY: _replay,
    Action.RESOURCES: _resources,
    Action.ALERTS: _alerts,
    Action.ALERTS_READ: _alerts_read,
    Action.HELP: _help,
}
