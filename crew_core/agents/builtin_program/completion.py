"""One completion of the model, put together from its chunks."""

from __future__ import annotations

import json
from typing import Any, NamedTuple

from crew_core.agents.builtin_program.chunks import reasoning_of, text_of, usage_of
from crew_core.agents.builtin_program.failure import Fault
from crew_core.agents.json_fields import mapping, sequence, string

#: How a completion may end well. llama.cpp and others have words of their own for ``stop``.
_GOOD_ENDS = frozenset({"stop", "tool_calls", "function_call", "eos", "end_turn", "stop_sequence"})

_BAD_ENDS = {
    "length": "the model's answer was cut: it reached the limit of tokens",
    "content_filter": "the model's answer was stopped by a content filter",
}


class Call(NamedTuple):
    """A tool call; ``arguments`` is what the model wrote, which should be a JSON object."""

    id: str
    tool: str
    arguments: str


class Completion:
    """``add`` each chunk; ``check`` when there are no more."""

    def __init__(self) -> None:
        self._texts: list[str] = []
        self._refusals: list[str] = []
        self._calls: list[dict[str, str]] = []
        self._places: dict[int, int] = {}
        self._end = ""
        self._reported: dict[str, Any] | None = None
        #: ``[DONE]`` came.
        self.done = False
        #: It came in one piece, which no server cuts and calls complete.
        self.whole = False
        self.began = False

    def add(self, chunk: dict[str, Any]) -> tuple[str, str]:
        """(text, thinking) that the chunk adds."""
        self.began = True
        if mapping(chunk.get("usage")):
            self._reported = mapping(chunk["usage"])
        choices = [mapping(choice) for choice in sequence(chunk.get("choices"))]
        text = thinking = ""
        for choice in choices:
            if choice.get("index") in (0, None):
                self._end = string(choice.get("finish_reason")) or self._end
                # A server that does not stream says ``message``.
                delta = mapping(choice.get("delta")) or mapping(choice.get("message"))
                text += text_of(delta.get("content"))
                thinking += reasoning_of(delta)
                self._refusals.append(string(delta.get("refusal")))
                for call in sequence(delta.get("tool_calls")):
                    self._add_call(mapping(call))
        self._texts.append(text)
        return text, thinking

    def _add_call(self, piece: dict[str, Any]) -> None:
        function = mapping(piece.get("function"))
        index, call_id = piece.get("index"), string(piece.get("id"))
        if not isinstance(index, int):
            # Some servers number nothing: a piece with an id, or without a call before it, begins a call.
            index = len(self._calls) if call_id or not self._calls else max(self._places, default=0)
        if index not in self._places:
            self._places[index] = len(self._calls)
            self._calls.append({"id": "", "tool": "", "arguments": ""})
        call = self._calls[self._places[index]]
        call["id"] = call["id"] or call_id
        call["tool"] = call["tool"] or string(function.get("name"))
        arguments = function.get("arguments")
        call["arguments"] += json.dumps(arguments) if isinstance(arguments, dict) else string(arguments)

    @property
    def text(self) -> str:
        return "".join(self._texts)

    @property
    def usage(self) -> dict[str, int] | None:
        """None: the server reported none."""
        return None if self._reported is None else usage_of(self._reported)

    def calls(self, number: int) -> list[Call]:
        """:param number: of this completion; it makes ids for calls that the server gave none."""
        return [
            Call(call["id"] or f"call_{number}_{place}", call["tool"], call["arguments"])
            for place, call in enumerate(self._calls)
        ]

    def check(self) -> None:
        """:raises Fault: it is cut, or it is no answer although it is complete.

        A stream without a ``finish_reason`` is cut, also when ``[DONE]`` came. llama.cpp, Ollama, vLLM, SGLang, LM
        Studio, LocalAI, KoboldCpp, MLX and OpenAI send one with their last chunk. But vLLM, and gateways before it,
        send ``[DONE]`` after a failure too: it says that the stream is over, not that the answer is whole.
        """
        if not self._end and not self.whole:
            why = "the stream ended without a finish_reason" if self.done else "the stream ended early"
            raise Fault(f"the model's answer was cut: {why}", again=True)
        if refusal := "".join(self._refusals):
            raise Fault(f"the model refused: {refusal}")
        if self._end and self._end not in _GOOD_ENDS:
            raise Fault(_BAD_ENDS.get(self._end, f"the model stopped for another reason: {self._end}"))
