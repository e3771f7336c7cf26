"""What answers say by their contracts: pure functions of an answer's text, which never raise whatever it is."""

from crew_core.engine.answers.items import ListedItems, ListFaults, items_of
from crew_core.engine.answers.plan import PlanFaults, PlannedTask, PlannedTasks, plan_of
from crew_core.engine.answers.verdict import StatedVerdict, verdict_of

__all__ = [
    "ListFaults",
    "ListedItems",
    "PlanFaults",
    "PlannedTask",
    "PlannedTasks",
    "StatedVerdict",
    "items_of",
    "plan_of",
    "verdict_of",
]
