"""Which lines a patch adds or changes, from git's own text of it."""

from __future__ import annotations

import re

#: Changed lines of a file as (first, last), in order; a file that lost lines only has none.
Ranges = tuple[tuple[int, int], ...]

_TARGET = re.compile(rb'\+\+\+ (?P<name>"(?:[^"\\]|\\.)*"|[^\t\n]*)')
_HUNK = re.compile(rb"@@ -\d+(?:,\d+)? \+(?P<first>\d+)(?:,(?P<count>\d+))? @@")
_ESCAPE = re.compile(rb"\\([0-7]{3}|.)")
_LETTERS = {b"n": b"\n", b"t": b"\t", b"r": b"\r", b"a": b"\a", b"b": b"\b", b"f": b"\f", b"v": b"\v"}


def changed_lines(patch: bytes) -> dict[bytes, Ranges]:
    """Path → lines, of a patch without context whose names begin with ``b/``."""
    changed: dict[bytes, list[tuple[int, int]]] = {}
    current: list[tuple[int, int]] | None = None
    left = 0
    for line in patch.split(b"\n"):
        if left > 0 and line[:1] in (b"+", b"-", b"\\"):
            # Content may look like a header; the hunk says how many lines it has.
            left -= line[:1] != b"\\"
            continue
        if line.startswith(b"diff --git "):
            current, left = None, 0
        elif target := _TARGET.match(line):
            name = _unquoted(target["name"])
            current = changed.setdefault(name[2:], []) if name.startswith(b"b/") else None
        elif hunk := _HUNK.match(line):
            count = int(hunk["count"]) if hunk["count"] is not None else 1
            removed = re.match(rb"@@ -\d+(?:,(\d+))?", line)
            left = count + (int(removed[1]) if removed and removed[1] is not None else 1)
            if current is not None and count:
                first = int(hunk["first"])
                current.append((first, first + count - 1))
    return {path: tuple(ranges) for path, ranges in changed.items()}


def _unquoted(name: bytes) -> bytes:
    if not name.startswith(b'"'):
        return name
    return _ESCAPE.sub(_character, name[1:-1])


def _character(found: re.Match[bytes]) -> bytes:
    code = found[1]
    return bytes([int(code, 8)]) if len(code) == 3 else _LETTERS.get(code, code)
