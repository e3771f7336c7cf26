"""One conversation with pi in RPC mode: commands in, responses and events out, one process."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from crew_core.agents.json_fields import mapping, string
from crew_core.agents.json_line import decoded
from crew_core.agents.lines import Line
from crew_core.agents.pi.asking import Asking
from crew_core.agents.pi.conversation import Conversation
from crew_core.agents.pi.ending import failure
from crew_core.agents.pi.launching import launch
from crew_core.agents.pi.mailbox import Mailbox
from crew_core.agents.pi.speech import ABORT, PROMPT, STATE, abort, prompt
from crew_core.agents.protocol import Abilities, Briefing, Finish, Launch, Reaction
from crew_core.agents.quiet import Quiet
from crew_core.agents.spoken_to import SpokenTo
from crew_core.agents.telling import raw
from crew_core.model.attempt import AttemptSpec, StopRequest
from crew_core.model.steering import Steer, SteerKind
from crew_core.model.transcript import AgentEvent, Kind

ABILITIES = Abilities(
    steer_now=True, steer_next_turn=True, resume=True, ask=True, permissions=True, usage=True, cost=True, own_state=True
)

_LOST = "the stream ended before the agent had settled"

#: Versions before 0.80.4 do not say that they have settled: then so much silence after an end says it.
_SETTLED_S = 3.0


class PiSession(SpokenTo):
    """See ``protocol.Session``."""

    def __init__(self, spec: AttemptSpec, briefing: Briefing) -> None:
        self._spec = spec
        self._briefing = briefing
        self._conversation = Conversation(spec.answer_bytes)
        self._asking = Asking(spec)
        super().__init__(self._asking)
        self._mailbox = Mailbox()
        self._quiet = Quiet()
        self._settling = Quiet(_SETTLED_S)
        self._asked_for_prompt = False
        #: An ``agent_end`` has come after which an old version says nothing more.
        self._ended = False
        self._settled = False
        #: Somebody asked for the end of what it does now.
        self._aborted = False
        self._fault: str | None = None
        self._takers: dict[str, Callable[[dict[str, Any]], Iterable[AgentEvent] | None]] = {
            "response": self._responded,
            "session": self._session,
            "agent_start": self._going_on,
            "agent_end": self._agent_end,
            "agent_settled": lambda line: self._settle(),
            "extension_ui_request": self._asked,
        }

    def open(self) -> Launch:
        return launch(self._spec, self._briefing)

    def _understood(self, line: Line) -> Iterable[AgentEvent]:
        self._quiet.broken()
        self._settling.broken()
        found = decoded(line)
        if found is None:
            return [raw(line)]
        taker = self._takers.get(string(found.get("type")))
        told = self._told(found) if taker is None else taker(found)
        return [raw(line)] if told is None else told

    def _told(self, line: dict[str, Any]) -> Iterable[AgentEvent] | None:
        told = self._conversation.told(line)
        if told is None:
            return None
        if line.get("type") == "message_start" and string(mapping(line.get("message")).get("role")) == "user":
            return [*told, *self._mailbox.taken(line)]
        return [*told, *self._answers.taken(told)]

    def _session(self, line: dict[str, Any]) -> Iterable[AgentEvent]:
        data = {"cwd": string(line.get("cwd"))} if string(line.get("cwd")) else None
        return [AgentEvent(kind=Kind.SESSION, id=string(line.get("id")), data=data)]

    def _responded(self, line: dict[str, Any]) -> Iterable[AgentEvent] | None:
        command_id, accepted = string(line.get("id")), line.get("success") is True
        if command_id == STATE:
            return self._state(mapping(line.get("data")), "" if accepted else string(line.get("error")))
        if command_id == PROMPT:
            return [] if accepted else self._fail(f"the prompt was refused: {string(line.get('error'))}")
        if command_id == ABORT:
            return []
        outgoing, events = self._mailbox.responded(line)
        self._outgoing += outgoing
        events = list(events)
        if not events and not accepted:
            return [AgentEvent(kind=Kind.NOTICE, text=f"{string(line.get('command'))}: {string(line.get('error'))}")]
        if self._settled:
            self._settle_again()
        return events

    def _state(self, state: dict[str, Any], error: str) -> Iterable[AgentEvent]:
        """Only now it is known which conversation the prompt would go into."""
        session_id, model = string(state.get("sessionId")), mapping(state.get("model"))
        events = []
        if session_id:
            facts = {"cwd": self._spec.cwd, "model": string(model.get("id")), "provider": string(model.get("provider"))}
            data = {name: value for name, value in facts.items() if value}
            events.append(AgentEvent(kind=Kind.SESSION, id=session_id, data=data))
            events += self._thinks_otherwise(string(state.get("thinkingLevel")))
        asked = self._spec.resume
        if asked is not None and asked.id != session_id:
            came = f"{session_id} came" if session_id else error or "none came"
            return [*events, *self._fail(f"session {asked.id} was asked for, and {came}")]
        if not self._asked_for_prompt:
            self._asked_for_prompt = True
            self._outgoing += prompt(PROMPT, self._briefing.prompt)
        return events

    def _thinks_otherwise(self, level: str) -> Iterable[AgentEvent]:
        """It changes the level without a word to one that its model can do: ``off`` where that does not reason."""
        wanted = self._spec.thinking
        if not wanted or not level or level == wanted:
            return []
        return [AgentEvent(kind=Kind.NOTICE, text=f"pi's model takes no thinking level {wanted}: it is {level}")]

    def _fail(self, fault: str) -> Iterable[AgentEvent]:
        self._fault = self._fault or fault
        self._done = True
        return [AgentEvent(kind=Kind.ERROR, text=fault)]

    def _going_on(self, line: dict[str, Any]) -> Iterable[AgentEvent]:
        self._ended = self._settled = self._aborted = False
        return []

    def _agent_end(self, line: dict[str, Any]) -> Iterable[AgentEvent]:
        """Not the end where ``agent_settled`` follows, which every version says that knows ``willRetry``."""
        self._ended = line.get("willRetry") is not True
        if "willRetry" not in line and self._conversation.stopped == "stop":
            return self._settle()
        return []

    def _settle(self) -> Iterable[AgentEvent]:
        """It will not go on by itself."""
        if self._settled:
            return []
        self._settled = True
        fault = self._failure()
        self._settle_again()
        return [] if fault is None else [AgentEvent(kind=Kind.ERROR, text=fault)]

    def _failure(self) -> str | None:
        """A tool that was ended makes pi call the turn an error of the model."""
        stopped = self._conversation.stopped
        interrupted = self._aborted and stopped == "error"
        return failure("aborted" if interrupted else stopped, self._conversation.error)

    def _settle_again(self) -> None:
        self._done = self._done or self._stopping or not self._mailbox.waiting

    def _asked(self, line: dict[str, Any]) -> Iterable[AgentEvent] | None:
        reply = self._asking.asked(line)
        return None if reply is None else self._reply(reply)

    def _said(self, steer: Steer) -> Iterable[AgentEvent]:
        # An abort waits for ever while a dialog is open.
        events = list(self._reply(self._asking.cancel_all())) if steer.kind is SteerKind.INTERRUPT else []
        self._aborted = self._aborted or steer.kind is SteerKind.INTERRUPT
        outgoing, told = self._mailbox.said(steer)
        self._outgoing += outgoing
        return [*events, *told]

    def tick(self, now: float) -> Reaction:
        """What an old version does not say, and what never begins, is known by silence."""
        if self._done:
            return Reaction()
        if self._ended and not self._settled and self._settling.lasts(now):
            return self._reaction(self._settle())
        if self._settled and self._quiet.lasts(now):
            self._done = True
            return self._reaction()
        return Reaction()

    def interrupt(self, stop: StopRequest) -> Reaction:
        """Its stdin stays open until it has settled: at its end pi would go at once, without its last words."""
        self._stopping = self._aborted = True
        if self._settled or not self._asked_for_prompt:
            self._done = True
            return self._reaction()
        events = self._reply(self._asking.cancel_all())
        self._outgoing += abort(ABORT)
        return self._reaction(events)

    def _lost(self) -> str:
        if self._spec.resume is not None and not self._asked_for_prompt:
            return f"session {self._spec.resume.id} was asked for, and none came"
        return _LOST

    def finish(self, exit_code: int | None, signal: int | None) -> Finish:
        events = [*self._last_events(), *self._asking.cancel_all().events, *self._conversation.tools.close()]
        settled = self._settled or (self._ended and exit_code == 0)
        fault = self._fault
        if fault is None:
            fault = self._failure() if settled else self._lost()
        answer = self._conversation.answer if fault is None else None
        if answer is not None and answer.blank:
            answer = None
        return Finish(
            events=tuple(events),
            answer=answer.text() if answer is not None else b"",
            answer_bytes=answer.size if answer is not None else 0,
            answer_seen=answer is not None,
            program_error=fault,
            usage=self._conversation.total,
        )
