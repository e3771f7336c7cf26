"""What an adapter adds to the plain decoding of the same bytes: JSON lines by msgspec, text as UTF-8.

Processor time, not the clock's: nothing is waited for, and others may use the machine.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import msgspec

from bench.measure import Judged, Measure
from crew_core.agents.protocol import Briefing, Session
from crew_core.agents.registry import open_session
from crew_core.model.attempt import AttemptSpec
from crew_core.model.plan import CommandPlan, Mapped
from crew_core.model.status import Access, AttemptCause
from crew_core.worker.pump import CHUNK_BYTES

_STREAMS = Path(__file__).parents[1] / "tests" / "agents" / "streams"

#: Enough for a time that can be measured, whatever the size of what is recorded.
_DECODED_BYTES = 4 << 20
#: Which is a fiftieth of the work.
_TEXT_BYTES = 32 << 20
_ROUNDS = 5

#: A declaration for Claude Code's lines, which are recorded best.
_MAP = (
    Mapped("session", {"type": "system", "subtype": "init"}, {"id": "session_id", "model": "model"}),
    Mapped("text", {"event.delta.type": "text_delta"}, {"text": "event.delta.text"}),
    Mapped("tool_start", {"message.content.0.type": "tool_use"}, {"tool": "message.content.0.name"}),
    Mapped("tool_end", {"message.content.0.type": "tool_result"}, {"text": "message.content.0.content"}),
    Mapped("usage", {"type": "result"}, {"input": "usage.input_tokens", "output": "usage.output_tokens"}),
    Mapped("result", {"type": "result"}, {"text": "result", "failed": "is_error"}),
)


@dataclass(frozen=True, slots=True)
class _Case:
    """``name`` of the rows; ``program`` decodes the recorded streams that ``pattern`` finds, with its ``fields``."""

    name: str
    program: str
    pattern: str
    fields: dict[str, Any] = field(default_factory=dict)
    text: bool = False


_CASES = (
    _Case("claude", "claude", "claude/*.jsonl"),
    _Case("codex", "codex", "codex/*.jsonl"),
    _Case("pi", "pi", "pi/*.jsonl"),
    _Case("builtin", "builtin", "builtin/*.jsonl"),
    _Case("gemini", "gemini", "acp/gemini*.jsonl"),
    _Case("opencode", "opencode", "acp/opencode*.jsonl"),
    # Every acp:NAME is read by the same code as these two; what differs is the launch.
    _Case("acp:NAME", "acp:claude", "acp/c*-acp-*.jsonl"),
    # Its lines are those of builtin, of which it may say fewer kinds.
    _Case("offline", "offline", "builtin/*.jsonl", {"packet_path": "/w/packet.json"}),
    _Case("command.jsonl", "command", "claude/*.jsonl", {"command": CommandPlan(("x",), output="jsonl", map=_MAP)}),
    _Case("command.text", "command", "claude/*.jsonl", {"command": CommandPlan(("x",))}, text=True),
    _Case("shell", "shell", "claude/*.jsonl", text=True),
)


@dataclass(frozen=True, slots=True)
class _Recording:
    """The first time a session is fed some code is still cold; ``again`` is how often it is repeated in a round."""

    streams: tuple[bytes, ...]
    at_least_bytes: int

    @property
    def size_bytes(self) -> int:
        return sum(map(len, self.streams))

    @property
    def again(self) -> int:
        return self.at_least_bytes // self.size_bytes + 1


def adapter_decoding() -> Iterator[Measure]:
    """Recorded streams through each adapter, and through the least that any reader has to do."""
    for case in _CASES:
        paths = [path for path in sorted(_STREAMS.glob(case.pattern)) if not path.name.endswith(".events.jsonl")]
        streams = tuple(filter(None, map(_said, paths)))
        recording = _Recording(streams, _TEXT_BYTES if case.text else _DECODED_BYTES)
        plainly, beside = (_as_text, "utf8") if case.text else (_as_json, "json")
        rounds = [(_decode(case, recording), _seconds(plainly, recording)) for _ in range(_ROUNDS)]
        ratios = tuple(ours / plain for ours, plain in rounds)
        speed = tuple(recording.size_bytes * recording.again / ours / 1e6 for ours, _ in rounds)
        yield Measure(f"adapter.{case.name}.decode_vs_{beside}", ratios, "×", Judged.RATIO)
        yield Measure(f"adapter.{case.name}.decode", speed, "MB/s", Judged.REPORT, higher_is_better=True)


def _said(path: Path) -> bytes:
    """What the program said. The recordings of ACP also hold what it was told, each message with its direction."""
    if path.parent.name != "acp":
        return path.read_bytes()
    recorded = map(msgspec.json.decode, path.read_bytes().splitlines())
    return b"".join(msgspec.json.encode(each["m"]) + b"\n" for each in recorded if each["dir"] == "incoming")


def _decode(case: _Case, recording: _Recording) -> float:
    sessions = [[_opened(case) for _ in recording.streams] for _ in range(recording.again)]
    began = time.process_time()
    for fresh in sessions:
        for session, stream in zip(fresh, recording.streams, strict=True):
            for at in range(0, len(stream), CHUNK_BYTES):
                session.feed(stream[at : at + CHUNK_BYTES])
            session.finish(0, None)
    return time.process_time() - began


def _seconds(plainly: Callable[[bytes], None], recording: _Recording) -> float:
    began = time.process_time()
    for _ in range(recording.again):
        for stream in recording.streams:
            plainly(stream)
    return time.process_time() - began


_DECODER = msgspec.json.Decoder[Any]()


def _as_json(stream: bytes) -> None:
    for line in stream.split(b"\n"):
        _decoded(line)


def _decoded(line: bytes) -> Any:
    """Some recordings end in the middle of a line, or have one that is no JSON."""
    try:
        return _DECODER.decode(line) if line else None
    except msgspec.DecodeError:
        return None


def _as_text(stream: bytes) -> None:
    for line in stream.split(b"\n"):
        line.decode("utf-8", "replace")


def _opened(case: _Case) -> Session:
    session = open_session(_spec(case), Briefing(prompt="look"))
    session.open()
    return session


def _spec(case: _Case) -> AttemptSpec:
    return AttemptSpec(
        run_id="team_1_a",
        task_id="t",
        n=1,
        cause=AttemptCause.FIRST,
        worker_id="team_1_a:t:1",
        program=case.program,
        agent="a",
        role="r",
        access=Access.WRITE,
        goal="look",
        text="look",
        cwd="/w",
        inputs_path="/w/inputs.json",
        bell_path="/w/bell",
        depth=0,
        max_depth=1,
        **case.fields,
    )
