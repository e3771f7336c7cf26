"""The tool ``list``: what lies in a directory, or which files below it match a pattern."""

from __future__ import annotations

import os

from crew_core.agents.builtin_program.failure import ToolFailed
from crew_core.agents.builtin_program.tools.paths import absolute
from crew_core.agents.builtin_program.tools.tool import Arguments, Bench, Done, Tool, text
from crew_core.agents.builtin_program.tools.walking import SKIPPED, entries, matches, walk

MOST_ENTRIES = 500


def list_files(bench: Bench, arguments: Arguments) -> Done:
    shown = text(arguments, "path", ".")
    directory = absolute(bench.cwd, shown)
    if not os.path.isdir(directory):
        raise ToolFailed(f"{shown} is no directory")
    pattern = text(arguments, "pattern", "")
    found: list[str] = []
    names = (path for path in walk(directory, bench.attention.look) if matches(path, pattern))
    for name in names if pattern else map(_told, entries(directory)):
        if len(found) == MOST_ENTRIES:
            found.append("[there are more: name a directory or a pattern that says more]")
            break
        found.append(name)
    return Done("\n".join(found) or ("no file matches" if pattern else "the directory is empty"))


def _told(entry: os.DirEntry[str]) -> str:
    return f"{entry.name}/" if entry.is_dir(follow_symlinks=False) else entry.name


TOOL = Tool(
    name="list",
    description=(
        "List a directory, or with a pattern (such as *.py or src/**/*.ts) all files below it that match. "
        f"At most {MOST_ENTRIES}. A pattern passes over {', '.join(sorted(SKIPPED)[:4])} and their like."
    ),
    properties={
        "path": {"type": "string", "description": "the directory; default is the working directory"},
        "pattern": {"type": "string", "description": "shell pattern for paths below the directory"},
    },
    required=(),
    subject="pattern",
    changes=False,
    run=list_files,
)
