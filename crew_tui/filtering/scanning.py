"""A filter's text cut into words, each with where it stands: quotes and commas are understood, fields are not."""

from __future__ import annotations

from dataclasses import dataclass

from crew_tui.filtering.query import LONGEST_FIRST, NEGATIONS, Test, is_name


@dataclass(frozen=True, slots=True)
class Piece:
    """A value with its place. `end` is after the closing quote."""

    text: str
    start: int
    end: int
    quoted: bool = False


@dataclass(frozen=True, slots=True)
class Word:
    """What stands between two spaces. `test` None: a bare word, which is its only value.

    `values_start` is where the first value begins or would begin.
    """

    start: int
    end: int
    negated: bool
    field: str
    test: Test | None
    values: tuple[Piece, ...]
    values_start: int


def words(text: str) -> tuple[Word, ...]:
    """Every character belongs to a word or is a space between two."""
    found = []
    at = 0
    while at < len(text):
        if text[at].isspace():
            at += 1
            continue
        word = _word(text, at)
        found.append(word)
        at = word.end
    return tuple(found)


def _word(text: str, start: int) -> Word:
    negated = text[start] in NEGATIONS
    at = start + negated
    named = _field(text, at)
    if named is None:
        piece = _piece(text, at, separators="")
        return Word(start, piece.end, negated, "", None, (piece,) if piece.end > at else (), at)
    name, test = named
    first = at + len(name) + len(test.value)
    pieces = _pieces(text, first)
    end = pieces[-1].end if pieces else first
    # A comma that nothing follows yet.
    while end < len(text) and text[end] == ",":
        end += 1
    return Word(start, end, negated, name, test, pieces, first)


def _field(text: str, at: int) -> tuple[str, Test] | None:
    end = at
    while end < len(text) and is_name(text[end]):
        end += 1
    if end == at:
        return None
    test = next((each for each in LONGEST_FIRST if text.startswith(each.value, end)), None)
    return (text[at:end], test) if test else None


def _pieces(text: str, at: int) -> tuple[Piece, ...]:
    found = []
    while at < len(text) and not text[at].isspace():
        if text[at] == ",":
            at += 1
            continue
        piece = _piece(text, at, separators=",")
        found.append(piece)
        at = piece.end
    return tuple(found)


def _piece(text: str, start: int, separators: str) -> Piece:
    if text.startswith('"', start):
        return _quoted(text, start)
    end = start
    while end < len(text) and not text[end].isspace() and text[end] not in separators:
        end += 1
    return Piece(text[start:end], start, end)


def _quoted(text: str, start: int) -> Piece:
    """A quote that is not closed yet reaches to the end."""
    said = []
    at = start + 1
    while at < len(text) and text[at] != '"':
        if text[at] == "\\" and at + 1 < len(text):
            at += 1
        said.append(text[at])
        at += 1
    return Piece("".join(said), start, min(at + 1, len(text)), quoted=True)
