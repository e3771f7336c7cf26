"""What can be asked of one kind of row: its fields by name, and the text that bare words are looked for in."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Generic, TypeVar

R = TypeVar("R")


@dataclass(frozen=True, slots=True)
class Choice(Generic[R]):
    """One or more of a few known words. `ranked`: from the least to the most, and each stands for all above it."""

    name: str
    choices: tuple[str, ...]
    of: Callable[[R], Collection[str]]
    ranked: bool = False


@dataclass(frozen=True, slots=True)
class Text(Generic[R]):
    """Any text, or several of which one has to fit."""

    name: str
    of: Callable[[R], Sequence[str]]


@dataclass(frozen=True, slots=True)
class Number(Generic[R]):
    """None where there is none: it is neither more nor less than anything."""

    name: str
    of: Callable[[R], float | None]


@dataclass(frozen=True, slots=True)
class Span(Generic[R]):
    """A time in seconds, seen from a moment."""

    name: str
    of: Callable[[R, datetime], float | None]


Field = Choice[R] | Text[R] | Number[R] | Span[R]


@dataclass(frozen=True)
class Schema(Generic[R]):
    """`text`: where bare words are looked for."""

    fields: tuple[Field[R], ...]
    text: Callable[[R], str]

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(field.name for field in self.fields)

    def find(self, name: str) -> Field[R] | None:
        """The field of that name; capitals do not matter."""
        folded = name.casefold()
        return next((field for field in self.fields if field.name == folded), None)
