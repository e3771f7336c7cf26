"""A model server on loopback that plays a script: each request gets the next turn of it."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

#: One turn answers one request.
Turn = Callable[["Handler"], None]

USAGE = {
    "prompt_tokens": 100,
    "completion_tokens": 20,
    "prompt_tokens_details": {"cached_tokens": 30},
    "completion_tokens_details": {"reasoning_tokens": 5},
}


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Server

    def log_message(self, format: str, *args: Any) -> None:
        pass

    def do_GET(self) -> None:
        self.server.script.paths.append(self.path)
        self.json(200, {"data": [{"id": name} for name in self.server.script.models]})

    def do_POST(self) -> None:
        script = self.server.script
        body = json.loads(self.rfile.read(int(self.headers["content-length"])))
        with script.lock:
            script.requests.append(body)
            script.keys.append(self.headers.get("authorization", ""))
            turn = script.turns.pop(0) if script.turns else failed(400, "the script is at its end")
        try:
            turn(self)
        except OSError:
            script.gone.set()
            self.close_connection = True

    def json(self, status: int, body: Any, headers: Mapping[str, str] | None = None) -> None:
        data = json.dumps(body).encode()
        self.send_response(status)
        for name, value in {"content-type": "application/json", **(headers or {})}.items():
            self.send_header(name, value)
        self.send_header("content-length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def begin(self) -> None:
        self.send_response(200)
        self.send_header("content-type", "text/event-stream")
        self.send_header("transfer-encoding", "chunked")
        self.end_headers()

    def event(self, data: str) -> None:
        self.piece(f"data: {data}\n\n".encode())

    def chunk(self, delta: Mapping[str, Any], end: str | None = None) -> None:
        self.event(json.dumps({"choices": [{"index": 0, "delta": delta, "finish_reason": end}]}))

    def piece(self, data: bytes) -> None:
        self.wfile.write(b"%x\r\n%s\r\n" % (len(data), data))
        self.wfile.flush()

    def end(self) -> None:
        self.wfile.write(b"0\r\n\r\n")
        self.wfile.flush()

    def wait_until_gone(self) -> None:
        """Until the other side has closed the connection."""
        while self.connection.recv(4096):
            pass
        raise ConnectionResetError

    def cut(self) -> None:
        self.connection.shutdown(socket.SHUT_RDWR)
        raise ConnectionResetError


def call(tool: str, **arguments: Any) -> tuple[str, str]:
    return tool, json.dumps(arguments)


def says(
    *texts: str,
    calls: Sequence[tuple[str, str]] = (),
    thinks: str = "",
    end: str | None = None,
    usage: Mapping[str, Any] | None = USAGE,
    done: bool = True,
) -> Turn:
    """A completion as OpenAI streams it."""

    def turn(handler: Handler) -> None:
        handler.begin()
        handler.chunk({"role": "assistant", "content": ""})
        if thinks:
            handler.chunk({"reasoning_content": thinks})
        for text in texts:
            handler.chunk({"content": text})
        for index, (tool, arguments) in enumerate(calls):
            function = {"name": tool, "arguments": ""}
            number = len(handler.server.script.requests)
            handler.chunk({"tool_calls": [{"index": index, "id": f"call_{number}_{index}", "function": function}]})
            half = len(arguments) // 2
            for part in (arguments[:half], arguments[half:]):
                handler.chunk({"tool_calls": [{"index": index, "function": {"arguments": part}}]})
        handler.chunk({}, end or ("tool_calls" if calls else "stop"))
        if usage is not None:
            handler.event(json.dumps({"choices": [], "usage": usage}))
        if done:
            handler.event("[DONE]")
        handler.end()

    return turn


def failed(status: int, message: str, code: str | None = None, headers: Mapping[str, str] | None = None) -> Turn:
    return lambda handler: handler.json(status, {"error": {"message": message, "code": code}}, headers)


def answers(body: Any) -> Turn:
    """Not streamed, although that was asked for."""
    return lambda handler: handler.json(200, body)


def cut_after(text: str, *, clean: bool = False) -> Turn:
    """Part of a completion, then the end of the connection; ``clean``: as if it were complete."""

    def turn(handler: Handler) -> None:
        handler.begin()
        handler.chunk({"content": text})
        handler.end() if clean else handler.cut()

    return turn


def hangs_after(text: str = "") -> Turn:
    """Says this, if anything, then nothing any more."""

    def turn(handler: Handler) -> None:
        if text:
            handler.begin()
            handler.chunk({"content": text})
        handler.wait_until_gone()

    return turn


def waits_for(event: threading.Event, turn: Turn) -> Turn:
    def held(handler: Handler) -> None:
        assert event.wait(30)
        turn(handler)

    return held


class Server(ThreadingHTTPServer):
    daemon_threads = True
    script: Script


@dataclass
class Script:
    """``gone`` is set when the agent broke a connection off."""

    turns: list[Turn]
    models: tuple[str, ...] = ("first-model", "second")
    url: str = ""
    requests: list[dict[str, Any]] = field(default_factory=list)
    keys: list[str] = field(default_factory=list)
    paths: list[str] = field(default_factory=list)
    gone: threading.Event = field(default_factory=threading.Event)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def told(self, request: int, role: str) -> list[str]:
        """The contents of the messages of this role in a request."""
        return [message["content"] for message in self.requests[request]["messages"] if message["role"] == role]

    def tools(self, request: int = 0) -> list[str]:
        return [tool["function"]["name"] for tool in self.requests[request].get("tools", ())]


@contextmanager
def served(*turns: Turn) -> Iterator[Script]:
    server = Server(("127.0.0.1", 0), Handler)
    server.script = Script(list(turns), url=f"http://127.0.0.1:{server.server_port}/v1")
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield server.script
    finally:
        server.shutdown()
        server.server_close()
