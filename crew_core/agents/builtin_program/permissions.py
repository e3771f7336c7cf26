"""Asking the person before something is changed."""

from __future__ import annotations

from crew_core.agents.builtin_program.attention import Attention
from crew_core.agents.builtin_program.failure import ToolFailed
from crew_core.agents.builtin_program.stream import Stream
from crew_core.agents.builtin_program.tools.tool import Arguments, Tool


class Permissions:
    """``ask`` False: whatever the agent has as a tool it may use."""

    def __init__(self, attention: Attention, stream: Stream, *, ask: bool) -> None:
        self._attention = attention
        self._stream = stream
        self._ask = ask
        self._always: set[str] = set()
        self._asked = 0

    def check(self, tool: Tool, arguments: Arguments) -> None:
        """Returns when it is allowed. :raises ToolFailed: it is denied. Also raises as ``Attention.wait`` does."""
        if not self._ask or not tool.changes or tool.name in self._always:
            return
        self._asked += 1
        ask = f"p{self._asked}"
        self._stream.permission(ask, tool.name, f"{tool.name}: {tool.gist(arguments)}", arguments)
        said = "nobody decided"
        try:
            answer = self._attention.answer(ask)
            if answer is not None:
                said = answer.decision
                self._stream.delivery(answer.id, "taken")
        finally:
            self._stream.answered(ask, said)
        if answer is None:
            raise ToolFailed("not allowed: nobody can be asked any more")
        if answer.decision == "always":
            self._always.add(tool.name)
        elif answer.decision != "allow":
            raise ToolFailed("the person does not allow this" + (f": {answer.text}" if answer.text else ""))
