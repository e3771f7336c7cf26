"""What the model says, before it is put into a wire format."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto
from typing import Any


@dataclass(frozen=True, slots=True)
class Text:
    """Told in these pieces."""

    pieces: tuple[str, ...]

    @property
    def whole(self) -> str:
        return "".join(self.pieces)


@dataclass(frozen=True, slots=True)
class Thought:
    text: str


@dataclass(frozen=True, slots=True)
class Call:
    """A tool call; its id is unique within the conversation. ``arguments`` is a text for a freeform tool."""

    id: str
    name: str
    arguments: dict[str, Any] | str


Part = Text | Thought | Call


class Ending(Enum):
    """How the response ends: as it should, or never (before it begins, or in its middle), or by a cut connection."""

    WHOLE = auto()
    HANGING = auto()
    STALLED = auto()
    CUT = auto()


@dataclass(frozen=True, slots=True)
class Reply:
    """``delay_s`` passes after each piece. With a ``status`` other than 200 there is nothing but the failure;
    ``retry_after`` is its header. ``aside``: it answers a question beside the conversation, such as for a title."""

    parts: tuple[Part, ...] = ()
    ending: Ending = Ending.WHOLE
    delay_s: float = 0.0
    status: int = 200
    retry_after: str = ""
    scenario: str = ""
    step: int = 0
    aside: bool = False

    @property
    def calls(self) -> tuple[Call, ...]:
        return tuple(part for part in self.parts if isinstance(part, Call))

    @property
    def text(self) -> str:
        return "".join(part.whole for part in self.parts if isinstance(part, Text))


class Stage(Enum):
    """Where in a streamed response a chunk stands: the reply's own pieces come between opening and closing."""

    OPENING = auto()
    SAID = auto()
    CLOSING = auto()


@dataclass(frozen=True, slots=True)
class Chunk:
    """One server-sent event, as it goes over the wire."""

    data: str
    stage: Stage = Stage.OPENING
