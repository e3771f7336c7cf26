"""What pi's extensions ask their host: ours whether a tool may be used, a person's own whatever they want to know."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from crew_core.agents.answers import Reply
from crew_core.agents.json_fields import mapping, string
from crew_core.agents.json_line import decoded
from crew_core.agents.lines import Line
from crew_core.agents.permission import OPTIONS, Standing, in_words, refusal
from crew_core.agents.pi import extension
from crew_core.agents.pi.speech import dialog_answer, dialog_cancelled, dialog_confirmed
from crew_core.agents.pi.tools import READING
from crew_core.agents.telling import answered
from crew_core.agents.tool_words import capped_args, capped_text, gist
from crew_core.model.attempt import AttemptSpec
from crew_core.model.status import PermissionMode
from crew_core.model.steering import Decision, Steer
from crew_core.model.transcript import AgentEvent, Kind

#: Dialogs wait; the other methods only show something.
_DIALOGS = frozenset({"select", "confirm", "input", "editor"})
_SHOWN = frozenset({"setStatus", "setWidget", "setTitle", "set_editor_text"})


@dataclass(frozen=True, slots=True)
class Request:
    """Waits for an answer. ``tool_id`` is the tool call that it is about, if it is one."""

    id: str
    method: str
    tool: str = ""
    tool_id: str = ""


class Asking:
    """The open requests by their id."""

    def __init__(self, spec: AttemptSpec) -> None:
        self._spec = spec
        self._standing = Standing(spec)
        self._open: dict[str, Request] = {}

    def asked(self, line: dict[str, Any]) -> Reply | None:
        """An ``extension_ui_request`` has come; None: nobody understands it."""
        method, request_id = string(line.get("method")), string(line.get("id"))
        if method == "notify":
            return Reply((AgentEvent(kind=Kind.NOTICE, text=capped_text(string(line.get("message")))),))
        if method in _SHOWN:
            return Reply()
        if method not in _DIALOGS:
            return None
        if string(line.get("title")) == extension.TITLE:
            return self._permission(request_id, method, _wanted(line))
        return self._question(Request(request_id, method), line)

    def _permission(self, request_id: str, method: str, wanted: dict[str, Any]) -> Reply:
        request = Request(request_id, method, string(wanted.get("tool")), string(wanted.get("id")))
        self._open[request.id] = request
        args = mapping(wanted.get("input"))
        data = {"args": capped_args(args), "options": list(OPTIONS), "tool_id": request.tool_id}
        event = AgentEvent(kind=Kind.PERMISSION, id=request.id, tool=request.tool, text=gist(args), data=data)
        decision = self._standing.of(request.tool, reads=request.tool in READING)
        if decision is None:
            return Reply((event,))
        reply = self._close(request, decision, refusal(self._spec, request.tool), decision.value)
        return Reply((event, *reply.events), reply.outgoing)

    def _question(self, request: Request, line: dict[str, Any]) -> Reply:
        self._open[request.id] = request
        named = ("title", "message", "placeholder", "prefill")
        said = "\n".join(filter(None, (string(line.get(name)) for name in named)))
        options = line.get("options")
        data = {"options": [str(each) for each in options] if isinstance(options, list) else []}
        if request.method == "confirm":
            data = {"options": [Decision.ALLOW.value, Decision.DENY.value]}
        event = AgentEvent(kind=Kind.QUESTION, id=request.id, text=capped_text(said), data=data)
        if self._spec.permissions is PermissionMode.ASK:
            return Reply((event,))
        reply = self._cancel(request)
        return Reply((event, *reply.events), reply.outgoing)

    def knows(self, request_id: str) -> bool:
        return request_id in self._open

    def answered(self, steer: Steer) -> tuple[Reply, str | None]:
        """See ``answers.Asking``. Of what a person's own extension asks no line says that it has gone on."""
        request = self._open[steer.asked]
        decision = steer.decision or _decision_in(request, steer.text)
        if decision is Decision.ALWAYS and request.tool:
            self._standing.allow_always(request.tool)
        said, words = steer.text or "a person refused this", in_words(decision, steer.text)
        return self._close(request, decision, said, words), request.tool_id or None

    def _close(self, request: Request, decision: Decision, said: str, words: str) -> Reply:
        allowed = decision is not Decision.DENY
        event = answered(request.id, words, request.tool)
        if request.method == "confirm":
            outgoing = dialog_confirmed(request.id, allowed)
        elif request.tool:
            # A reason may not be the word that allows.
            outgoing = dialog_answer(request.id, extension.ALLOWED if allowed else f"refused: {said}")
        else:
            outgoing = dialog_answer(request.id, said) if allowed else dialog_cancelled(request.id)
        del self._open[request.id]
        return Reply((event,), outgoing)

    def _cancel(self, request: Request) -> Reply:
        del self._open[request.id]
        return Reply((answered(request.id, "withdrawn", request.tool),), dialog_cancelled(request.id))

    def cancel_all(self) -> Reply:
        """Nobody will answer any more."""
        replies = [self._cancel(request) for request in list(self._open.values())]
        events = tuple(event for reply in replies for event in reply.events)
        return Reply(events, b"".join(reply.outgoing for reply in replies))


def _decision_in(request: Request, text: str) -> Decision:
    """What words alone decide: they answer a question, say yes to a confirmation by its own word, and allow no tool."""
    if request.tool:
        return Decision.DENY
    if request.method == "confirm":
        return Decision.ALLOW if text.strip().lower() == Decision.ALLOW else Decision.DENY
    return Decision.ALLOW


def _wanted(line: dict[str, Any]) -> dict[str, Any]:
    """What our extension asks for, which it writes as JSON where a dialog has its example."""
    said = string(line.get("placeholder")) or string(line.get("message"))
    wanted = decoded(Line(said.encode("utf-8", "replace"))) or {}
    return wanted if string(wanted.get("tool")) else {"tool": "an unknown tool", "input": wanted}
