"""What a person wants to see: terms that must all hold, and how they are written."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum


class Test(StrEnum):
    """How a field is compared; the value is how it is written between the field's name and the word."""

    #: Not to be collected as a test class.
    __test__ = False

    IS = ":"
    CONTAINS = "~"
    EXACTLY = ":="
    LESS = ":<"
    AT_MOST = ":<="
    MORE = ":>"
    AT_LEAST = ":>="


#: Longest first: `:<=` begins with `:<`.
LONGEST_FIRST = tuple(sorted(Test, key=lambda test: -len(test.value)))

NEGATIONS = "-!"


@dataclass(frozen=True, slots=True)
class Term:
    """One condition: `field` is empty for a bare word. Any of `values` will do; `negated` turns it round."""

    field: str
    test: Test
    values: tuple[str, ...]
    negated: bool = False

    def __str__(self) -> str:
        start = NEGATIONS[0] if self.negated else ""
        if not self.field:
            return start + _bare(self.values[0])
        return f"{start}{self.field}{self.test.value}{','.join(written(each) for each in self.values)}"


@dataclass(frozen=True, slots=True)
class Fault:
    """A part of the text that says nothing (yet), and in `says` what is missing there."""

    start: int
    end: int
    says: str


@dataclass(frozen=True, slots=True)
class Query:
    """Queries are equal when their terms are; faults are about the text that was typed."""

    terms: tuple[Term, ...] = ()
    faults: tuple[Fault, ...] = field(default=(), compare=False)

    def __bool__(self) -> bool:
        """Something may be left out."""
        return bool(self.terms)

    def __str__(self) -> str:
        """As a person would type it; parsed again, it is the same query."""
        return " ".join(map(str, self.terms))


def is_name(text: str) -> bool:
    """It could be the name of a field."""
    return text.isascii() and text.isalpha()


def _bare(word: str) -> str:
    head = word.partition(":")[0].partition("~")[0]
    like_a_field = len(head) < len(word) and is_name(head)
    return f'"{_escaped(word)}"' if like_a_field or word[:1] in NEGATIONS or _needs_quotes(word, "") else word


def written(value: str) -> str:
    """A value as it stands behind a field's name."""
    return f'"{_escaped(value)}"' if _needs_quotes(value, ",") or value[:1] in ("<", ">", "=") else value


def _needs_quotes(word: str, separators: str) -> bool:
    return not word or word[0] == '"' or any(char.isspace() or char in separators for char in word)


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"')
