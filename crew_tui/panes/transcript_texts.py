"""The lines of an entry of a transcript, clean, as they are shown and searched. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from crew_core.observe.transcript_entries import Entry, Role
from crew_core.observe.unified_diff import is_diff, parts_of
from crew_tui.lines import Tone
from crew_tui.text import clean
from crew_tui.texts.painting import PART_TONES

_TONES = {
    Role.THINKING: Tone.DIM,
    Role.QUESTION: Tone.WARN,
    Role.NOTICE: Tone.WARN,
    Role.ERROR: Tone.FAIL,
    Role.USAGE: Tone.DIM,
    Role.STEP: Tone.DIM,
    Role.RAW: Tone.DIM,
}

#: Parts within parts of arguments that are shown one below the other.
_DEEPEST = 6


@dataclass(frozen=True, slots=True)
class Said:
    """One line. ``answer``: it is what a tool answered, not what it was asked."""

    text: str
    tone: Tone
    answer: bool = False


def said(entry: Entry) -> Sequence[Said]:
    """At least one line, the first one being what the entry is known by."""
    tone = _TONES.get(entry.role, Tone.TEXT)
    asked, given, answer = _parts(entry)
    tones = _answer_tones(entry, answer)
    return [
        *(Said(line, tone) for line in asked),
        *(Said(line, Tone.DIM) for line in given),
        *(Said(line, each, answer=True) for line, each in zip(answer, tones, strict=True)),
    ]


def searched(entry: Entry) -> Sequence[str]:
    """The texts of `said`, in the same order."""
    asked, given, answer = _parts(entry)
    return [*asked, *given, *answer]


def _parts(entry: Entry) -> tuple[Sequence[str], Sequence[str], Sequence[str]]:
    """What was said or asked, the arguments that say more, and what was answered.

    Nothing here is composed of words that are not in the transcript: a search looks for their bytes.
    """
    text = f"{entry.to}: {entry.text}" if entry.role is Role.MESSAGE and entry.to else entry.text
    given: Sequence[str] = ()
    if entry.arguments:
        given = list(_arguments(entry.arguments, {*entry.text.split("\n"), entry.text}))
    answer = entry.result or entry.printed
    return _clean_lines(text), given, _clean_lines(answer) if answer else ()


def _clean_lines(text: str) -> Sequence[str]:
    # Most of what a search looks at is clean, which is quickly seen.
    if not (text.isascii() and text.replace("\n", "").isprintable()):
        text = clean(text, single_line=False)
    return text.rstrip("\n").split("\n")


def _answer_tones(entry: Entry, lines: Sequence[str]) -> Sequence[Tone]:
    if entry.result and is_diff(entry.result):
        return [PART_TONES[line.part] for line in parts_of(lines)]
    return [Tone.TEXT] * len(lines)


def _arguments(arguments: Mapping[str, Any], shown: set[str]) -> Iterator[str]:
    """All that is not said already, one below the other."""
    for name, value in arguments.items():
        if not (isinstance(value, str) and value in shown):
            yield from _named(clean(name), value, 0)


def _named(name: str, value: object, depth: int) -> Iterator[str]:
    parts = list(_lines_of(value, depth))
    if isinstance(value, dict | list) or len(parts) > 1:
        yield f"{name}:"
        yield from (f"  {part}" for part in parts)
    else:
        yield f"{name}: {parts[0]}"


def _lines_of(value: object, depth: int) -> Iterator[str]:
    if isinstance(value, dict) and value and depth < _DEEPEST:
        for name, part in value.items():
            yield from _named(clean(str(name)), part, depth + 1)
    elif isinstance(value, list) and value and depth < _DEEPEST:
        for part in value:
            first, *more = _lines_of(part, depth + 1)
            yield f"- {first}"
            yield from (f"  {line}" for line in more)
    else:
        yield from _clean_lines(_plain(value))


def _plain(value: object) -> str:
    if isinstance(value, bool) or value is None:
        return {True: "true", False: "false", None: "null"}[value]
    return str(value)
