"""Whether a row is what a query asks for."""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Sequence, Set
from datetime import datetime
from typing import TypeVar

from crew_tui.filtering.amounts import number, seconds
from crew_tui.filtering.fields import Choice, Field, Number, Schema, Span, Text
from crew_tui.filtering.query import Query, Term, Test

R = TypeVar("R")
Matches = Callable[[R], bool]

#: With fewer letters, beginnings of words would be found in any sentence.
_FEWEST_BEGINNINGS = 3

_COMPARISONS: dict[Test, Callable[[float, float], bool]] = {
    Test.IS: operator.eq,
    Test.EXACTLY: operator.eq,
    Test.LESS: operator.lt,
    Test.AT_MOST: operator.le,
    Test.MORE: operator.gt,
    Test.AT_LEAST: operator.ge,
}


def matcher(query: Query, schema: Schema[R], now: datetime) -> Matches[R]:
    """A predicate for rows as they are at `now`. Terms of fields that `schema` does not have never hold."""
    held = [_term(term, schema, now) for term in query.terms]
    if len(held) == 1:
        return held[0]
    return lambda row: all(each(row) for each in held)


def timed(query: Query, schema: Schema[R]) -> bool:
    """Rows may match or cease to do so just because time goes by."""
    return any(isinstance(schema.find(term.field), Span) for term in query.terms)


def _term(term: Term, schema: Schema[R], now: datetime) -> Matches[R]:
    holds = _holds(term, schema, now)
    return (lambda row: not holds(row)) if term.negated else holds


def _holds(term: Term, schema: Schema[R], now: datetime) -> Matches[R]:
    if not term.field:
        return _word(term.values[0], schema)
    field: Field[R] | None = schema.find(term.field)
    match field:
        case Choice():
            return _choice(term, field)
        case Text():
            return _any_text(term.values, _TEXT_TESTS[term.test], field.of)
        case Number(of=of):
            return _amount(term, number, of)
        case Span(of=of):
            return _amount(term, seconds, lambda row: of(row, now))
        case None:
            return lambda row: False


def _choice(term: Term, field: Choice[R]) -> Matches[R]:
    of = field.of
    if term.test is Test.CONTAINS:
        return _any_text(term.values, contains, lambda row: tuple(of(row)))
    wanted = frozenset(term.values)
    if field.ranked and term.test is not Test.EXACTLY:
        compare = _COMPARISONS[Test.AT_LEAST if term.test is Test.IS else term.test]
        ranks = {word: rank for rank, word in enumerate(field.choices)}
        wanted = frozenset(
            word for word in field.choices if any(compare(ranks[word], ranks[each]) for each in term.values)
        )
    return lambda row: not wanted.isdisjoint(of(row))


def _amount(term: Term, read: Callable[[str], float | None], of: Callable[[R], float | None]) -> Matches[R]:
    compare = _COMPARISONS[term.test]
    wanted = [amount for each in term.values if (amount := read(each)) is not None]

    def matches(row: R) -> bool:
        found = of(row)
        return found is not None and any(compare(found, each) for each in wanted)

    return matches


TextTest = Callable[[str, str], bool]


def _any_text(wanted: Sequence[str], test: TextTest, of: Callable[[R], Sequence[str]]) -> Matches[R]:
    """Smart case: capitals matter when the person has typed one."""
    exact = [each for each in wanted if each != each.casefold()]
    folded = [each for each in wanted if each == each.casefold()]

    def matches(row: R) -> bool:
        texts = of(row)
        if any(test(each, text) for each in exact for text in texts):
            return True
        return bool(folded) and any(test(each, text) for text in map(str.casefold, texts) for each in folded)

    return matches


def contains(wanted: str, text: str) -> bool:
    return wanted in text


def exactly(wanted: str, text: str) -> bool:
    return wanted == text


def begins_or_fits(wanted: str, text: str) -> bool:
    """`text` begins with `wanted`, or all of it fits where `*` stands for anything; nothing fits only nothing."""
    if not wanted:
        return not text
    if "*" not in wanted:
        return text.startswith(wanted)
    first, *middle, last = wanted.split("*")
    if len(text) < len(first) + len(last) or not text.startswith(first) or not text.endswith(last):
        return False
    at, end = len(first), len(text) - len(last)
    for part in middle:
        found = text.find(part, at, end)
        if found < 0:
            return False
        at = found + len(part)
    return True


def _word(wanted: str, schema: Schema[R]) -> Matches[R]:
    """It stands in the text, or is made of the beginnings of words in a row: `parrev` is in `parallel-review`."""
    text_of = schema.text
    fold = wanted == wanted.casefold()
    begins = _beginnings(wanted)

    def matches(row: R) -> bool:
        text = text_of(row).casefold() if fold else text_of(row)
        return wanted in text or (begins is not None and begins(text))

    return matches


def _beginnings(wanted: str) -> Callable[[str], bool] | None:
    if len(wanted) < _FEWEST_BEGINNINGS or not wanted.isalnum():
        return None
    # Rules out nearly every text before its words are looked at one by one.
    # (The letter stands before the look behind it, because a pattern that begins with a letter is searched for faster.)
    first, second, third = (re.escape(char) for char in wanted[:3])
    likely = re.compile(rf"{first}(?<![^\W_]{first}){_NEXT}{second}{_NEXT}{third}").search

    def begins(text: str) -> bool:
        found = likely(text)
        return found is not None and made_of_beginnings(wanted, _PARTS(text, found.start()))

    return begins


#: The next letter of a word, or the first one of the next word.
_NEXT = r"(?:[^\W_]*+[\W_]++)?"
_PARTS = re.compile(r"[^\W_]+").findall


_NOTHING = frozenset({0})


def made_of_beginnings(wanted: str, parts: Sequence[str]) -> bool:
    """`parts` in a row have beginnings that make `wanted` together."""
    # How much of it may be there already when a part begins.
    taken: Set[int] = _NOTHING
    for part in parts:
        if taken is _NOTHING and part[0] != wanted[0]:
            continue
        after = {0}
        for begun in taken:
            length = 0
            while length < len(part) and part[length] == wanted[begun + length]:
                length += 1
                if begun + length == len(wanted):
                    return True
                after.add(begun + length)
        taken = after if len(after) > 1 else _NOTHING
    return False


_TEXT_TESTS: dict[Test, TextTest] = {Test.IS: begins_or_fits, Test.CONTAINS: contains, Test.EXACTLY: exactly}
