"""Small records that several files share."""

from __future__ import annotations

import msgspec


class Artifact(msgspec.Struct, frozen=True, rename="camel"):
    """A stored output. ``path`` is relative to the run's ``artifacts`` directory; hash and size are of its bytes."""

    kind: str
    path: str
    created_at: str
    producer: str
    size_bytes: int
    content_hash: str
    retention: str = "run"


class Message(msgspec.Struct, frozen=True, rename="camel"):
    """A message that a worker sent through ``CREW_OUT``."""

    id: str
    task_id: str
    kind: str
    to: str
    text: str
    at: str
