"""What Claude Code asks its host: whether a tool may be used, or a question for a person."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from crew_core.agents.answers import Reply
from crew_core.agents.claude.speech import allowed, denied, not_understood
from crew_core.agents.claude.tools import HARMLESS, READING, Allowance
from crew_core.agents.json_fields import mapping, objects, string
from crew_core.agents.permission import OPTIONS, Standing, in_words, refusal
from crew_core.agents.telling import answered
from crew_core.agents.tool_words import capped_args, gist
from crew_core.model.attempt import AttemptSpec
from crew_core.model.status import PermissionMode
from crew_core.model.steering import Decision, Steer
from crew_core.model.transcript import AgentEvent, Kind

_QUESTION_TOOL = "AskUserQuestion"
_NOBODY = "nobody can be asked now: decide yourself, and say what you decided"
_DENIED = "a person refused this"


@dataclass(frozen=True, slots=True)
class Request:
    """Waits for an answer. ``tool_id`` is the tool call that it is about."""

    id: str
    tool: str
    tool_id: str
    args: dict[str, Any]

    @property
    def is_question(self) -> bool:
        return self.tool == _QUESTION_TOOL


class Asking:
    """The open requests by their id."""

    def __init__(self, spec: AttemptSpec) -> None:
        self._spec = spec
        self._ruled = Allowance(spec).ruled
        self._standing = Standing(spec)
        self._open: dict[str, Request] = {}

    def asked(self, line: dict[str, Any]) -> Reply:
        """A ``control_request`` has come."""
        request_id, about = string(line.get("request_id")), mapping(line.get("request"))
        subtype = string(about.get("subtype"))
        if subtype != "can_use_tool":
            event = AgentEvent(kind=Kind.RAW, data={"control_request": subtype})
            return Reply((event,), not_understood(request_id, subtype))
        args = mapping(about.get("input"))
        request = Request(request_id, string(about.get("tool_name")), string(about.get("tool_use_id")), args)
        self._open[request.id] = request
        event = _told(request)
        decision = self._decided(request)
        if decision is None:
            return Reply((event,))
        why = _NOBODY if request.is_question else refusal(self._spec, request.tool)
        reply = self._close(request, decision, why, "allowed" if decision is Decision.ALLOW else f"denied: {why}")
        return Reply((event, *reply.events), reply.outgoing)

    def _decided(self, request: Request) -> Decision | None:
        if request.is_question:
            return Decision.DENY if self._spec.permissions is PermissionMode.AUTO else None
        # What a person has always allowed is more than the rule allows.
        if request.tool in self._ruled and not self._standing.always(request.tool):
            return Decision.DENY if self._spec.permissions is PermissionMode.AUTO else None
        changes = request.tool not in HARMLESS
        return self._standing.of(request.tool, reads=request.tool in READING, changes=changes)

    def knows(self, request_id: str) -> bool:
        return request_id in self._open

    def answered(self, steer: Steer) -> tuple[Reply, str]:
        """A person has answered an open request. Also returns the tool call that goes on with it."""
        request = self._open[steer.asked]
        # Words alone answer a question, and allow nothing.
        decision = steer.decision or (Decision.ALLOW if request.is_question else Decision.DENY)
        said = steer.text or _DENIED
        if decision is Decision.ALWAYS:
            self._standing.allow_always(request.tool)
        return self._close(request, decision, said, in_words(decision, steer.text)), request.tool_id

    def _close(self, request: Request, decision: Decision, said: str, words: str) -> Reply:
        del self._open[request.id]
        event = answered(request.id, words, request.tool)
        if decision is Decision.DENY:
            return Reply((event,), denied(request.id, said))
        args = _with_answers(request.args, said) if request.is_question else request.args
        return Reply((event,), allowed(request.id, args))

    def withdrawn(self, line: dict[str, Any]) -> Reply:
        """The program needs no answer any more."""
        request = self._open.pop(string(line.get("request_id")), None)
        return Reply() if request is None else Reply((_withdrawn(request),))

    def close(self) -> tuple[AgentEvent, ...]:
        """The turn is over: nothing is waited for any more."""
        events = tuple(map(_withdrawn, self._open.values()))
        self._open.clear()
        return events


def _told(request: Request) -> AgentEvent:
    kind, options = Kind.PERMISSION, list(OPTIONS)
    text = gist(request.args)
    if request.is_question:
        kind, text, options = Kind.QUESTION, *_questions(objects(request.args.get("questions")))
    data = {"args": capped_args(request.args), "options": options, "tool_id": request.tool_id}
    return AgentEvent(kind=kind, id=request.id, tool=request.tool, text=text, data=data)


def _questions(asked: Sequence[dict[str, Any]]) -> tuple[str, list[str]]:
    """A line for each, and the answers that it names; of several questions, each has its own in its line."""
    named = [[string(choice.get("label")) for choice in objects(each.get("options"))] for each in asked]
    words = [string(each.get("question")) for each in asked]
    if len(asked) == 1:
        return words[0], named[0]
    lines = (f"{word} ({', '.join(of)})" if of else word for word, of in zip(words, named, strict=True))
    return "\n".join(lines), []


def _withdrawn(request: Request) -> AgentEvent:
    return answered(request.id, "withdrawn", request.tool)


def _with_answers(args: dict[str, Any], said: str) -> dict[str, Any]:
    """A line for each question when there are as many of them, else all of it for each."""
    questions = [string(each.get("question")) for each in objects(args.get("questions"))]
    lines = said.splitlines()
    answers = lines if len(lines) == len(questions) else [said] * len(questions)
    return {**args, "answers": dict(zip(questions, answers, strict=True))}
