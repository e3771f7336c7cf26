"""Recorded conversations over JSON-RPC, played again: what the program said, answered to what our session asks now.

The ids of a recorded response are not those under which our session asks, so each gets the id of our oldest open
request of the same method. Everything that a session tells and sends becomes one list, which is the golden transcript.
"""

from __future__ import annotations

import json
import os
from collections import defaultdict, deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any

import msgspec
from msgspec.structs import replace

from crew_core.agents.protocol import Finish, Reaction, Session
from crew_core.model.steering import Steer
from crew_core.model.transcript import AgentEvent, Kind
from tests.agents.recorded import STREAMS, cut

#: What is said when an event of this kind is told; an answer answers that event.
Move = tuple[Kind, Steer]

Recorded = tuple[str, dict[str, Any]]

_ENCODER = msgspec.json.Encoder(order="deterministic")


@dataclass
class Dialogue:
    """A session in conversation. ``told`` holds events, and as objects what it sent."""

    session: Session
    moves: Sequence[Move] = ()
    #: Where each line is cut in pieces.
    places: Sequence[int] = ()
    #: Answers to questions that were not asked when the stream was recorded, by method.
    answers: dict[str, dict[str, Any]] = field(default_factory=dict)
    told: list[AgentEvent | dict[str, Any]] = field(default_factory=list)
    #: What the program has added to its own record, until that is read.
    record: list[bytes] = field(default_factory=list)
    finish: Finish | None = None

    def __post_init__(self) -> None:
        self._open: dict[str, deque[int]] = defaultdict(deque)
        self._moves = deque(self.moves)
        self._look(self.session.open().stdin or b"")

    @property
    def events(self) -> list[AgentEvent]:
        return [each for each in self.told if isinstance(each, AgentEvent)]

    @property
    def sent(self) -> list[dict[str, Any]]:
        return [each["sent"] for each in self.told if isinstance(each, dict) and "sent" in each]

    @property
    def done(self) -> bool:
        return {"done": True} in self.told

    def of_kind(self, kind: Kind) -> list[AgentEvent]:
        return [event for event in self.events if event.kind is kind]

    def deliveries(self) -> list[tuple[str, str]]:
        return [(event.id, (event.data or {})["state"]) for event in self.of_kind(Kind.DELIVERY)]

    def hear(self, *recorded: Recorded) -> Dialogue:
        """The program says this; a response to what was not asked is left out."""
        for method, message in recorded:
            if "method" in message:
                self.say(message)
            elif self._open[method]:
                self.say(message | {"id": self._open[method].popleft()})
        return self

    def reply(self, method: str, result: dict[str, Any] | None = None, **error: Any) -> Dialogue:
        answer = {"error": error} if error else {"result": result or {}}
        return self.hear((method, {"id": 0, **answer}))

    def notice(self, method: str, **params: Any) -> Dialogue:
        return self.say({"method": method, "params": params})

    def say(self, message: dict[str, Any]) -> Dialogue:
        return self.feed(json.dumps(message, ensure_ascii=False).encode() + b"\n")

    def feed(self, data: bytes) -> Dialogue:
        for piece in cut(data, self.places):
            self.react(self.session.feed(piece))
        return self

    def control(self, steer: Steer) -> Dialogue:
        return self.react(self.session.control(steer))

    def react(self, reaction: Reaction) -> Dialogue:
        self.told += reaction.events
        if reaction.done:
            self.told.append({"done": True})
        if reaction.close_stdin:
            self.told.append({"stdin": "ends"})
        self._look(reaction.outgoing)
        for event in reaction.events:
            if self._moves and event.kind is self._moves[0][0]:
                _, steer = self._moves.popleft()
                self.control(replace(steer, asked=event.id))
        if reaction.consult is not None:
            rows, self.record = self.record, []
            self.react(reaction.consult.take(rows))
        return self

    def _look(self, outgoing: bytes) -> None:
        assert outgoing == b"" or outgoing.endswith(b"\n")
        for line in outgoing.splitlines():
            message = json.loads(line)
            self.told.append({"sent": message})
            if "method" in message and "id" in message:
                self._open[message["method"]].append(message["id"])
        for method, result in self.answers.items():
            while self._open[method]:
                self.reply(method, result)

    def end(self, exit_code: int | None = 0, signal: int | None = None) -> Finish:
        self.finish = self.session.finish(exit_code, signal)
        self.told += self.finish.events
        return self.finish


def golden(path: str, dialogue: Dialogue) -> None:
    """Event for event, and byte for byte what was sent, as it was when somebody looked at it."""
    finish = dialogue.finish
    assert finish is not None
    last = {
        "answer": finish.answer.decode(),
        "answerSeen": finish.answer_seen,
        "programError": finish.program_error,
        "usage": finish.usage,
    }
    told = b"".join(_ENCODER.encode(each) + b"\n" for each in (*dialogue.told, last))
    kept: Path = STREAMS / f"{path}.events.jsonl"
    if os.environ.get("SNAPSHOT_UPDATE"):
        kept.write_bytes(told)
    assert told.decode().splitlines() == kept.read_bytes().decode().splitlines()


def recorded_lines(path: str, methods: Callable[[dict[str, Any]], Recorded | None]) -> list[Recorded]:
    """What the program said in a recorded stream, by ``methods`` with the method that it answers."""
    lines = (STREAMS / f"{path}.jsonl").read_bytes().split(b"\n")
    return [said for line in lines if line and (said := methods(json.loads(line))) is not None]


_ANYTHING: tuple[Any, ...] = (None, True, 3, -1, 10**30, 1.5, "x", "", [], [1], [{}], {}, {"a": 1}, [{"type": "diff"}])


def spoiled(message: dict[str, Any], chance: Random) -> dict[str, Any]:
    """The message with some of its fields holding anything, or missing."""
    return {name: _spoiled(value, chance) for name, value in message.items() if name == "id" or chance.random() > 0.02}


def _spoiled(value: Any, chance: Random) -> Any:
    if chance.random() < 0.1:
        return chance.choice(_ANYTHING)
    if isinstance(value, dict):
        return {name: _spoiled(each, chance) for name, each in value.items() if chance.random() > 0.05}
    if isinstance(value, list):
        return [_spoiled(each, chance) for each in value]
    return value
