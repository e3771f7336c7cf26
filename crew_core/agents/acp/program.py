"""What differs between programs that speak the Agent Client Protocol."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from crew_core.agents.acp.own_record import OwnRecord
from crew_core.agents.json_fields import mapping, string
from crew_core.model.attempt import AttemptSpec

#: (what is known of a call, the title that it had first) → the name of its tool.
ToolName = Callable[[dict[str, Any], str], str]

#: (the message's id, the piece) → whether it is the program's own word.
OwnWord = Callable[[str, str], bool]


def never(message_id: str, text: str) -> bool:
    """All that it says is its model's."""
    return False


def by_no_launch(spec: AttemptSpec) -> bool:
    """The thinking level is chosen in the session, or not at all."""
    return False


def tool_name(call: dict[str, Any], first_title: str) -> str:
    """As agents tell it: the protocol has a title and a kind, some agents a name as well."""
    meta = mapping(mapping(call.get("_meta")).get("claudeCode"))
    return string(call.get("name")) or string(meta.get("toolName")) or string(call.get("kind")) or first_title


@dataclass(frozen=True, slots=True)
class AcpProgram:
    """``name`` is that of the agent program, ``login`` says how a person logs in; ``auth_method`` is tried first.

    ``reading_modes`` are its modes in which it cannot write, best first, and ``asking_modes`` those in which it asks
    before it does; ``working_modes`` those for any other role, where the one that it is in by itself is not right.
    ``own_word``: whether a piece of a message is the program's own word, beside what its model says. ``own_methods``:
    how its notices begin that are no part of the protocol. ``confined``: its launch already keeps a reading role from
    writing. ``model_at_start``: its launch chooses the model; ``thinks_at_start``: and the thinking level, for a
    session that offers none. ``counts_last_step``: the tokens that it tells of a turn are those of its last request.
    ``own_record`` tells what each response used.
    """

    name: str
    login: str
    reading_modes: tuple[str, ...] = ("read-only", "plan")
    asking_modes: tuple[str, ...] = ("default",)
    working_modes: tuple[str, ...] = ()
    confined: bool = False
    model_at_start: bool = False
    thinks_at_start: Callable[[AttemptSpec], bool] = by_no_launch
    own_word: OwnWord = never
    own_methods: tuple[str, ...] = ("_",)
    counts_last_step: bool = False
    own_record: OwnRecord | None = None
    auth_method: str = ""
    tool_name: ToolName = tool_name
