"""What an adapter is: a session that is told what happened and says what it means and what to send."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from crew_core.model.attempt import StopRequest
from crew_core.model.steering import Steer
from crew_core.model.transcript import AgentEvent
from crew_core.model.usage import Usage


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
    usage: bool = False
    #: Its use is told when a turn is over, not after each response.
    usage_by_turn: bool = False
    cost: bool = False
    #: With read access it can still run commands, such as checks; then nothing but its word keeps it from writing.
    commands_when_reading: bool = False
    #: A run has a directory of its own for what it keeps, without the person's login unless the settings share it.
    own_state: bool = False
    #: False: it asks no model, so that there is no use to report.
    asks_model: bool = True


@dataclass(frozen=True, slots=True)
class Needs:
    """What one worker of a program costs the machine, as measured: ``memory_bytes`` of its own while it works,
    ``start_s`` seconds until it first tells something. Programs of our own cost next to nothing."""

    memory_bytes: int = 32 << 20
    start_s: float = 0.0


@dataclass(frozen=True, slots=True)
class Briefing:
    """What the agent is told: the texts that the engine made of role, goal, inputs, skills and contract."""

    system: str = ""
    prompt: str = ""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a program keeps something. ``path`` lies in the directory that ``variable`` names in the environment; where
    it names none, in ``usual``, in which ``~`` is the person's home."""

    path: str
    usual: str
    variable: str = ""


@dataclass(frozen=True, slots=True)
class Launch:
    """How to start the program. ``files`` are written into the attempt's directory first; in ``argv`` and ``env``,
    ``{files}`` stands for that directory. ``stdin`` None means that it has none; ``close_stdin`` ends it
    after those bytes, for programs that read their prompt to its end.

    ``own_state``: ``spec.state_dir`` is made for it, with ``state_copies`` (name → where the person has it), each only
    if it is there and the copy is not yet. ``state_made`` makes what is put there under such a name instead, of the
    person's file, or of nothing where there is none. ``keys`` are the secret variables that the program may see
    (``None``: all); what else in the environment looks like a key is kept from it. ``keys_with``: further ones, which
    open more than a model, each only where the variable is set that makes the program need them. ``own_temporary``: it
    has a temporary directory of the attempt's own, which is removed at its end.
    """

    argv: tuple[str, ...]
    env: Mapping[str, str] = field(default_factory=dict)
    files: Mapping[str, bytes] = field(default_factory=dict)
    stdin: bytes | None = None
    close_stdin: bool = False
    own_state: bool = False
    state_copies: Mapping[str, Place] = field(default_factory=dict)
    state_made: Mapping[str, Callable[[bytes], bytes]] = field(default_factory=dict)
    keys: tuple[str, ...] | None = ()
    keys_with: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    own_temporary: bool = True


@dataclass(frozen=True, slots=True)
class LinesRecord:
    """Files to which a program adds lines. The path of ``files`` is a glob; lines without ``mark`` are passed over."""

    files: Place
    mark: bytes


@dataclass(frozen=True, slots=True)
class TableRecord:
    """Rows of an SQLite database. ``query`` gives a number that grows and a text; its parameters are ``arguments`` and
    then the largest such number that was read before, 0 at first."""

    file: Place
    query: str
    arguments: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Consult:
    """What a program itself keeps on disk is to be read now. ``take`` gets what is new in it, oldest first."""

    record: LinesRecord | TableRecord
    take: Callable[[Sequence[bytes]], Reaction]


@dataclass(frozen=True, slots=True)
class Reaction:
    """``outgoing`` goes to the program's stdin, which ``close_stdin`` ends after it; ``signal`` to its group.

    ``done``: the work is over and the program, which would wait for more, is to go: its stdin is ended, and if it
    lives on for 2 s, its tree too. ``consult`` is done before anything more is fed, and once more before ``finish``.
    """

    events: tuple[AgentEvent, ...] = ()
    outgoing: bytes = b""
    close_stdin: bool = False
    signal: int | None = None
    done: bool = False
    consult: Consult | None = None


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

    def open(self) -> Launch:
        """Called once, first."""

    def feed(self, data: bytes) -> Reaction:
        """The next bytes of its stdout, in any cutting."""

    def control(self, steer: Steer) -> Reaction:
        """Send it to the program. Every one is answered, now or later, by ``delivery`` events of its ``id`` whose
        ``data["state"]`` is a ``DeliveryState``; the last one of them is an end of it."""

    def tick(self, now: float) -> Reaction:
        """Called about once a second with a monotonic time in seconds, for what depends on time."""

    def interrupt(self, stop: StopRequest) -> Reaction:
        """How this program is asked to end by itself."""

    def finish(self, exit_code: int | None, signal: int | None) -> Finish:
        """Its stdout is at its end and the process is gone; called once, last."""
