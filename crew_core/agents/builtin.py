"""The program ``builtin``: a coding agent of our own for any OpenAI-compatible endpoint, local servers included."""

from __future__ import annotations

import hashlib
import signal
import sys

import msgspec
from msgspec.structs import replace

from crew_core.agents.builtin_program.endpoint import KEYS
from crew_core.agents.builtin_program.orders import Orders
from crew_core.agents.head_and_tail import HeadAndTail
from crew_core.agents.lines import Line, Lines
from crew_core.agents.own_events import own_event
from crew_core.agents.protocol import Abilities, Briefing, Finish, Launch, Reaction
from crew_core.agents.resuming import refuse_another
from crew_core.agents.telling import answered, delivery
from crew_core.agents.understanding import understood
from crew_core.agents.used import added
from crew_core.model.attempt import AttemptSpec, StopRequest
from crew_core.model.status import Access, PermissionMode
from crew_core.model.steering import DeliveryState, Steer, SteerKind
from crew_core.model.transcript import AgentEvent, Kind
from crew_core.model.usage import Usage

ABILITIES = Abilities(
    steer_now=True,
    steer_next_turn=True,
    resume=True,
    permissions=True,
    usage=True,
)

#: What the program may say; whatever else comes is ``raw``.
SPOKEN = frozenset(
    {Kind.SESSION, Kind.NOTICE, Kind.TEXT, Kind.THINKING, Kind.TOOL_START, Kind.TOOL_OUTPUT, Kind.TOOL_END}
    | {Kind.USAGE, Kind.TURN_END, Kind.PERMISSION, Kind.ANSWERED, Kind.RETRY, Kind.COMPACTION, Kind.DELIVERY}
    | {Kind.RESULT, Kind.ERROR}
)

_ORDERS = "builtin.json"

_LOST = "the built-in agent ended without an answer"


class BuiltinSession:
    """One JSON line is one event. ``result`` names the message that is the answer; it is told as text already."""

    def __init__(self, spec: AttemptSpec, briefing: Briefing) -> None:
        self._spec = spec
        self._briefing = briefing
        self._lines = Lines()
        self._message = ""
        self._answer = HeadAndTail(spec.answer_bytes)
        self._answered = False
        self._error: str | None = None
        self._usage: Usage | None = None
        self._tools: dict[str, str] = {}
        self._asks: dict[str, None] = {}

    def open(self) -> Launch:
        """:raises ValueError: the session to resume is none of this program's, or of another directory.

        ``-P``: the working directory is the project's, and none of its files may be imported as a module of ours.
        """
        spec = self._spec
        refuse_another(spec)
        own = spec.settings.command or (sys.executable, "-P", "-m", "crew_core.agents.builtin_program")
        return Launch(
            argv=(*own, f"{{files}}/{_ORDERS}", *spec.settings.args),
            files={_ORDERS: msgspec.json.encode(self._orders()._asdict())},
            stdin=b"",
            own_state=bool(spec.state_dir),
            keys=KEYS,
            # It keeps nothing in one; its commands' files are where the person's own would be.
            own_temporary=False,
        )

    def _orders(self) -> Orders:
        spec, resume = self._spec, self._spec.resume
        first = hashlib.sha256(self._briefing.prompt.encode("utf-8", "replace")).hexdigest()
        return Orders(
            system=self._briefing.system,
            prompt=self._briefing.prompt,
            prompt_hash=resume.prompt_hash if resume is not None else first,
            cwd=spec.cwd,
            writes=spec.access is Access.WRITE,
            tools=spec.tools,
            ask=spec.permissions is PermissionMode.ASK,
            model=spec.model or "",
            thinking="none" if spec.thinking == "off" else spec.thinking or "",
            state_dir=spec.state_dir,
            resume=resume.id if resume is not None else "",
        )

    def feed(self, data: bytes) -> Reaction:
        events = understood(self._lines.feed(data), self._told)
        return Reaction(events=tuple(events), done=self._over)

    @property
    def _over(self) -> bool:
        return self._answered or self._error is not None

    def control(self, steer: Steer) -> Reaction:
        if refused := self._refused(steer):
            return Reaction(events=(delivery(steer.id, DeliveryState.REFUSED, refused),))
        return Reaction(events=(delivery(steer.id, DeliveryState.SENT),), outgoing=msgspec.json.encode(steer) + b"\n")

    def _refused(self, steer: Steer) -> str:
        if self._over:
            return "its work is over"
        if steer.kind is not SteerKind.ANSWER:
            return "" if steer.text or steer.kind is SteerKind.INTERRUPT else "it says nothing"
        if steer.asked not in self._asks:
            return "nothing is asked under this id"
        if steer.decision is None:
            return "a permission needs allow, always or deny"
        # The first answer counts.
        del self._asks[steer.asked]
        return ""

    def tick(self, now: float) -> Reaction:
        return Reaction()

    def interrupt(self, stop: StopRequest) -> Reaction:
        return Reaction(signal=signal.SIGINT)

    def finish(self, exit_code: int | None, signal: int | None) -> Finish:
        events = understood(self._lines.end(), self._told)
        for call, tool in self._tools.items():
            text = "the agent ended before the tool did"
            events.append(AgentEvent(kind=Kind.TOOL_END, tool=tool, id=call, text=text, failed=True))
        events += [answered(ask, "the agent ended") for ask in self._asks]
        seen = self._answered and self._error is None
        return Finish(
            events=tuple(events),
            answer=self._answer.text() if seen else b"",
            answer_bytes=self._answer.size if seen else 0,
            answer_seen=seen,
            program_error=self._error if self._error is not None or seen else _LOST,
            usage=self._usage,
        )

    def _told(self, line: Line) -> tuple[AgentEvent, ...]:
        event = own_event(line, SPOKEN)
        self._note(event)
        # A result has no text of its own, an error is told once.
        return () if event.kind is Kind.RESULT else (event,)

    def _note(self, event: AgentEvent) -> None:
        """What has to be known at the end."""
        match event.kind:
            case Kind.TEXT:
                self._hear(event)
            case Kind.RESULT:
                self._answered = event.id == self._message
            case Kind.ERROR:
                self._error = event.text or "the built-in agent reported an error without words"
            case Kind.USAGE if event.usage is not None:
                self._usage = added(self._usage, replace(event.usage, turns=1))
            case Kind.TOOL_START:
                self._tools[event.id] = event.tool
            case Kind.TOOL_END:
                self._tools.pop(event.id, None)
            case Kind.PERMISSION:
                self._asks[event.id] = None
            case Kind.ANSWERED:
                self._asks.pop(event.id, None)
            case _:
                pass

    def _hear(self, event: AgentEvent) -> None:
        """The text of the last message may be the answer."""
        if event.id != self._message:
            self._message = event.id
            self._answer = HeadAndTail(self._spec.answer_bytes)
        self._answer.add(event.text.encode("utf-8", "replace"))


def session(spec: AttemptSpec, briefing: Briefing) -> BuiltinSession:
    """See ``registry``."""
    return BuiltinSession(spec, briefing)
