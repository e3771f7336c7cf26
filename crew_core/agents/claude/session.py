"""One conversation with Claude Code: JSON lines both ways, one process, one turn after the other."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from crew_core.agents.claude.asking import Asking
from crew_core.agents.claude.conversation import Conversation
from crew_core.agents.claude.ending import aborted, answer, failure
from crew_core.agents.claude.launching import launch
from crew_core.agents.claude.mailbox import Mailbox
from crew_core.agents.claude.speech import interruption
from crew_core.agents.head_and_tail import HeadAndTail
from crew_core.agents.json_fields import count, string
from crew_core.agents.json_line import decoded
from crew_core.agents.lines import Line
from crew_core.agents.protocol import Abilities, Briefing, Finish, Launch, Reaction
from crew_core.agents.quiet import Quiet
from crew_core.agents.spoken_to import SpokenTo
from crew_core.agents.telling import raw
from crew_core.model.attempt import AttemptSpec, StopRequest
from crew_core.model.steering import Steer
from crew_core.model.transcript import AgentEvent, Kind

ABILITIES = Abilities(
    steer_now=True, steer_next_turn=True, resume=True, ask=True, permissions=True, usage=True, cost=True, own_state=True
)

_LOST = "the stream ended without a result"
_INTERRUPTED = "its turn was interrupted"
_STOP_REQUEST = "crew-stop"


class ClaudeSession(SpokenTo):
    """See ``protocol.Session``."""

    def __init__(self, spec: AttemptSpec, briefing: Briefing) -> None:
        self._spec = spec
        self._briefing = briefing
        self._conversation = Conversation()
        self._asking = Asking(spec)
        super().__init__(self._asking)
        self._mailbox = Mailbox(spec.worker_id)
        self._quiet = Quiet()
        #: (id, model) of the session as it was told last.
        self._session = ("", "")
        self._wrong_session: str | None = None
        self._in_turn = True
        self._error: str | None = _LOST
        self._answer: HeadAndTail | None = None
        self._takers: dict[str, Callable[[dict[str, Any]], Iterable[AgentEvent]]] = {
            "control_request": lambda line: self._reply(self._asking.asked(line)),
            "control_cancel_request": lambda line: self._reply(self._asking.withdrawn(line)),
            "control_response": self._mailbox.responded,
            "command_lifecycle": self._mailbox.passed,
            "result": self._turn_over,
        }

    def open(self) -> Launch:
        return launch(self._spec, self._briefing)

    def _understood(self, line: Line) -> Iterable[AgentEvent]:
        self._quiet.broken()
        found = decoded(line)
        if found is None:
            yield raw(line)
            return
        yield from self._began(found)
        kind = string(found.get("type"))
        if kind in self._takers:
            yield from self._takers[kind](found)
        elif kind == "user" and found.get("isReplay") is True:
            self._begin_turn()
            yield from self._mailbox.taken(found)
        else:
            told = self._conversation.told(found)
            if told is None:
                told = [raw(line)]
            yield from told
            yield from self._answers.taken(told)

    def _began(self, line: dict[str, Any]) -> Iterable[AgentEvent]:
        """The session, at the first line that names it, and again when it or its model changes."""
        named = string(line.get("session_id"))
        first = line.get("subtype") == "init" and line.get("type") == "system"
        if first:
            self._begin_turn()
        session = (named or self._session[0], string(line.get("model")) if first else self._session[1])
        if not session[0] or session == self._session:
            return
        self._session = session
        facts = {
            "cwd": string(line.get("cwd")),
            "model": session[1],
            "version": string(line.get("claude_code_version")),
        }
        yield AgentEvent(kind=Kind.SESSION, id=session[0], data={k: v for k, v in facts.items() if v} or None)
        asked = self._spec.resume
        if asked is not None and asked.id != session[0] and self._wrong_session is None:
            self._wrong_session = f"session {asked.id} was asked for, and {session[0]} came"
            self._done = True
            yield AgentEvent(kind=Kind.ERROR, text=self._wrong_session)

    def _begin_turn(self) -> None:
        if not self._in_turn:
            self._in_turn, self._error, self._answer = True, _LOST, None

    def _turn_over(self, result: dict[str, Any]) -> Iterable[AgentEvent]:
        self._in_turn = False
        self._error = failure(result)
        if aborted(result):
            self._error = _INTERRUPTED
        events = [*self._asking.close(), *self._conversation.billing.result(result)]
        said = answer(result)
        self._answer = None
        if self._error is not None:
            # The program's own words were told when it said them.
            if not said or said != self._conversation.failed:
                events.append(AgentEvent(kind=Kind.ERROR, text=self._error))
        elif said.strip():
            self._answer = HeadAndTail(self._spec.answer_bytes)
            self._answer.add(said.encode("utf-8", "replace"))
            if not self._conversation.spoke:
                events.append(AgentEvent(kind=Kind.RESULT, text=said))
        self._conversation.turn_over()
        events += self._next_turn(count(result.get("queued_turn_count")) or 0)
        return events

    def _next_turn(self, queued: int) -> Iterable[AgentEvent]:
        """What waited for the end of the turn is said now; without any, the work is over."""
        if self._stopping or self._wrong_session is not None:
            self._done = True
            return []
        outgoing, events = self._mailbox.said_now()
        self._outgoing += outgoing
        if not outgoing and not queued and not self._mailbox.waiting:
            self._done = True
        return events

    def _said(self, steer: Steer) -> Iterable[AgentEvent]:
        outgoing, events = self._mailbox.said(steer)
        self._outgoing += outgoing
        return events

    def tick(self, now: float) -> Reaction:
        """A turn that should begin with what was sent, and does not, is not waited for."""
        if not self._in_turn and not self._done and self._quiet.lasts(now):
            self._done = True
            return self._reaction()
        return Reaction()

    def interrupt(self, stop: StopRequest) -> Reaction:
        """What the turn still says is read: its stdin ends when the turn has."""
        self._stopping = True
        if not self._in_turn:
            self._done = True
            return self._reaction()
        self._outgoing += interruption(_STOP_REQUEST)
        return self._reaction()

    def finish(self, exit_code: int | None, signal: int | None) -> Finish:
        events = [*self._last_events(), *self._asking.close(), *self._conversation.tools.close()]
        return Finish(
            events=tuple(events),
            answer=self._answer.text() if self._answer is not None else b"",
            answer_bytes=self._answer.size if self._answer is not None else 0,
            answer_seen=self._answer is not None,
            program_error=self._wrong_session or self._error,
            usage=self._conversation.billing.total,
        )
