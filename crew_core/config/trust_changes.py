"""What has changed in a project since it was accepted, for somebody who is to accept it again."""

from __future__ import annotations

import hashlib
import itertools
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from crew_core.config.accepted_texts import Kept, KeptTexts
from crew_core.config.spelling import printable
from crew_core.config.text_diff import unified

#: Lines of one file, and of all files, that a person is shown; and characters of one line.
MOST_LINES = 400
MOST_LINES_IN_ALL = 4000
LONGEST_LINE = 400


@dataclass(frozen=True, slots=True)
class FileChange:
    """``mark`` is ``+`` for a new file, ``-`` for one that is gone, ``~`` for a changed one.

    ``lines`` are those of a unified diff, with everything invisible spelled out; ``omitted`` is how many more there
    are. ``why`` says why there are none. Sizes are None where there is no file, or where it is not known.
    """

    name: str
    mark: str
    before_bytes: int | None
    now_bytes: int | None
    lines: tuple[str, ...] = ()
    omitted: int = 0
    why: str = ""


@dataclass(frozen=True, slots=True)
class Side:
    """The project at one time: digests, or what stands in place of them, and what its files say."""

    digests: Mapping[str, str]
    texts: KeptTexts


def file_changes(names: Iterable[tuple[str, str]], before: Side, now: Side) -> tuple[FileChange, ...]:
    """:param names: mark and path of each file that differs."""
    left = MOST_LINES_IN_ALL
    changes = []
    for mark, name in names:
        change = _change(mark, name, before, now, min(left, MOST_LINES))
        left -= len(change.lines)
        changes.append(change)
    return tuple(changes)


def _change(mark: str, name: str, before: Side, now: Side, most: int) -> FileChange:
    old, new = _said(before, name), _said(now, name)
    sizes = (old.size_bytes if old else None, new.size_bytes if new else None)
    why = _why_not(mark, old, new)
    if not why and most == 0:
        why = f"more than {MOST_LINES_IN_ALL} lines stand above"
    if why:
        return FileChange(name, mark, *sizes, why=why)
    lines = unified(_lines(old), _lines(new))
    shown = tuple(_shown(line) for line in itertools.islice(lines, most))
    return FileChange(name, mark, *sizes, lines=shown, omitted=sum(1 for _ in lines))


def _said(side: Side, name: str) -> Kept | None:
    """None: there is nothing of the name, or nobody knows what it said."""
    digest = side.digests.get(name)
    if digest is None:
        return None
    kept = side.texts.files.get(name)
    if kept is not None and kept.text is not None and hashlib.sha256(kept.text.encode()).hexdigest() != digest:
        # Of another time than the digest: somebody was interrupted between the two.
        return None
    if kept is None and " " in digest:
        # No digest, but what is there instead of a file: a link, say.
        return Kept(0, f"{digest}\n")
    return kept


def _why_not(mark: str, old: Kept | None, new: Kept | None) -> str:
    """Why there is nothing to compare."""
    if mark != "+" and old is None:
        return "what was accepted is not known any more"
    if mark != "-" and new is None:
        return "changes at this moment"
    return next((each.why for each in (new, old) if each is not None and each.text is None), "")


def _lines(kept: Kept | None) -> list[str]:
    """A last line that does not end is another one than the same that does; no text that is kept has a NUL."""
    if kept is None or not kept.text:
        return []
    *lines, rest = kept.text.split("\n")
    return lines if rest == "" else [*lines, f"{rest}\0"]


def _shown(line: str) -> str:
    text = printable(line.removesuffix("\0").replace("\t", "    "))
    more = len(text) - LONGEST_LINE
    shown = text if more <= 0 else f"{text[:LONGEST_LINE]} … {more} more characters"
    return f"{shown} (without an end of line)" if line.endswith("\0") else shown
