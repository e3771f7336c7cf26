"""The server itself: HTTP on loopback, one thread a connection, what it served and billed kept for the test to read."""

from __future__ import annotations

import gzip
import json
import select
import socket
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import ModuleType, TracebackType
from typing import Any, Self, cast

from tests.model_server import anthropic_messages, gemini, openai_chat, openai_responses
from tests.model_server.billing import NOTHING, Bill, bill, total
from tests.model_server.conversation import Conversation
from tests.model_server.reply import Ending, Reply, Stage
from tests.model_server.scenarios import next_reply
from tests.model_server.wire_format import WireFormat

#: How often a response that never ends looks whether somebody still waits for it.
_LOOK_S = 0.1

_FORMATS: tuple[tuple[str, ModuleType], ...] = (
    ("/chat/completions", openai_chat),
    ("/responses", openai_responses),
    ("/messages", anthropic_messages),
    (":streamGenerateContent", gemini),
    (":generateContent", gemini),
)

#: What a client that wants to know its models is told.
_MODELS = {"object": "list", "data": [{"id": "scripted", "object": "model", "type": "model"}], "has_more": False}


class Outcome(StrEnum):
    """How a response ended."""

    OPEN = "open"
    WHOLE = "whole"
    FAILED = "failed"
    CUT = "cut"
    CLIENT_GONE = "client gone"


@dataclass(slots=True)
class Served:
    """One request. ``bill`` is what the client was told; nothing is billed for what did not end whole."""

    number: int
    format: str
    scenario: str
    step: int
    aside: bool
    status: int
    conversation: Conversation = field(repr=False)
    bill: Bill = NOTHING
    outcome: Outcome = Outcome.OPEN


class ModelServer:
    """``with ModelServer() as server``: listens at ``server.url``; ``served`` has every request so far.

    ``log`` is called with each request as it ends.
    """

    def __init__(self, port: int = 0, log: Callable[[Served], None] = lambda served: None) -> None:
        self.served: list[Served] = []
        #: What went wrong in the server itself; leaving it raises the first.
        self.faults: list[BaseException] = []
        self.closing = threading.Event()
        self._log = log
        self._failures: Counter[str] = Counter()
        self._changed = threading.Condition()
        self._http = _Http(("127.0.0.1", port), _Connection)
        self._http.ours = self
        self._thread = threading.Thread(target=self._http.serve_forever, args=(_LOOK_S,), daemon=True)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._http.server_port}"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.closing.set()
        self._http.shutdown()
        self._http.server_close()
        self._thread.join()
        if self.faults and error is None:
            raise self.faults[0]

    @property
    def main(self) -> list[Served]:
        """The requests of the conversation, without what was asked beside it, such as for a title."""
        return [one for one in self.served if not one.aside]

    @property
    def billed(self) -> Bill:
        """For the conversation."""
        return total(one.bill for one in self.main)

    def answer(self, name: str, conversation: Conversation) -> tuple[Served, Reply]:
        with self._changed:
            reply = next_reply(conversation, self._failures)
            number = len(self.served) + 1
            served = Served(number, name, reply.scenario, reply.step, reply.aside, reply.status, conversation)
            self.served.append(served)
            self._changed.notify_all()
        return served, reply

    def ended(self, served: Served, outcome: Outcome) -> None:
        with self._changed:
            served.outcome = outcome
            self._changed.notify_all()
        self._log(served)

    def until(self, true: Callable[[Sequence[Served]], object], patience_s: float = 30.0) -> None:
        """Wait until that holds for what it has served.

        :raises TimeoutError: it never did.
        """
        with self._changed:
            if not self._changed.wait_for(lambda: true(self.served), patience_s):
                raise TimeoutError(f"it never came; served: {self.served}")


def log_line(served: Served) -> str:
    """A request as a line of JSON, without what was said."""
    told = {name: value for name, value in asdict(served).items() if name != "conversation"}
    talk = served.conversation
    return json.dumps(told | {"model": talk.model, "turns": len(talk.turns), "tools": list(talk.tools)})


