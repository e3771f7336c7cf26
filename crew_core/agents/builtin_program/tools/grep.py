"""The tool ``grep``: lines that match a regular expression."""

from __future__ import annotations

import os
import re
import signal
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

from crew_core.agents.builtin_program.failure import ToolFailed
from crew_core.agents.builtin_program.tools.paths import absolute
from crew_core.agents.builtin_program.tools.tool import Arguments, Bench, Done, Tool, text, truth
from crew_core.agents.builtin_program.tools.walking import matches, walk

MOST_LINES = 200
LONGEST_LINE = 300

#: Larger files are data.
_MOST_BYTES = 5_000_000
_PROBE_BYTES = 8_192


def grep(bench: Bench, arguments: Arguments) -> Done:
    flags = re.IGNORECASE if truth(arguments, "ignore_case") else 0
    try:
        pattern = re.compile(text(arguments, "pattern").encode("utf-8", "replace"), flags)
    except (re.error, RecursionError, OverflowError) as error:
        raise ToolFailed(f"the pattern is no regular expression: {error}") from error
    shown = text(arguments, "path", ".")
    root = absolute(bench.cwd, shown)
    if not os.path.exists(root):
        raise ToolFailed(f"{shown} does not exist")
    names = [""] if os.path.isfile(root) else walk(root, bench.attention.look)
    glob = text(arguments, "glob", "")
    lines: list[str] = []
    with _limited(bench.limits.search_timeout_s):
        for name in names:
            bench.attention.look()
            if glob and not matches(name or root, glob):
                continue
            path = os.path.join(root, name) if name else root
            label = os.path.relpath(path, bench.cwd)
            lines += [f"{label}:{line}" for line in _matching(path, pattern, MOST_LINES + 1 - len(lines))]
            if len(lines) > MOST_LINES:
                lines[MOST_LINES:] = ["[there are more: search for something that says more]"]
                break
    return Done("\n".join(lines) or "nothing matches")


def _matching(path: str, pattern: re.Pattern[bytes], most: int) -> Iterator[str]:
    """``number: line`` of a text file that is not too large."""
    try:
        found = os.stat(path)
        if not stat.S_ISREG(found.st_mode) or found.st_size > _MOST_BYTES:
            return
        with open(path, "rb") as file:
            content = file.read(_MOST_BYTES)
    except OSError:
        return
    if b"\0" in content[:_PROBE_BYTES]:
        return
    for at, line in enumerate(_lines(content), 1):
        if pattern.search(line):
            words = line.decode("utf-8", "replace")
            yield f"{at}: {words[:LONGEST_LINE]}" + ("…" if len(words) > LONGEST_LINE else "")
            most -= 1
            if most <= 0:
                return


def _lines(content: bytes) -> list[bytes]:
    """Without their ends; behind the last end there is no line."""
    lines = content.split(b"\n")
    return [line.rstrip(b"\r") for line in (lines if lines[-1] else lines[:-1])]


@contextmanager
def _limited(seconds: float) -> Iterator[None]:
    """A pattern can be of the kind that takes for ever on some line; its engine hears of signals, of nothing else."""

    def over(number: int, frame: FrameType | None) -> None:
        raise ToolFailed(f"the search took more than {seconds:g} s: use a simpler pattern, or a smaller directory")

    before = signal.signal(signal.SIGALRM, over)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


TOOL = Tool(
    name="grep",
    description=(
        "Search text files for lines that match a Python regular expression; answers path:line: text, at most "
        f"{MOST_LINES} lines. Binary files, files over {_MOST_BYTES // 1_000_000} MB, .git, node_modules and the like "
        "are passed over."
    ),
    properties={
        "pattern": {"type": "string", "description": "the regular expression"},
        "path": {"type": "string", "description": "a file or directory; default is the working directory"},
        "glob": {"type": "string", "description": "only files that match, such as *.py"},
        "ignore_case": {"type": "boolean"},
    },
    required=("pattern",),
    subject="pattern",
    changes=False,
    run=grep,
)
