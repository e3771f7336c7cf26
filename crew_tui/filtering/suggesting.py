"""How the word at the cursor may go on."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import islice
from typing import TypeVar

from crew_tui.filtering.fields import Choice, Field, Number, Schema, Span, Text
from crew_tui.filtering.query import NEGATIONS, Test, written
from crew_tui.filtering.scanning import Word, words

R = TypeVar("R")

#: More cannot be taken in at a glance.
_MOST = 12

#: Rows looked at for the words of open fields: enough to find what is common, at no cost that is felt.
_ROWS = 1000

_COMPARISONS = (Test.LESS.value, Test.MORE.value)


def suggestions(text: str, cursor: int, schema: Schema[R], rows: Sequence[R] = ()) -> list[str]:
    """Words that may stand in place of the one that ends at `cursor`; `completed` puts one there.

    `rows` give the words of fields that may hold any text.
    """
    word = _at(text, cursor)
    if word is None:
        return list(_field_starts("", "", schema))[:_MOST]
    start = text[word.start : word.start + 1] if word.negated else ""
    if word.test is None:
        typed = text[word.start : cursor].lstrip(NEGATIONS)
        return [] if '"' in typed else list(_field_starts(start, typed, schema))[:_MOST]
    field = schema.find(word.field)
    if field is None:
        return []
    pieces = [piece for piece in word.values if piece.end <= cursor]
    begun = pieces[-1].text if pieces and pieces[-1].end == cursor else ""
    kept = pieces[:-1] if begun else pieces
    said = text[word.start : kept[-1].end] + "," if kept else text[word.start : word.values_start]
    others = {piece.text.casefold() for piece in kept}
    found = (each for each in _values(field, word, rows) if each.casefold() not in others)
    return [said + each for each in islice(_beginning(begun, found), _MOST)]


def completed(text: str, cursor: int, suggestion: str) -> tuple[str, int]:
    """The text with `suggestion` in place of the word at the cursor, and where the cursor is then.

    A finished word is followed by a space; after a field's name its value comes.
    """
    word = _at(text, cursor)
    start = word.start if word else cursor
    rest = text[cursor:]
    ends = suggestion[-1:] not in ":~<>="
    gap = " " if ends and not rest[:1].isspace() else ""
    return text[:start] + suggestion + gap + rest, start + len(suggestion) + len(gap)


def _at(text: str, cursor: int) -> Word | None:
    """The word that ends at the cursor, where what stands behind the cursor is not looked at."""
    found = words(text[:cursor])
    return found[-1] if found and found[-1].end == cursor else None


def _field_starts(start: str, typed: str, schema: Schema[R]) -> Iterable[str]:
    for field in schema.fields:
        if field.name.startswith(typed.casefold()):
            yield f"{start}{field.name}{Test.IS.value}"


def _values(field: Field[R], word: Word, rows: Sequence[R]) -> Iterable[str]:
    match field:
        case Choice(choices=choices):
            return choices
        case Text(of=of):
            seen = {value: None for row in rows[:_ROWS] for value in of(row)[:1] if value}
            return [written(value) for value in sorted(seen)]
        case Number() | Span():
            # They are part of what stands before the value; there they are offered.
            return [each.removeprefix(Test.IS.value) for each in _COMPARISONS] if word.test is Test.IS else []


def _beginning(begun: str, found: Iterable[str]) -> Iterable[str]:
    folded = begun.casefold()
    for each in found:
        plain = each.strip('"').casefold()
        if plain.startswith(folded) and plain != folded:
            yield each
