"""On which line of a TOML text a key stands."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping

_PART = r"""(?:[A-Za-z0-9_-]+|"(?:[^"\\]|\\.)*"|'[^']*')"""
_DOTTED = rf"{_PART}(?:[ \t]*\.[ \t]*{_PART})*"
_HEADER = re.compile(rf"[ \t]*\[[ \t]*(?P<key>{_DOTTED})[ \t]*\]")
_SETTING = re.compile(rf"[ \t]*(?P<key>{_DOTTED})[ \t]*=")
_PARTS = re.compile(_PART)
#: Settings are a table, a program's table in it, and a key; a stranger's file may nest thousands.
_DEEPEST = 3

_FENCE = re.compile(r'"""|\'\'\'')

Path = tuple[str, ...]


def line_of(places: Mapping[Path, int], path: Path) -> int:
    """The line of the key, else of the table that it is in, else 1."""
    while path:
        if path in places:
            return places[path]
        path = path[:-1]
    return 1


def places(text: str) -> dict[Path, int]:
    """The first line of each key and table of a right TOML text. Keys of inline tables have that of the table."""
    found: dict[Path, int] = {}
    table: Path = ()
    for number, line in _outside_of_strings(text):
        header = _HEADER.match(line)
        if header is not None:
            table = _path(header["key"])
            found.setdefault(table, number)
        elif (setting := _SETTING.match(line)) is not None:
            path = (*table, *_path(setting["key"]))
            for depth in range(len(table) + 1, min(len(path), _DEEPEST) + 1):
                found.setdefault(path[:depth], number)
    return found


def _outside_of_strings(text: str) -> Iterator[tuple[int, str]]:
    """The lines that do not begin within a string of several lines."""
    inside = ""
    for number, line in enumerate(text.split("\n"), 1):
        if not inside:
            if line.lstrip().startswith("#"):
                continue
            yield number, line
        for fence in _FENCE.findall(line):
            inside = "" if fence == inside else inside or fence


def _path(key: str) -> Path:
    return tuple(_plain(part) for part in _PARTS.findall(key))


def _plain(part: str) -> str:
    return str(tomllib.loads(f"part = {part}")["part"]) if part[0] in "\"'" else part
