"""The tool ``shell``: a command, in a session of its own, with its output as it comes."""

from __future__ import annotations

import codecs
import os
import time
from typing import TYPE_CHECKING

from crew_core.agents.builtin_program.failure import ToolFailed
from crew_core.agents.builtin_program.tools.tool import Arguments, Bench, Done, Tool, number, text
from crew_core.agents.head_and_tail import HeadAndTail

if TYPE_CHECKING:
    import subprocess

#: Head and tail of the output that the model gets.
MOST_BYTES = 30_000

#: So much of the output is told while it comes, in pieces that are this far apart.
_TOLD_CHARS = 16_384
_TOLD_EVERY_S = 0.2

_LONGEST_S = 3_600.0

#: A command that has ended may have left its output in the pipe; whoever holds the pipe after it gets no longer.
_GRACE_S = 0.3

#: A wake-up that is lost costs so much at most.
_LOOK_S = 1.0

_PIECE_BYTES = 65_536


class _Output:
    """Everything that a command prints: kept by head and tail, and told as far as there is room."""

    def __init__(self, bench: Bench) -> None:
        self._tell = bench.output
        self._kept = HeadAndTail(MOST_BYTES)
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")
        self._waiting = ""
        self._room = _TOLD_CHARS
        self._told_at = 0.0

    def add(self, data: bytes) -> None:
        self._kept.add(data)
        if self._room > 0:
            self._waiting += self._decoder.decode(data)
            if time.monotonic() - self._told_at >= _TOLD_EVERY_S:
                self.flush()

    def flush(self) -> None:
        if self._waiting and self._room > 0:
            self._tell(self._waiting[: self._room])
            self._room -= len(self._waiting)
            self._told_at = time.monotonic()
        self._waiting = ""

    def text(self) -> str:
        self.flush()
        return self._kept.text().decode("utf-8", "replace")


def shell(bench: Bench, arguments: Arguments) -> Done:
    import subprocess

    command = text(arguments, "command")
    if "\0" in command:
        raise ToolFailed("a command has no zero byte")
    timeout_s = number(arguments, "timeout_s", bench.limits.shell_timeout_s, least=1, most=_LONGEST_S)
    bench.children.prepare()
    program = "/bin/bash" if os.access("/bin/bash", os.X_OK) else "/bin/sh"
    process = subprocess.Popen(
        [program, "-c", command],
        cwd=bench.cwd,
        env=dict(bench.environment),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        start_new_session=True,
    )
    bench.children.began(process)
    output = _Output(bench)
    try:
        note = _follow(process, output, bench, time.monotonic() + timeout_s)
    except BaseException:
        bench.children.end(process)
        raise
    finally:
        output.flush()
        if process.stdout is not None:
            process.stdout.close()
    if note is None:
        bench.children.end(process)
        return Done(f"{output.text()}\n[ended after {timeout_s:g} s: set timeout_s for more]".lstrip(), failed=True)
    bench.children.over(process)
    status = process.returncode
    ending = f"[killed by signal {-status}]" if status < 0 else f"[exit status {status}]" if status else ""
    told = "\n".join(part for part in (output.text().removesuffix("\n"), note, ending) if part)
    return Done(told or "[no output]", failed=status != 0)


def _follow(process: subprocess.Popen[bytes], output: _Output, bench: Bench, deadline: float) -> str | None:
    """Read until the command and its output have ended; a note when the output has not. None: the time is over."""
    assert process.stdout is not None
    fd: int | None = process.stdout.fileno()
    gone_at: float | None = None
    while True:
        now = time.monotonic()
        if process.poll() is not None:
            if fd is None:
                return ""
            gone_at = gone_at or now
            if now - gone_at >= _GRACE_S:
                return "[something goes on in the background; its output is not read any more]"
        elif now >= deadline:
            return None
        until = gone_at + _GRACE_S if gone_at is not None else min(deadline, now + _LOOK_S)
        if bench.attention.wait(*(() if fd is None else (fd,)), timeout_s=max(0.0, until - now)):
            assert fd is not None
            data = os.read(fd, _PIECE_BYTES)
            if data:
                output.add(data)
            else:
                fd = None


TOOL = Tool(
    name="shell",
    description=(
        "Run a command with bash in the working directory. Answers its output, stdout and stderr together, of which "
        f"the middle is left out beyond {MOST_BYTES // 1000} kB, and its exit status. It has no stdin. A program "
        "that is to go on in the background needs its output sent to a file; it is ended with your work."
    ),
    properties={
        "command": {"type": "string", "description": "the command line"},
        "timeout_s": {"type": "number", "description": "seconds until it is ended"},
    },
    required=("command",),
    subject="command",
    changes=True,
    run=shell,
)
