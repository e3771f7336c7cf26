"""Which pane is which tab; each is imported when it is first looked at."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from crew_tui.situation import Region

if TYPE_CHECKING:
    from crew_tui.panes.detail import DetailPane

_PANES = {
    Region.AGENTS: ("agents", "AgentsPane"),
    Region.PROGRESS: ("progress", "ProgressPane"),
    Region.MAIL: ("mail", "MailPane"),
    Region.OUTPUT: ("output", "OutputPane"),
    Region.HEALTH: ("health", "HealthPane"),
    Region.PLAN: ("plan", "PlanPane"),
    Region.GRAPH: ("graph", "GraphPane"),
}


def pane_class(tab: Region) -> type[DetailPane]:
    module, name = _PANES[tab]
    found: type[DetailPane] = getattr(import_module(f"crew_tui.panes.{module}"), name)
    return found
