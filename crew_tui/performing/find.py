"""Actions that find: the filter of a list, the search in the output, the scope of the dashboard."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from crew_tui.actions import Action
from crew_tui.panes.filtered import FilteredPane
from crew_tui.panes.output import OutputPane
from crew_tui.panes.runs import RunsPane
from crew_tui.situation import Region

if TYPE_CHECKING:
    from crew_tui.app import Dashboard


def _filter(app: Dashboard) -> None:
    """Ask for a filter of the list that has the focus; it holds while it is typed."""
    from crew_tui.screens.typed_filter import ask_filter

    main = app.main
    target = main.runs if main.place is Region.RUNS else main.detail
    if isinstance(target, RunsPane | FilteredPane):
        ask_filter(app, target, main.place, main.changed)


def _search(app: Dashboard) -> None:
    """Ask for a pattern; its matches are shown while it is typed. The transcripts are searched for what is kept."""
    from crew_tui.screens.typed_search import ask_search

    main = app.main
    pane = main.detail
    if not isinstance(pane, OutputPane):
        return

    def answered() -> None:
        pane.search_transcripts(app.link.run_soon, main.changed)
        main.changed()

    pane.begin_search()
    ask_search(app, pane.query_text, pane.look_for, go_back=pane.end_search, answered=answered)


def _list_matches(app: Dashboard) -> None:
    """Those that only the transcripts have; the chosen one is shown in its transcript."""
    from crew_tui.found_choices import found_choices, found_title
    from crew_tui.performing.transcript import open_transcript
    from crew_tui.screens.picker import Picker

    pane = app.main.detail
    if not isinstance(pane, OutputPane) or pane.pattern is None:
        return
    found = tuple(pane.matches_beyond)

    def chosen(key: str | None) -> None:
        if key is not None:
            line = found[int(key)]
            open_transcript(app, line.hit.task_id, attempt=line.whose.attempt, line=(line.hit.key, line.hit.line))

    choices = found_choices(found, pane.more.not_searched, pane.pattern, pane.time_of)
    app.push_screen(Picker(found_title(len(found), pane.query_text, full=pane.more.full), choices), chosen)


def _next_scope(app: Dashboard) -> None:
    scope = app.link.next_scope()
    app.main.header.go_to_scope(scope.name)


FIND: dict[Action, Callable[[Dashboard], object]] = {
    Action.FILTER: _filter,
    Action.SEARCH: _search,
    Action.OPEN_ITEM: _list_matches,
    Action.SCOPE: _next_scope,
}
