"""Actions that find: the filter of a list, the scope of the dashboard."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from crew_tui.actions import Action
from crew_tui.panes.filtered import FilteredPane
from crew_tui.panes.runs import RunsPane
from crew_tui.situation import Region

if TYPE_CHECKING:
    from crew_tui.app import Dashboard


def _filter(app: Dashboard) -> None:
    """Ask for a filter of the list that has the focus; it holds while it is typed."""
    from crew_tui.screens.prompt import Prompt

    main = app.main
    target = main.runs if main.place is Region.RUNS else main.detail
    if not isinstance(target, RunsPane | FilteredPane):
        return
    before = target.query_text

    def answered(text: str | None) -> None:
        target.filter_by(before if text is None else text)
        main.changed()

    prompt = Prompt(
        "filter",
        before,
        changed=target.filter_by,
        suggestions=target.suggestions,
        kind=f"filter-{main.place}",
    )
    app.push_screen(prompt, answered)


def _next_scope(app: Dashboard) -> None:
    scope = app.link.next_scope()
    app.main.header.scope = scope.name
    app.main.header.rebuild()


FIND: dict[Action, Callable[[Dashboard], object]] = {
    Action.FILTER: _filter,
    Action.SCOPE: _next_scope,
}
