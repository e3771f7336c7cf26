"""The envelope of an event, as in pi-crew's journal."""

from __future__ import annotations

from typing import Any, ClassVar

import msgspec


class EventMetadata(msgspec.Struct, frozen=True, rename="camel", omit_defaults=True):
    """``seq`` is +1 from event to event of one run; ``epoch`` counts its coordinators."""

    seq: int
    epoch: int = 0
    provenance: str = "coordinator"
    attempt_id: str | None = None
    causation_id: str | None = None
    command_id: str | None = None


class Event(msgspec.Struct, frozen=True, rename="camel", omit_defaults=True):
    """One line of ``events.jsonl``. ``data`` is the payload of ``type``; unknown types are kept and shown."""

    time: str
    type: str
    run_id: str
    metadata: EventMetadata
    task_id: str | None = None
    message: str | None = None
    data: dict[str, Any] = {}

    @property
    def seq(self) -> int:
        return self.metadata.seq


class Payload(msgspec.Struct, frozen=True, rename="camel", omit_defaults=True):
    """What an event of ``TYPE`` carries: absolute values, so that applying it twice equals once."""

    TYPE: ClassVar[str] = ""