class _Http(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    request_queue_size = 256
    ours: ModelServer

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that goes is no fault; anything else is one of the server's own."""
        error = sys.exception()
        if error is not None and not isinstance(error, OSError):
            self.ours.faults.append(error)


class _Connection(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Http

    def log_message(self, *arguments: Any) -> None:
        """Requests are logged by what they were answered."""

    def do_HEAD(self) -> None:
        self._send(200, {})

    def do_GET(self) -> None:
        known = self.path.partition("?")[0].endswith("/models")
        self._send(*((200, _MODELS) if known else (404, openai_chat.failure(404, "there is no such page"))))

    def do_POST(self) -> None:
        path, content = self.path.partition("?")[0], self._content()
        for suffix, module in _FORMATS:
            if path.endswith(suffix):
                self._converse(cast(WireFormat, module), module.__name__.rpartition(".")[2], path, json.loads(content))
                return
        # Counting tokens, telemetry: answered, never billed.
        tokens = len(content) // 4 + 1
        self._send(200, {"input_tokens": tokens, "totalTokens": tokens})

    def _content(self) -> bytes:
        if self.headers.get("transfer-encoding", "").lower() == "chunked":
            content = b"".join(iter(self._chunk, b""))
        else:
            content = self.rfile.read(int(self.headers.get("content-length") or 0))
        return gzip.decompress(content) if self.headers.get("content-encoding") == "gzip" else content

    def _chunk(self) -> bytes:
        size = int(self.rfile.readline().strip() or b"0", 16)
        data = self.rfile.read(size)
        self.rfile.readline()
        return data

    def _converse(self, wire: WireFormat, name: str, path: str, body: dict[str, Any]) -> None:
        conversation = wire.read(body, path)
        served, reply = self.server.ours.answer(name, conversation)
        outcome = Outcome.CLIENT_GONE
        try:
            outcome = self._reply(wire, served, reply)
        except OSError:
            self.close_connection = True
        finally:
            self.server.ours.ended(served, outcome)

    def _reply(self, wire: WireFormat, served: Served, reply: Reply) -> Outcome:
        if reply.status != 200:
            failure = wire.failure(reply.status, f"scripted failure {reply.status}")
            self._send(reply.status, failure, {"retry-after": reply.retry_after} if reply.retry_after else {})
            return Outcome.FAILED
        if reply.ending is Ending.HANGING:
            return self._wait_for_ever()
        price = bill(served.conversation, reply, writes_cache=wire.WRITES_CACHE)
        model = served.conversation.model
        if served.conversation.streams:
            outcome = self._stream(wire, reply, price, model)
        else:
            outcome = self._at_once(wire.whole(reply, price, model), reply.ending)
        if outcome is Outcome.WHOLE:
            served.bill = price
        return outcome

    def _at_once(self, body: Any, ending: Ending) -> Outcome:
        if ending is Ending.STALLED:
            return self._wait_for_ever()
        self._send(200, body, cut=ending is Ending.CUT)
        return self._cut() if ending is Ending.CUT else Outcome.WHOLE

    def _cut(self) -> Outcome:
        self.connection.shutdown(socket.SHUT_RDWR)
        self.close_connection = True
        return Outcome.CUT

    def _stream(self, wire: WireFormat, reply: Reply, price: Bill, model: str) -> Outcome:
        self.send_response(200)
        for name, value in (("content-type", "text/event-stream"), ("transfer-encoding", "chunked")):
            self.send_header(name, value)
        self.end_headers()
        for chunk in wire.stream(reply, price, model):
            if chunk.stage is Stage.CLOSING and reply.ending is Ending.STALLED:
                return self._wait_for_ever()
            if chunk.stage is Stage.CLOSING and reply.ending is Ending.CUT:
                return self._cut()
            data = chunk.data.encode()
            self.wfile.write(b"%x\r\n%b\r\n" % (len(data), data))
            if chunk.stage is Stage.SAID and reply.delay_s:
                time.sleep(reply.delay_s)
        self.wfile.write(b"0\r\n\r\n")
        return Outcome.WHOLE

    def _wait_for_ever(self) -> Outcome:
        """Until the client or the server goes."""
        self.close_connection = True
        while not self.server.ours.closing.is_set():
            readable, _, _ = select.select([self.connection], [], [], _LOOK_S)
            if readable and not self.connection.recv(1, socket.MSG_PEEK):
                break
        return Outcome.CLIENT_GONE

    def _send(self, status: int, body: Any, headers: dict[str, str] | None = None, *, cut: bool = False) -> None:
        data = json.dumps(body).encode()
        self.send_response(status)
        told = {"content-type": "application/json", "content-length": str(len(data)), **(headers or {})}
        for name, value in told.items():
            self.send_header(name, value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(data[: len(data) // 2] if cut else data)
