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

#: When no call has been under way for so many ticks, the response that made the last one was recorded before.
_RECORDED_BY = 3


@dataclass(frozen=True, slots=True)
class Response:
    """What one response used; of several with one ``id`` the largest numbers count."""

    id: str
    usage: Usage
    model: str = ""


def _no_fault(row: dict[str, Any]) -> str:
    return ""


@dataclass(frozen=True, slots=True)
class OwnRecord:
    """``where`` it is, by the id of the session; ``read`` says what a row tells of a response, if it does, and
    ``fault`` what of a failure, which some programs tell nowhere else."""

    where: Callable[[AttemptSpec, str], LinesRecord | TableRecord]
    read: Callable[[dict[str, Any]], Response | None]
    fault: Callable[[dict[str, Any]], str] = _no_fault


class Recorded:
    """The responses of one session, as far as they were recorded."""

    def __init__(self, own: OwnRecord) -> None:
        self.where = own.where
        self._own = own
        self._known: dict[str, Usage] = {}
        #: Whether any response of this attempt was found, and for how many ticks one is missed.
        self._any = False
        self._missed = 0
        #: What broke in this turn and was not mended by a response.
        self.fault = ""
        #: The sum of those of this turn.
        self.in_turn: Usage | None = None

    def past(self, rows: Sequence[bytes]) -> None:
        """What was used before this attempt."""
        self._known |= {r.id: r.usage for row in rows if (r := self._own.read(_decoded(row))) is not None}

    def turn_begins(self) -> None:
        self.in_turn = None
        self.fault = ""

    def missed(self, *, calls_ended: bool) -> bool:
        """About a second has passed. True, once: calls have ended, and the responses that made them should be there."""
        self._missed = self._missed + 1 if calls_ended and not self._any else 0
        return self._missed == _RECORDED_BY

    def new(self, rows: Sequence[bytes]) -> list[tuple[Usage, str]]:
        """What was used since it was read last, by model."""
        found = []
        for row in map(_decoded, rows):
            self.fault = self._own.fault(row) or self.fault
            response = self._own.read(row)
            if response is None:
                continue
            before = self._known.get(response.id)
            more = without(response.usage, before)
            self._known[response.id] = added(before, more)
            if not is_nothing(more):
                found.append((more, response.model))
                self.in_turn = added(self.in_turn, more)
                self._any = True
                self.fault = ""
        return found


def _decoded(row: bytes) -> dict[str, Any]:
    try:
        return mapping(msgspec.json.decode(row))
    except (ValueError, RecursionError):
        return {}
