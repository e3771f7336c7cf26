"""What a call of a tool changes in files, as far as its arguments say it, whatever the program calls them.

The names of arguments are those of Claude Code (`old_string`), pi and the Agent Client Protocol (`oldText`), opencode
(`oldString`), Codex (`changes` with a `diff` each, and its patches), and of our own agent, which has Claude Code's.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from crew_core.config.text_diff import unified
from crew_core.observe.transcript_entries import Entry, Role
from crew_core.observe.unified_diff import DiffLine, Part, is_diff, parts_of

_PATHS = ("file_path", "filePath", "path", "absolute_path", "notebook_path")
_OLD = ("old_string", "oldString", "oldText", "old_str", "old_text")
_NEW = ("new_string", "newString", "newText", "new_str", "new_text")
_WHOLE = ("content", "file_text", "new_source")
_DIFFS = ("diff", "unified_diff", "patch", "patchText", "input", "command")

#: Tools whose `content` becomes that of a file.
_WRITING = re.compile("write|creat|edit|save|replace|notebook", re.IGNORECASE)

#: The patches of Codex; the text between stands also in arguments of a shell.
_PATCH = re.compile(r"^\*\*\* Begin Patch\n(.*?)(?:^\*\*\* End Patch|\Z)", re.MULTILINE | re.DOTALL)
_PATCHED_FILE = re.compile(r"^\*\*\* (Add|Update|Delete) File: (.*)$", re.MULTILINE)


class How(StrEnum):
    """``WRITTEN``: the whole file is written, and what stood there before is not known."""

    CHANGED = "changed"
    ADDED = "added"
    DELETED = "deleted"
    WRITTEN = "written"


_KINDS = {"add": How.ADDED, "delete": How.DELETED}


@dataclass(frozen=True, slots=True)
class FileEdit:
    """``path`` may be empty: then it stands in the lines, or nobody has told it."""

    path: str
    how: How
    lines: tuple[DiffLine, ...]

    def count(self, part: Part) -> int:
        """How many lines are of this part."""
        return sum(line.part is part for line in self.lines)


def file_edits(entry: Entry) -> tuple[FileEdit, ...]:
    """In the order of the arguments; of a call that tells them nowhere else, those of the difference in its result."""
    if entry.role is not Role.TOOL:
        return ()
    found = tuple(_of_arguments(entry.arguments, entry.tool)) if entry.arguments else ()
    if not found and entry.result and is_diff(entry.result):
        return (FileEdit("", How.CHANGED, _parts(entry.result)),)
    return found


def _of_arguments(args: Mapping[str, Any], tool: str) -> Iterator[FileEdit]:
    path = _text(args, _PATHS) or ""
    if (changes := args.get("changes")) is not None:
        for change, name in _changes(changes):
            yield from _of_change(change, _text(change, _PATHS) or name or path)
    elif isinstance(edits := args.get("edits"), list):
        for edit in edits:
            if isinstance(edit, dict):
                yield from _replaced(edit, path)
    elif replaced := tuple(_replaced(args, path)):
        yield from replaced
    elif (whole := _text(args, _WHOLE)) is not None and path and _WRITING.search(tool):
        yield FileEdit(path, How.WRITTEN, _signed(Part.ADDED, whole))
    else:
        yield from _in_texts(args, path)


def _changes(changes: object) -> Iterator[tuple[Mapping[str, Any], str]]:
    """Each change with the path that it stands under, if they are listed by path."""
    if isinstance(changes, list):
        yield from ((each, "") for each in changes if isinstance(each, dict))
    elif isinstance(changes, dict):
        for path, each in changes.items():
            if isinstance(each, dict):
                kind = next(iter(each), "")
                inner = each[kind] if len(each) == 1 else None
                yield ({**inner, "kind": kind} if isinstance(inner, dict) else each), str(path)


def _of_change(change: Mapping[str, Any], path: str) -> Iterator[FileEdit]:
    kind = change.get("kind", change.get("type"))
    how = _KINDS.get(str(kind.get("type") if isinstance(kind, dict) else kind), How.CHANGED)
    if replaced := tuple(_replaced(change, path)):
        yield from replaced
    elif (text := _text(change, ("diff", "unified_diff", "content"))) is not None:
        # Of a file that is added or deleted Codex tells the content, not a difference.
        plain = how is not How.CHANGED and not is_diff(text)
        sign = Part.REMOVED if how is How.DELETED else Part.ADDED
        yield FileEdit(path, how, _signed(sign, text) if plain else _parts(text))


def _replaced(args: Mapping[str, Any], path: str) -> Iterator[FileEdit]:
    """One text by another. Which lines of the file they are is not known: the hunks have no numbers."""
    new = _text(args, _NEW)
    if new is None:
        return
    old = _text(args, _OLD)
    if not old:
        yield FileEdit(path, How.ADDED if "oldText" in args else How.CHANGED, _signed(Part.ADDED, new))
        return
    lines = unified(_lines(old), _lines(new))
    yield FileEdit(path, How.CHANGED, tuple(_without_numbers(lines)))


def _without_numbers(lines: Iterator[str]) -> Iterator[DiffLine]:
    """The hunks, told apart."""
    hunks = 0
    for line in lines:
        if line.startswith("@"):
            hunks += 1
            if hunks > 1:
                yield DiffLine(Part.HUNK, "@@")
        else:
            yield DiffLine({"+": Part.ADDED, "-": Part.REMOVED}.get(line[0], Part.SAME), line)


def _in_texts(args: Mapping[str, Any], path: str) -> Iterator[FileEdit]:
    for name in _DIFFS:
        value = args.get(name)
        texts = value if isinstance(value, list) else [value]
        for text in (each.replace("\r\n", "\n") for each in texts if isinstance(each, str)):
            if patch := _PATCH.search(text):
                yield from _patched(patch[1])
            elif name != "command" and is_diff(text):
                yield FileEdit(path, How.CHANGED, _parts(text))


def _patched(patch: str) -> Iterator[FileEdit]:
    files = list(_PATCHED_FILE.finditer(patch))
    for at, file in enumerate(files):
        end = files[at + 1].start() if at + 1 < len(files) else len(patch)
        body = patch[file.end() : end].strip("\n")
        yield FileEdit(file[2].strip(), _KINDS.get(file[1].lower(), How.CHANGED), _parts(body))


def _text(args: Mapping[str, Any], names: Sequence[str]) -> str | None:
    return next((value for name in names if isinstance(value := args.get(name), str)), None)


def _lines(text: str) -> list[str]:
    """A newline at the end begins no line."""
    return text.replace("\r\n", "\n").removesuffix("\n").split("\n") if text else []


def _parts(text: str) -> tuple[DiffLine, ...]:
    return tuple(parts_of(_lines(text)))


def _signed(part: Part, text: str) -> tuple[DiffLine, ...]:
    sign = "-" if part is Part.REMOVED else "+"
    return tuple(DiffLine(part, sign + line) for line in _lines(text))
