"""The tool ``write``: a whole file, new or instead of the one that is there."""

from __future__ import annotations

import os

from crew_core.agents.builtin_program.tools.paths import regular, writable
from crew_core.agents.builtin_program.tools.putting import put
from crew_core.agents.builtin_program.tools.tool import Arguments, Bench, Done, Tool, text


def write(bench: Bench, arguments: Arguments) -> Done:
    shown = text(arguments, "path")
    path = writable(bench.cwd, shown)
    data = text(arguments, "content").encode("utf-8", "replace")
    there = os.path.lexists(path)
    if there:
        regular(path, shown)
    os.makedirs(os.path.dirname(path), exist_ok=True)
    put(path, data)
    return Done(f"{shown} {'replaced' if there else 'created'}: {len(data)} bytes")


TOOL = Tool(
    name="write",
    description="Create a file with this content, with the directories above it, or replace all of a file.",
    properties={
        "path": {"type": "string", "description": "in the working directory"},
        "content": {"type": "string", "description": "the whole content"},
    },
    required=("path", "content"),
    subject="path",
    changes=True,
    run=write,
)
