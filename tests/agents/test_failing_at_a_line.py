"""A value of another JSON type anywhere in a line: adapters bear it; where one fails, it costs that line alone."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from copy import deepcopy
from dataclasses import dataclass
from random import Random
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crew_core.agents.protocol import Session
from crew_core.agents.registry import open_session
from crew_core.model.plan import CommandPlan, Mapped, ProgramSettings
from crew_core.model.status import PermissionMode
from crew_core.model.transcript import AgentEvent, Kind
from tests.agents import test_acp, test_codex
from tests.agents.dialogue import Dialogue, Recorded, recorded_lines
from tests.agents.recorded import BRIEFING, STREAMS, lines, spec

#: One of each JSON type, and what is odd of it.
VALUES: tuple[Any, ...] = (
    *({}, {"a": {"b": 1}}, {"type": []}, [], [[]], [{}], None, True, False),
    *(0, 1, -1, 1.5, 1e300, 1 << 40, 10**30, "", "x", "long " * 2_000),
)

#: As Claude Code's lines, that the program ``command`` is recorded with.
MAP = (
    Mapped("session", {"type": "system"}, {"id": "session_id", "model": "model"}),
    Mapped("text", {"type": "assistant"}, {"text": "message.content.0.text", "id": "message.id"}),
    Mapped("thinking", {"event.delta.thinking": "*"}, {"text": "event.delta.thinking"}),
    Mapped("tool_start", {"message.content.0.name": "*"}, {"tool": "message.content.0.name", "args": "message"}),
    Mapped("tool_end", {"type": "user"}, {"id": "message.id", "text": "message", "durationMs": "timestamp"}),
    Mapped("usage", {"message.usage": "*"}, {"input": "message.usage.input_tokens", "cost": "total_cost_usd"}),
    Mapped("result", {"type": "result"}, {"text": "result", "failed": "is_error"}),
)

#: Program → what its attempt is given besides.
FIELDS: dict[str, dict[str, Any]] = {
    "command": {"command": CommandPlan(("tool",), output="jsonl", map=MAP)},
    "offline": {"packet_path": "/p"},
    "acp:qwen": {"settings": ProgramSettings(command=("qwen",))},
}


def _objects(name: str) -> list[Recorded]:
    """Programs that speak no JSON-RPC: nothing that they say answers a method."""
    found = []
    for line in lines((STREAMS / name).read_bytes()):
        try:
            found.append(("", json.loads(line)))
        except ValueError:
            continue
    return found


def _streams(program: str) -> list[list[Recorded]]:
    if program == "codex":
        return [recorded_lines(f"codex/{name}", test_codex.method_of) for name in test_codex.STREAMS]
    acp = [name for name, (of, _, _) in test_acp.STREAMS.items() if of == program]
    if acp:
        return [test_acp.heard(name) for name in acp]
    kind = {"command": "claude", "offline": "builtin"}.get(program, program)
    paths = sorted((STREAMS / kind).glob("*.jsonl"))
    return [_objects(f"{kind}/{path.name}") for path in paths if not path.name.endswith(".events.jsonl")]


SPOKEN_TO = ("claude", "pi", "builtin", "offline", "command")
TURN_BY_TURN = ("codex", "gemini", "opencode", "acp:claude", "acp:codex", "acp:qwen")

RECORDED = {program: [said for said in _streams(program) if said] for program in (*SPOKEN_TO, *TURN_BY_TURN)}


@dataclass(frozen=True)
class Words:
    """What a program says, each message in its turn."""

    program: str
    said: Sequence[Recorded]

    def told(self, session: Session) -> list[AgentEvent]:
        """Everything that the session tells."""
        if self.program in TURN_BY_TURN:
            dialogue = Dialogue(session, answers=test_codex.LOGGED_IN).hear(*self.said)
            dialogue.end()
            return dialogue.events
        session.open()
        events = [event for _, each in self.said for event in session.feed(json.dumps(each).encode() + b"\n").events]
        return [*events, *session.finish(0, None).events]


def opened(program: str, **fields: Any) -> Session:
    asking = {"permissions": PermissionMode.ASK}
    return open_session(spec(program, **asking, **FIELDS.get(program, {}), **fields), BRIEFING)


def places(value: Any) -> Iterator[tuple[Any, Any]]:
    """(container, key) of everything within."""
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, each in list(inner):
        yield value, key
        yield from places(each)


def with_one_wrong(message: dict[str, Any], chance: Random) -> dict[str, Any]:
    changed = deepcopy(message)
    container, key = chance.choice(list(places(changed)) or [(changed, "type")])
    container[key] = chance.choice(VALUES)
    return changed


def failures(events: Sequence[AgentEvent]) -> list[AgentEvent]:
    """The lines at which an adapter failed."""
    return [event for event in events if event.kind is Kind.RAW and (event.data or {}).keys() == {"error"}]


@pytest.mark.parametrize("program", RECORDED)
@settings(max_examples=40, deadline=None)
@given(chance=st.integers(0, 1 << 32).map(Random))
def test_one_wrong_value_in_a_line_is_borne(program: str, chance: Random) -> None:
    said = [
        (method, with_one_wrong(message, chance) if chance.random() < 0.4 else message)
        for method, message in chance.choice(RECORDED[program])[:150]
    ]
    events = Words(program, said).told(opened(program))
    assert failures(events) == []
    assert all(msgspec.json.encode(event) for event in events)


# Where one fails all the same.

STUMBLE: dict[str, Any] = {"type": "stumble", "kind": "text", "method": "stumble"}

#: Program → by which method it takes a line, of the session or of what reads for it.
TAKES = {"offline": "_told", "builtin": "_told", "command": "_told"} | dict.fromkeys(TURN_BY_TURN, "_noticed")


def stumbling(program: str, method: str = "") -> Session:
    """A session whose adapter has a fault: it fails at what says ``stumble``."""
    session = opened(program)
    owner: Any = getattr(session, "_reader", session)
    method = method or TAKES.get(program, "_understood")
    whole: Callable[[Any], Any] = getattr(owner, method)

    def take(what: Any) -> Any:
        if b"stumble" in getattr(what, "line", what).data:
            raise KeyError("stumble")
        return whole(what)

    setattr(owner, method, take)
    return session


@pytest.mark.parametrize("program", RECORDED)
@settings(max_examples=10, deadline=None)
@given(number=st.integers(0, 1_000), place=st.integers(0, 1_000))
def test_a_line_at_which_an_adapter_fails_is_raw_and_costs_no_other(program: str, number: int, place: int) -> None:
    said = RECORDED[program][number % len(RECORDED[program])]
    place %= len(said) + 1
    events = Words(program, [*said[:place], ("", STUMBLE), *said[place:]]).told(stumbling(program))
    [raw] = failures(events)
    assert (json.loads(raw.text), raw.data) == (STUMBLE, {"error": "KeyError('stumble')"})
    assert [event for event in events if event is not raw] == Words(program, said).told(opened(program))


@pytest.mark.parametrize("program", ["codex", "acp:claude"])
def test_a_request_at_which_an_adapter_fails_is_refused(program: str) -> None:
    dialogue = Dialogue(stumbling(program, "_asked")).say({"id": 7, "method": "stumble"})
    assert dialogue.sent[-1]["id"] == 7
    assert "error" in dialogue.sent[-1]
    assert len(failures(dialogue.events)) == 1


@pytest.mark.parametrize("program", ["codex", "acp:claude"])
def test_an_answer_at_which_an_adapter_fails_is_waited_for_by_nobody(program: str) -> None:
    dialogue = Dialogue(stumbling(program, "_responded")).reply("initialize", {"x": "stumble"})
    assert dialogue.done
    assert len(failures(dialogue.events)) == 1
    finish = dialogue.end()
    assert not finish.answer_seen
    assert "initialize was not understood" in str(finish.program_error)


def test_a_session_that_is_named_in_the_line_is_known_all_the_same() -> None:
    session = opened("claude")
    session.open()
    broken: Any = session
    broken._conversation.told = {}.__getitem__
    named, raw = session.feed(b'{"type":"assistant","session_id":"s-1"}\n').events
    assert (named.kind, named.id, raw.kind) == (Kind.SESSION, "s-1", Kind.RAW)
