"""Tool calls of the Agent Client Protocol: told once when they begin, once when they end, whatever an agent leaves out.

Seen on real agents: a call that is announced before its arguments are known, one that appears only in the permission
request, one that only its end is told of, output that is repeated as a whole with each update.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from crew_core.agents import tool_calls
from crew_core.agents.acp.content import about, args_of, exit_code, result_of, texts
from crew_core.agents.acp.program import ToolName
from crew_core.agents.json_fields import mapping, sequence, string
from crew_core.model.transcript import AgentEvent, Kind

#: A model may take so many seconds for the arguments of a call that was announced.
_PATIENCE = 5

_ENDS = frozenset({"completed", "failed"})


@dataclass(slots=True)
class _Call:
    """What is known of a call. ``title`` is its first one; ``told``: its start was told; ``output``: what was told
    of its output so far."""

    known: dict[str, Any]
    parent: str
    title: str = ""
    told: bool = False
    waited: int = 0
    from_request: bool = False
    output: str = ""
    tool: str = ""


class Calls:
    """The calls of one turn."""

    def __init__(self, tool_name: ToolName) -> None:
        self._tool_name = tool_name
        self._calls: dict[str, _Call] = {}
        self._ended: set[str] = set()
        #: How often a call was announced or ended.
        self.changes = 0

    def updated(self, update: dict[str, Any], parent: str) -> list[AgentEvent]:
        """A ``tool_call`` or ``tool_call_update``."""
        call_id = string(update.get("toolCallId"))
        if call_id in self._ended:
            return []
        new = call_id not in self._calls
        call = self._merged(call_id, update, parent)
        status = string(update.get("status"))
        # A call that was only announced waits for its arguments; ``waited`` tells it if they do not come.
        announced = new and status not in _ENDS and status != "in_progress"
        events = [] if announced else self._start(call_id, call)
        if status in _ENDS:
            return [*events, self._end(call_id, call, update, failed=status == "failed")]
        return [*events, *self._output(call_id, call, update)]

    def requested(self, wanted: dict[str, Any]) -> list[AgentEvent]:
        """The call that a permission request is about."""
        call_id = string(wanted.get("toolCallId"))
        if call_id in self._ended:
            return []
        new = call_id not in self._calls
        call = self._merged(call_id, wanted, "")
        call.from_request = new
        return self._start(call_id, call)

    def denied(self, call_id: str) -> list[AgentEvent]:
        """It was not allowed. An agent that told of it only in its request tells nothing more of it."""
        call = self._calls.get(call_id)
        if call is None or not call.from_request:
            return []
        del self._calls[call_id]
        self._ended.add(call_id)
        return [tool_calls.ended(call.tool, call_id, "denied", failed=True, parent=call.parent)]

    @property
    def any(self) -> bool:
        """Whether there was a call in this turn."""
        return bool(self._calls or self._ended)

    @property
    def all_ended(self) -> bool:
        """Whether there was a call in this turn, and none is under way."""
        return bool(self._ended) and not self._calls

    def waited(self) -> list[AgentEvent]:
        """About a second has passed: what was announced long ago is told as it is."""
        events = []
        for call_id, call in self._calls.items():
            call.waited += 1
            if call.waited > _PATIENCE:
                events += self._start(call_id, call)
        return events

    def close(self, why: str) -> list[AgentEvent]:
        """No more comes of this turn."""
        events = []
        for call_id, call in self._calls.items():
            events += self._start(call_id, call)
            events.append(tool_calls.ended(call.tool, call_id, why, failed=True, parent=call.parent))
        self._calls.clear()
        self._ended.clear()
        return events

    def name_of(self, wanted: dict[str, Any]) -> str:
        """The tool of a permission request, by the name under which it was told."""
        call = self._calls.get(string(wanted.get("toolCallId")))
        return call.tool if call is not None and call.tool else self._tool_name(wanted, "")

    def _merged(self, call_id: str, update: dict[str, Any], parent: str) -> _Call:
        """What is known of it now: a field that an update leaves out, or leaves empty, stays as it was."""
        call = self._calls.get(call_id)
        if call is None:
            call = self._calls[call_id] = _Call({}, parent)
            self.changes += 1
        if not call.told:
            call.known |= {name: value for name, value in update.items() if value not in (None, "", [], {})}
            call.title = call.title or string(update.get("title"))
        return call

    def _start(self, call_id: str, call: _Call) -> list[AgentEvent]:
        if call.told:
            return []
        call.told = True
        call.tool = self._tool_name(call.known, call.title)
        args = args_of(call.known)
        return [tool_calls.started(call.tool, call_id, args, about(call.known), call.parent)]

    def _end(self, call_id: str, call: _Call, update: dict[str, Any], *, failed: bool) -> AgentEvent:
        del self._calls[call_id]
        self._ended.add(call_id)
        self.changes += 1
        code = exit_code(update)
        result = result_of(update) or call.output
        said = result if code in (None, 0) else f"{result}\n[exit status {code}]".lstrip()
        failed = failed or code not in (None, 0)
        return tool_calls.ended(call.tool, call_id, said, failed=failed, parent=call.parent)

    def _output(self, call_id: str, call: _Call, update: dict[str, Any]) -> list[AgentEvent]:
        """What it printed since the last update: agents send the whole output again, or its next piece."""
        piece = string(mapping(mapping(update.get("_meta")).get("terminal_output")).get("data"))
        runs = update.get("status") == "in_progress"
        whole = call.output + piece if piece else texts(update.get("content")) if runs else ""
        changes = any(mapping(part).get("type") == "diff" for part in sequence(update.get("content")))
        if not whole or changes or whole == call.output:
            return []
        new = whole.removeprefix(call.output)
        call.output = whole
        return [AgentEvent(kind=Kind.TOOL_OUTPUT, tool=call.tool, id=call_id, text=new, parent=call.parent)]
