"""The program's stdout: one event, one JSON line, written at once."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import msgspec

from crew_core.agents.offline_program.secrets import redacted
from crew_core.model.transcript import AgentEvent, Kind


@dataclass(slots=True)
class ToolUse:
    """A tool at work; whoever uses it says what it came to."""

    failed: bool = False
    text: str = ""


class Stream:
    """Nothing that looks like a secret leaves by it, and every text is valid Unicode."""

    def __init__(self, write: Callable[[bytes], object]) -> None:
        """:param write: writes all of the bytes. :raises OSError: nobody reads them any more."""
        self._write = write
        self._encoder = msgspec.json.Encoder()
        self._tools = 0

    def session(self, name: str) -> None:
        self._tell(AgentEvent(kind=Kind.SESSION, id=name))

    def notice(self, text: str) -> None:
        self._tell(AgentEvent(kind=Kind.NOTICE, text=_clean(text)))

    def text(self, text: str) -> None:
        self._tell(AgentEvent(kind=Kind.TEXT, text=_clean(text)))

    def result(self, text: str) -> None:
        self._tell(AgentEvent(kind=Kind.RESULT, text=_clean(text)))

    def error(self, text: str) -> None:
        self._tell(AgentEvent(kind=Kind.ERROR, text=_clean(text)))

    @contextmanager
    def tool(self, tool: str, arguments: str) -> Iterator[ToolUse]:
        """Tells the start of a real tool, and its end with what it took; failed too when the block raises."""
        self._tools += 1
        mark = str(self._tools)
        began = time.monotonic()
        self._tell(AgentEvent(kind=Kind.TOOL_START, tool=tool, id=mark, text=_clean(arguments)))
        use = ToolUse(failed=True)
        try:
            use.failed = False
            yield use
        except BaseException:
            use.failed = True
            raise
        finally:
            self._tell(
                AgentEvent(
                    kind=Kind.TOOL_END,
                    tool=tool,
                    id=mark,
                    text=_clean(use.text),
                    failed=use.failed,
                    duration_ms=round((time.monotonic() - began) * 1000),
                )
            )

    def _tell(self, event: AgentEvent) -> None:
        self._write(self._encoder.encode(event) + b"\n")


def _clean(text: str) -> str:
    return redacted(text.encode("utf-8", "backslashreplace").decode("utf-8"))
