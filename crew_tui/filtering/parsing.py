"""From what a person types to a query. Nothing that is typed is an exception: what is wrong is a value in words."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from crew_tui.filtering.amounts import number, seconds
from crew_tui.filtering.fields import Choice, Field, Number, Schema, Span, Text
from crew_tui.filtering.query import NEGATIONS, Fault, Query, Term, Test
from crew_tui.filtering.scanning import Piece, Word, words

R = TypeVar("R")

_Read = tuple[Term | None, Fault | None]

_COMPARING = frozenset({Test.LESS, Test.AT_MOST, Test.MORE, Test.AT_LEAST})


def parse(text: str, schema: Schema[R]) -> Query:
    """The terms that are complete, and a fault for each word that is not."""
    read = [_read(word, schema, last=word.end == len(text)) for word in words(text)]
    return Query(
        tuple(term for term, _ in read if term is not None),
        tuple(fault for _, fault in read if fault is not None),
    )


def _read(word: Word, schema: Schema[R], *, last: bool) -> _Read:
    """`last`: the text ends with this word, so that it may still be being typed."""
    if word.test is None:
        return _bare(word)
    field = schema.find(word.field)
    if field is None:
        return None, Fault(word.start, word.end, _no_such(word.field, schema))
    if not word.values:
        return None, Fault(word.start, word.end, _need(field))
    if isinstance(field, Choice):
        return _choice(word, word.test, field, last=last)
    values = tuple(piece.text for piece in word.values)
    if not _fits(field, word.test, values):
        return None, Fault(word.start, word.end, _need(field))
    return Term(field.name, word.test, values, word.negated), None


def _fits(field: Text[R] | Number[R] | Span[R], test: Test, values: tuple[str, ...]) -> bool:
    match field:
        case Text():
            return test not in _COMPARING
        case Number():
            return test is not Test.CONTAINS and _are(number, values, test)
        case Span():
            return test in _COMPARING and _are(seconds, values, test)


def _bare(word: Word) -> _Read:
    if not word.values:
        return None, Fault(word.start, word.end, f"{NEGATIONS[0]} stands before what is to be left out")
    said = word.values[0].text
    return (Term("", Test.CONTAINS, (said,), word.negated) if said else None), None


def _are(read: Callable[[str], float | None], values: tuple[str, ...], test: Test) -> bool:
    """Any of several numbers can be asked for, but they cannot all be the limit."""
    return all(read(each) is not None for each in values) and (len(values) == 1 or test not in _COMPARING)


def _choice(word: Word, test: Test, field: Choice[R], *, last: bool) -> _Read:
    if test in _COMPARING and not field.ranked:
        return None, Fault(word.start, word.end, f"{field.name}: has no order; {_need(field)}")
    if test in _COMPARING and len(word.values) > 1:
        return None, Fault(word.start, word.end, f"{field.name}: is compared with one word only")
    values = tuple(piece.text.casefold() for piece in word.values)
    if test is Test.CONTAINS:
        return Term(field.name, test, values, word.negated), None
    known = tuple(each for each in values if each in field.choices)
    term = Term(field.name, test, known, word.negated) if known else None
    strange = next((piece for piece in word.values if piece.text.casefold() not in field.choices), None)
    if strange is None:
        return term, None
    typing = last and strange is word.values[-1] and any(each.startswith(values[-1]) for each in field.choices)
    return term, Fault(strange.start, strange.end, _need(field) if typing else _not_among(strange, field))


def _need(field: Field[R]) -> str:
    match field:
        case Choice():
            return f"{field.name}: is one of {', '.join(field.choices)}"
        case Text():
            return f"{field.name}: needs a word"
        case Number():
            return f"{field.name}: needs a number such as 3, or >=3"
        case Span():
            return f"{field.name}: needs < or > and a time such as 1h"


def _no_such(name: str, schema: Schema[R]) -> str:
    # For the wrong word only: most texts have none.
    from crew_core.config.spelling import nearest

    meant = nearest(name, schema.names)
    return f"there is no field {name}; {meant or 'there are ' + ', '.join(schema.names)}"


def _not_among(piece: Piece, field: Choice[R]) -> str:
    from crew_core.config.spelling import nearest

    meant = nearest(piece.text, field.choices)
    return f"{field.name}: is never {piece.text}; {meant or 'it is one of ' + ', '.join(field.choices)}"
