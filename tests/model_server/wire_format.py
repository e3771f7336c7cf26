"""What a vendor's wire format is to the server: reading a request, writing a reply."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterator
from typing import Any, Protocol

from tests.model_server.billing import Bill
from tests.model_server.conversation import Conversation
from tests.model_server.reply import Chunk, Reply


class WireFormat(Protocol):
    """A module that has these."""

    #: Its bill has a number for what went into the cache.
    WRITES_CACHE: bool

    def read(self, body: dict[str, Any], path: str) -> Conversation:
        """What the request comes to; ``path`` without its query."""

    def whole(self, reply: Reply, bill: Bill, model: str) -> dict[str, Any]:
        """The response to a request that does not want it streamed."""

    def stream(self, reply: Reply, bill: Bill, model: str) -> Iterator[Chunk]:
        """The response as server-sent events."""

    def failure(self, status: int, message: str) -> dict[str, Any]:
        """The body of a response with a status other than 200."""


def sent_event(data: dict[str, Any], name: str = "") -> str:
    """A server-sent event. Vendors that name them repeat the name in the data."""
    return f"event: {name}\ndata: {json.dumps(data)}\n\n" if name else f"data: {json.dumps(data)}\n\n"


def fresh(prefix: str) -> str:
    """An id that no other response has: clients take responses of one id for the same."""
    return f"{prefix}_{uuid.uuid4().hex[:16]}"


def halves(text: str) -> tuple[str, str]:
    """Arguments come in pieces, so that a client that takes the first for the whole is found out."""
    return text[: len(text) // 2], text[len(text) // 2 :]
