"""The tool ``edit``: one text in a file replaced by another."""

from __future__ import annotations

from crew_core.agents.builtin_program.failure import ToolFailed
from crew_core.agents.builtin_program.tools.paths import regular, writable
from crew_core.agents.builtin_program.tools.putting import put
from crew_core.agents.builtin_program.tools.tool import Arguments, Bench, Done, Tool, text, truth

#: Larger files are not edited by hand.
_MOST_BYTES = 20_000_000

_PLACES_TOLD = 10


def replaced(content: bytes, old: str, new: str, *, every: bool) -> tuple[bytes, list[int]]:
    """The content with ``new`` for ``old``, and the numbers of the lines where it stood.

    In a file with CR LF, lines of ``old`` may end with LF alone; ``new`` then gets CR LF too.

    :raises ToolFailed: ``old`` is not there, or more than once without ``every``.
    """
    if not old:
        raise ToolFailed("old_string is empty: use write for a new file")
    if old == new:
        raise ToolFailed("old_string and new_string are the same")
    sought, put_in = old.encode("utf-8", "replace"), new.encode("utf-8", "replace")
    if sought not in content and b"\r\n" in content:
        sought, put_in = (part.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n") for part in (sought, put_in))
    places = _lines_of(content, sought)
    if not places:
        raise ToolFailed("old_string is not in the file: it must be exactly what stands there, spaces and all")
    if len(places) > 1 and not every:
        told = ", ".join(map(str, places[:_PLACES_TOLD]))
        raise ToolFailed(
            f"old_string is there {len(places)} times, on lines {told}: give more of the lines around the one that "
            "you mean, or set replace_all"
        )
    return content.replace(sought, put_in), places


def _lines_of(content: bytes, sought: bytes) -> list[int]:
    """The lines where it begins, not overlapping."""
    places, at, line, counted = [], content.find(sought), 1, 0
    while at >= 0:
        line += content.count(b"\n", counted, at)
        counted = at
        places.append(line)
        at = content.find(sought, at + len(sought))
    return places


def edit(bench: Bench, arguments: Arguments) -> Done:
    shown = text(arguments, "path")
    path = writable(bench.cwd, shown)
    if regular(path, shown).st_size > _MOST_BYTES:
        raise ToolFailed(f"{shown} is too large to be edited")
    with open(path, "rb") as file:
        content = file.read()
    old, new = text(arguments, "old_string"), text(arguments, "new_string")
    changed, places = replaced(content, old, new, every=truth(arguments, "replace_all"))
    put(path, changed)
    where = ", ".join(map(str, places[:_PLACES_TOLD]))
    return Done(f"{shown} changed on line {where}" if len(places) == 1 else f"{shown} changed on lines {where}")


TOOL = Tool(
    name="edit",
    description=(
        "Replace a text in a file. old_string must be exactly what stands in the file, with its spaces and line ends, "
        "and must be there once; replace_all replaces it everywhere."
    ),
    properties={
        "path": {"type": "string", "description": "in the working directory"},
        "old_string": {"type": "string", "description": "what stands there, without the line numbers of read"},
        "new_string": {"type": "string", "description": "what is to stand there"},
        "replace_all": {"type": "boolean"},
    },
    required=("path", "old_string", "new_string"),
    subject="path",
    changes=True,
    run=edit,
)
