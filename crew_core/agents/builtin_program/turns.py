"""The work itself: the model says something, its tools are run, it is told what they said, until it has an answer."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from typing import Any

from crew_core.agents.builtin_program.asking import Asking
from crew_core.agents.builtin_program.attention import Attention, Interrupted, Said
from crew_core.agents.builtin_program.budget import Budget
from crew_core.agents.builtin_program.completion import Call, Completion
from crew_core.agents.builtin_program.conversation import Conversation, unanswered
from crew_core.agents.builtin_program.failure import Ended, Failed
from crew_core.agents.builtin_program.repetition import END, TELL, Repetition
from crew_core.agents.builtin_program.stream import Stream
from crew_core.agents.builtin_program.tool_use import ToolUse

_NOT_RUN = "not run: the person interrupted"
_CUT_OFF = "interrupted while it ran"
_PUT_OFF = "not run: the person said something first"
_EMPTY = "Your last message was empty. Say your answer."
_AGAIN = "[This is the {} time with the same result. Do something else.]"


class Turns:
    """``run`` once."""

    def __init__(
        self,
        conversation: Conversation,
        attention: Attention,
        stream: Stream,
        *,
        asking: Asking,
        budget: Budget,
        tool_use: ToolUse,
        most: float,
    ) -> None:
        self._conversation = conversation
        self._asking = asking
        self._budget = budget
        self._tool_use = tool_use
        self._attention = attention
        self._stream = stream
        self._most = most
        self._repetition = Repetition()
        self._turn = 0
        self._nudged = False

    def run(self, request: Callable[[], dict[str, Any]]) -> str:
        """Work until the model has answered and nobody wants more; the id of the message that is the answer.

        :param request: makes a request with the system message alone.
        :raises Failed: there will be no answer. :raises Ended: somebody wants an end.
        """
        while True:
            try:
                if answer := self._step(request()):
                    return answer
            except Interrupted as interrupted:
                self._interrupt(interrupted.said)

    def _step(self, request: dict[str, Any]) -> str | None:
        """One turn of the model; the answer's id when the work is done."""
        self._attention.look()
        self._take(self._attention.steers)
        self._turn += 1
        if self._turn > self._most:
            raise Failed(f"no answer after {self._most:g} turns")
        completion, message = self._complete(request)
        calls = completion.calls(self._turn)
        if calls or completion.text:
            self._conversation.assistant(completion.text, calls)
        if calls:
            self._carry_out(calls)
        self._stream.turn_end()
        if calls:
            return None
        self._attention.look()
        if self._take(self._attention.steers) or self._take(self._attention.messages):
            return None
        if completion.text.strip():
            return message
        if self._nudged:
            raise Failed("the model's last message was empty")
        self._nudged = True
        self._conversation.user(_EMPTY)
        return None

    def _complete(self, request: dict[str, Any]) -> tuple[Completion, str]:
        self._budget.keep(self._conversation)
        system = request["messages"]
        request["messages"] = [*system, *self._conversation.messages]

        def shorten() -> bool:
            shorter = self._budget.shorten(self._conversation)
            request["messages"] = [*system, *self._conversation.messages]
            return shorter

        try:
            completion, message = self._asking.complete(request, shorten)
        except (Interrupted, Ended):
            if self._asking.began.text:
                self._conversation.assistant(self._asking.began.text, [])
            raise
        self._budget.learn(completion.usage)
        return completion, message

    def _carry_out(self, calls: list[Call]) -> None:
        """Every call gets a result, whatever comes between."""
        done: list[tuple[Call, str]] = []
        try:
            for call in calls:
                self._attention.look()
                if self._attention.steers:
                    break
                done.append((call, self._tool_use.carry_out(call)))
                if call is not calls[-1]:
                    self._conversation.tool(*done[-1])
        finally:
            rest = calls[len(done) :]
            if not rest:
                count = self._repetition.count(done)
                note = f"\n{_AGAIN.format(f'{count}.')}" if count >= TELL else ""
                self._conversation.tool(done[-1][0], done[-1][1] + note)
            else:
                count = 0
            not_run = _PUT_OFF if self._attention.steers else _NOT_RUN
            for call in rest:
                self._conversation.tool(call, _CUT_OFF if call is self._tool_use.begun else not_run)
        if count >= END:
            raise Failed(
                f"the model repeats itself: {count} times the same call of {calls[-1].tool} with the same result"
            )

    def _interrupt(self, said: Said) -> None:
        """:raises Failed: nobody says how to go on."""
        for call_id in unanswered(self._conversation.messages):
            self._conversation.tool(Call(call_id, "", ""), _NOT_RUN)
        if said.text:
            self._conversation.user(said.text)
        self._stream.delivery(said.id, "taken")
        more = [self._take(waiting) for waiting in (self._attention.steers, self._attention.messages)]
        if not said.text and not any(more):
            raise Failed("interrupted, and nothing was said to go on with")

    def _take(self, waiting: deque[Said]) -> bool:
        """Whether there was something to take."""
        any_left = bool(waiting)
        while waiting:
            said = waiting.popleft()
            self._conversation.user(said.text)
            self._stream.delivery(said.id, "taken")
        return any_left
