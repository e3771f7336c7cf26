"""``agents.json``: what pi-crew keeps of each agent, written more often than the tasks while one works."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from crew_core.model.progress import Progress
from crew_core.model.usage import Usage
from crew_core.observe.picrew import fields
from crew_core.observe.picrew.fields import Malformed
from crew_core.observe.picrew.task_record import progress_from, usage_from


@dataclass(frozen=True, slots=True)
class AgentRecord:
    runtime: str
    word: str
    model: str
    progress: Progress | None
    usage: Usage | None


def agents_from(data: bytes) -> Mapping[str, AgentRecord]:
    """By task id. :raises Malformed: it is no JSON list."""
    found = fields.decoded(data)
    if not isinstance(found, list):
        raise Malformed("it is no JSON list")
    return {
        fields.text(each, "taskId"): AgentRecord(
            runtime=fields.text(each, "runtime"),
            word=fields.text(each, "status"),
            model=fields.text(each, "model"),
            progress=progress_from(fields.inner(each, "progress")),
            usage=usage_from(fields.inner(each, "usage")),
        )
        for each in found
        if isinstance(each, dict)
    }
