"""The tool ``read``: a text file, or a range of its lines."""

from __future__ import annotations

import os
from typing import BinaryIO

from crew_core.agents.builtin_program.failure import ToolFailed
from crew_core.agents.builtin_program.tools.paths import absolute, regular
from crew_core.agents.builtin_program.tools.tool import Arguments, Bench, Done, Tool, number, text

MOST_LINES = 2_000
MOST_BYTES = 50_000
LONGEST_LINE = 2_000

_PROBE_BYTES = 8_192
_LOOK_EVERY = 4_096


def read(bench: Bench, arguments: Arguments) -> Done:
    shown = text(arguments, "path")
    path = absolute(bench.cwd, shown)
    regular(path, shown)
    first = int(number(arguments, "offset", 1, least=1, most=1e9))
    most = int(number(arguments, "limit", MOST_LINES, least=1, most=MOST_LINES))
    with open(path, "rb") as file:
        if b"\0" in file.read(_PROBE_BYTES):
            raise ToolFailed(f"{shown} is a binary file of {os.fstat(file.fileno()).st_size} bytes")
        file.seek(0)
        lines: list[str] = []
        told = at = 0
        while line := file.readline(LONGEST_LINE):
            at += 1
            if at % _LOOK_EVERY == 0:
                bench.attention.look()
            cut = _rest_of_line(file, line)
            if at < first:
                continue
            if len(lines) == most or told + len(line) > MOST_BYTES:
                lines.append(f"[more lines follow: go on with offset {at}]")
                break
            words = line.rstrip(b"\n").decode("utf-8", "replace")
            lines.append(f"{at}\t{words}" + (f" [… {cut} bytes of this line left out]" if cut else ""))
            told += len(line)
    if not lines:
        raise ToolFailed(f"{shown} is empty" if at == 0 else f"{shown} has {at} lines only")
    return Done("\n".join(lines))


def _rest_of_line(file: BinaryIO, line: bytes) -> int:
    """Pass over what is left of a line that is too long; how many bytes that is."""
    passed = 0
    while not line.endswith(b"\n"):
        line = file.readline(1 << 20)
        if not line:
            break
        passed += len(line)
    return passed


TOOL = Tool(
    name="read",
    description=(
        f"Read a text file. Each line comes with its number and a tab, which are not part of the file. At most "
        f"{MOST_LINES} lines or {MOST_BYTES // 1000} kB at once: use offset and limit for more."
    ),
    properties={
        "path": {"type": "string", "description": "relative to the working directory, or absolute"},
        "offset": {"type": "integer", "description": "number of the first line, from 1"},
        "limit": {"type": "integer", "description": "how many lines"},
    },
    required=("path",),
    subject="path",
    changes=False,
    run=read,
)
