"""What each response used, from the record that a program keeps of its own work: it is there before the turn ends.

The protocol tells what was used when a turn is over, which may be an hour and a hundred responses later.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec

from crew_core.agents.json_fields import mapping
from crew_core.agents.protocol import LinesRecord, TableRecord
from crew_core.agents.used import added, is_nothing, without
from crew_core.model.attempt import AttemptSpec
from crew_core.model.usage import Usage


@dataclass(frozen=True, slots=True)
class Response:
    """What one response used; of several with one ``id`` the largest numbers count."""

    id: str
    usage: Usage
    model: str = ""


@dataclass(frozen=True, slots=True)
class OwnRecord:
    """``where`` it is, by the id of the session; ``read`` says what a row tells of a response, if it does."""

    where: Callable[[AttemptSpec, str], LinesRecord | TableRecord]
    read: Callable[[dict[str, Any]], Response | None]


class Recorded:
    """The responses of one session, as far as they were recorded."""

    def __init__(self, own: OwnRecord) -> None:
        self.where = own.where
        self._own = own
        self._known: dict[str, Usage] = {}
        #: Whether any response of this attempt was found.
        self.any = False
        #: The sum of those of this turn.
        self.in_turn: Usage | None = None

    def past(self, rows: Sequence[bytes]) -> None:
        """What was used before this attempt."""
        self._known |= {response.id: response.usage for response in self._responses(rows)}

    def turn_begins(self) -> None:
        self.in_turn = None

    def new(self, rows: Sequence[bytes]) -> list[tuple[Usage, str]]:
        """What was used since it was read last, by model."""
        found = []
        for response in self._responses(rows):
            before = self._known.get(response.id)
            more = without(response.usage, before)
            self._known[response.id] = added(before, more)
            if not is_nothing(more):
                found.append((more, response.model))
                self.in_turn = added(self.in_turn, more)
                self.any = True
        return found

    def _responses(self, rows: Sequence[bytes]) -> list[Response]:
        told = (self._own.read(_decoded(row)) for row in rows)
        return [response for response in told if response is not None]


def _decoded(row: bytes) -> dict[str, Any]:
    try:
        return mapping(msgspec.json.decode(row))
    except (ValueError, RecursionError):
        return {}
