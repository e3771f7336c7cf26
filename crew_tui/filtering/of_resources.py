"""What can be asked of teams, workflows, agents and skills."""

from __future__ import annotations

from crew_tui.filtering.fields import Choice, Schema, Text
from crew_tui.resource_rows import Origin, ResourceRow

USABLE, UNUSABLE, HIDING, WITHHELD = "usable", "unusable", "hiding", "withheld"

#: As they are typed: in one word.
_ORIGINS = {origin: origin.value.replace(" ", "-") for origin in Origin}


def _is(row: ResourceRow) -> tuple[str, ...]:
    hiding = (HIDING,) if row.hides else ()
    withheld = (WITHHELD,) if row.withheld is not None else ()
    return (UNUSABLE if row.unusable else USABLE, *hiding, *withheld)


RESOURCES: Schema[ResourceRow] = Schema(
    fields=(
        Text("name", lambda row: (row.name,)),
        Choice("from", tuple(_ORIGINS.values()), lambda row: (_ORIGINS[row.origin],)),
        Choice("is", (USABLE, UNUSABLE, HIDING, WITHHELD), _is),
    ),
    text=lambda row: "\n".join((row.name, row.description, *(told for _, told in row.facts), *row.used_by)),
)
