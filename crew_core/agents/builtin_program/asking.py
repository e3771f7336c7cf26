"""Asking the model: one request, streamed; again after a while when that may help."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Iterator
from contextlib import closing
from typing import Any, TypeVar

from crew_core.agents.builtin_program.attention import Attention
from crew_core.agents.builtin_program.completion import Completion
from crew_core.agents.builtin_program.endpoint import Endpoint
from crew_core.agents.builtin_program.exchange import Exchange
from crew_core.agents.builtin_program.failure import Failed, Fault
from crew_core.agents.builtin_program.limits import Limits
from crew_core.agents.builtin_program.refusal import broken_off, refused
from crew_core.agents.builtin_program.sse import Event, EventTooLong, Sse
from crew_core.agents.builtin_program.stream import Stream
from crew_core.agents.json_fields import mapping, sequence, string

_T = TypeVar("_T")

#: How hard the model is to think: the field of a request.
EFFORT = "reasoning_effort"

#: The longest wait of our own, and the longest that a server may ask for: beyond it, somebody should rather know.
_LONGEST_WAIT_S = 30.0
_LONGEST_RETRY_AFTER_S = 300.0

#: A body that is not streamed: an error, or a list of models.
_BODY_BYTES = 64 * 1024 * 1024


class Asking:
    """``began`` is the completion under way, or the last one: what an interrupt leaves of it."""

    def __init__(self, endpoint: Endpoint, limits: Limits, attention: Attention, stream: Stream) -> None:
        self._endpoint = endpoint
        self._limits = limits
        self._attention = attention
        self._stream = stream
        self._asked = 0
        self._takes_effort = True
        self.began = Completion()

    def first_model(self) -> str:
        """The first that the server lists. :raises Failed: it lists none."""
        found = self._persistently(lambda: self._whole("/models", None), lambda fault: False)
        names = [string(mapping(each).get("id")) for each in sequence(mapping(found).get("data"))]
        if not any(names):
            raise Failed("the model server lists no model: set CREW_BUILTIN_MODEL")
        return next(filter(None, names))

    def complete(self, request: dict[str, Any], shorten: Callable[[], bool]) -> tuple[Completion, str]:
        """The model's completion, told as it comes, and the id under which its text was told.

        :param request: may be changed by ``shorten``, which makes the conversation shorter and says whether it could.
        :raises Failed: there is none, however often one asks.
        """
        if not self._takes_effort:
            request.pop(EFFORT, None)
        return self._persistently(
            lambda: self._streamed(request),
            lambda fault: (fault.too_long and shorten()) or (fault.no_effort and self._leave_out_effort(request)),
        )

    def _leave_out_effort(self, request: dict[str, Any]) -> bool:
        """From now on; whether there was one."""
        effort = request.pop(EFFORT, None)
        if effort is None:
            return False
        self._takes_effort = False
        self._stream.notice(f"the model server refuses reasoning_effort {effort}: it thinks as it does by itself")
        return True

    def _persistently(self, ask: Callable[[], _T], relieve: Callable[[Fault], bool]) -> _T:
        """:param relieve: changes what is asked, and says whether it could: then it is asked again at once."""
        faults = 0
        while True:
            try:
                return ask()
            except Fault as fault:
                if relieve(fault):
                    continue
                faults += 1
                asked_s = fault.retry_after_s
                if not fault.again or faults > self._limits.retries:
                    raise Failed(str(fault)) from fault
                if asked_s is not None and asked_s > _LONGEST_RETRY_AFTER_S:
                    raise Failed(f"{fault} (not before {asked_s:.0f} s)") from fault
                wait_s = asked_s if asked_s is not None else self._wait_s(faults)
                self._stream.retry(faults, wait_s, str(fault))
                self._attention.sleep(wait_s)

    def _wait_s(self, faults: int) -> float:
        """Doubled each time; a little by chance, so that a crew does not come back all at once."""
        return min(_LONGEST_WAIT_S, self._limits.retry_s * 2.0 ** (faults - 1)) * random.uniform(0.8, 1.2)

    def _streamed(self, request: dict[str, Any]) -> tuple[Completion, str]:
        self._asked += 1
        self.began = completion = Completion()
        message = f"m{self._asked}"
        try:
            with closing(self._send("/chat/completions", request)) as exchange:
                self._receive(exchange, completion, message)
            completion.check()
        finally:
            if completion.began:
                self._stream.usage(completion.usage or {}, string(request.get("model")))
        return completion, message

    def _receive(self, exchange: Exchange, completion: Completion, message: str) -> None:
        sse, whole = Sse(), bytearray()
        for data in self._pieces(exchange):
            if exchange.status != 200 or "json" in exchange.headers.get("content-type", ""):
                whole += data
                if len(whole) > _BODY_BYTES:
                    raise Fault("the model server's answer is too long")
            else:
                self._tell(message, completion, self._events(sse, data))
                if completion.done:
                    # Nothing comes after it, whether the server closes the connection or not.
                    return
        if exchange.status is not None and exchange.status != 200:
            raise refused(exchange.status, exchange.headers, bytes(whole))
        if exchange.failure:
            raise Fault(exchange.failure, again=exchange.again)
        if whole:
            self._tell(message, completion, [Event(bytes(whole))])
            completion.whole = True

    def _events(self, sse: Sse, data: bytes) -> list[Event]:
        try:
            return sse.feed(data)
        except EventTooLong as error:
            raise Fault(f"the model server sent {error}") from error

    def _tell(self, message: str, completion: Completion, events: list[Event]) -> None:
        """Everything that came at once is told at once."""
        texts, thoughts = [], []
        try:
            for event in events:
                if event.data.strip() == b"[DONE]":
                    completion.done = True
                    break
                text, thought = completion.add(_chunk(event))
                texts.append(text)
                thoughts.append(thought)
        finally:
            if thinking := "".join(thoughts):
                self._stream.thinking(message, thinking)
            if said := "".join(texts):
                self._stream.text(message, said)

    def _whole(self, path: str, request: dict[str, Any] | None) -> Any:
        body = bytearray()
        with closing(self._send(path, request)) as exchange:
            for data in self._pieces(exchange):
                body += data
                if len(body) > _BODY_BYTES:
                    raise Fault("the model server's answer is too long")
            if exchange.status is not None and exchange.status != 200:
                raise refused(exchange.status, exchange.headers, bytes(body))
            if exchange.failure:
                raise Fault(exchange.failure, again=exchange.again)
        try:
            return json.loads(body)
        except ValueError as error:
            raise Fault("the model server's answer is no JSON") from error

    def _send(self, path: str, request: dict[str, Any] | None) -> Exchange:
        body = None if request is None else json.dumps(request, ensure_ascii=False).encode("utf-8", "replace")
        return Exchange(
            self._endpoint,
            path,
            body,
            connect_timeout_s=self._limits.connect_timeout_s,
            read_timeout_s=self._limits.read_timeout_s,
        )

    def _pieces(self, exchange: Exchange) -> Iterator[bytes]:
        while True:
            if self._attention.wait(exchange.fileno()):
                data = exchange.read()
                if not data:
                    return
                yield data


def _chunk(event: Event) -> dict[str, Any]:
    failed = event.name == b"error"
    try:
        told = json.loads(event.data)
    except (ValueError, RecursionError) as error:
        if failed:
            raise broken_off({"message": event.data.decode("utf-8", "replace")}) from error
        raise Fault("the model server sent what is no JSON", again=True) from error
    chunk = mapping(told)
    # Most have a field for it; some name the event, and vLLM of old the object.
    if failed or chunk.get("error") or chunk.get("object") == "error":
        raise broken_off(chunk)
    return chunk
