"""What an adapter is: a session that is told what happened and says what it means and what to send."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

from crew_core.model.attempt import StopRequest, Usage
from crew_core.model.transcript import AgentEvent


class UnknownProgram(LookupError):
    """No adapter drives a program of this name."""


@dataclass(frozen=True, slots=True)
class Abilities:
    """What a program can do; engine and screens offer nothing else."""

    steer_now: bool = False
    steer_next_turn: bool = False
    resume: bool = False
    ask: bool = False
    permissions: bool = False
    structured_result: bool = False
    usage: bool = False
    cost: bool = False


@dataclass(frozen=True, slots=True)
class Launch:
    """How to start the program. ``files`` are written into the attempt's directory first; in ``argv``,
    ``{files}`` stands for that directory. ``stdin`` None means that it has none; ``close_stdin`` ends it
    after those bytes, for programs that read their prompt to its end."""

    argv: tuple[str, ...]
    env: Mapping[str, str] = field(default_factory=dict)
    files: Mapping[str, bytes] = field(default_factory=dict)
    stdin: bytes | None = None
    close_stdin: bool = False


@dataclass(frozen=True, slots=True)
class Reaction:
    """``outgoing`` goes to the program's stdin, which ``close_stdin`` ends after it; ``signal`` to its group."""

    events: tuple[AgentEvent, ...] = ()
    outgoing: bytes = b""
    close_stdin: bool = False
    signal: int | None = None


@dataclass(frozen=True, slots=True)
class Finish:
    """What the whole stream came to. ``answer_seen`` False: the stream ended without a final answer.

    ``answer_bytes`` is the size of the whole answer, of which ``answer`` may be head and tail.
    """

    events: tuple[AgentEvent, ...] = ()
    answer: bytes = b""
    answer_bytes: int = 0
    answer_seen: bool = False
    program_error: str | None = None
    usage: Usage | None = None


class Session(Protocol):
    """One conversation with one process. ``docs/writing-adapters.md`` says what both sides may rely on.

    Methods may raise: when ``open`` does, nothing is started; later the supervisor goes on without the adapter.
    """

    abilities: Abilities

    def open(self) -> Launch:
        """Called once, first."""

    def feed(self, data: bytes) -> Reaction:
        """The next bytes of its stdout, in any cutting."""

    def interrupt(self, stop: StopRequest) -> Reaction:
        """How this program is asked to end by itself."""

    def finish(self, exit_code: int | None, signal: int | None) -> Finish:
        """Its stdout is at its end and the process is gone; called once, last."""
