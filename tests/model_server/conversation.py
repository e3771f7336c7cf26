"""What a request of any wire format comes to: who said what, and which tools are offered."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

Json = Mapping[str, Any]


class Speaker(StrEnum):
    USER = "user"
    MODEL = "model"
    TOOL = "tool"


@dataclass(frozen=True, slots=True)
class Turn:
    speaker: Speaker
    text: str


@dataclass(frozen=True, slots=True)
class Tool:
    """A tool that the client offers. ``freeform`` ones take a text instead of named arguments."""

    name: str
    schema: Json = field(default_factory=dict)
    freeform: bool = False

    @property
    def parameters(self) -> dict[str, Json]:
        return dict(self.schema.get("properties") or {})

    @property
    def required(self) -> tuple[str, ...]:
        return tuple(self.schema.get("required") or ())


@dataclass(frozen=True, slots=True)
class Conversation:
    """``instructions`` are the system texts. ``wants_json``: a side question that must be answered with an object.
    ``thinking``: the effort, the level or the number of tokens that is asked for."""

    turns: tuple[Turn, ...]
    tools: Mapping[str, Tool]
    instructions: str = ""
    model: str = ""
    streams: bool = False
    wants_json: bool = False
    thinking: str | None = None

    def said_by(self, speaker: Speaker) -> tuple[str, ...]:
        return tuple(turn.text for turn in self.turns if turn.speaker is speaker)


def by_name(tools: Iterator[Tool]) -> dict[str, Tool]:
    return {tool.name: tool for tool in tools}


def plain(content: Any) -> str:
    """The text of a content field, which is a string, a list of blocks or a block in all formats."""
    match content:
        case str():
            return content
        case list():
            return "\n".join(plain(part) for part in content)
        case {"text": inner} | {"content": inner} | {"output": inner}:
            return plain(inner)
        case _:
            return ""
