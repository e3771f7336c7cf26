"""What the person has typed and chosen before, for as long as the program runs."""

from __future__ import annotations

from typing import Any
from weakref import WeakKeyDictionary

from textual.app import App

#: Further back nobody looks.
_MOST = 50


class Earlier:
    """Words of several kinds, each kind newest first."""

    def __init__(self) -> None:
        self._words: dict[str, list[str]] = {}

    def of(self, kind: str) -> tuple[str, ...]:
        return tuple(self._words.get(kind, ()))

    def add(self, kind: str, word: str) -> None:
        """Put `word` first, once; an empty one is not worth remembering."""
        if word.strip():
            rest = [each for each in self._words.get(kind, ()) if each != word]
            self._words[kind] = [word, *rest][:_MOST]


_OF: WeakKeyDictionary[App[Any], Earlier] = WeakKeyDictionary()


def earlier(app: App[Any]) -> Earlier:
    """That of a program; it goes with it."""
    return _OF.setdefault(app, Earlier())
