"""Words of strangers in messages: what was probably meant, and nothing that a terminal would obey."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches

#: Longer words are not compared: a stranger's file may hold words of any length.
_COMPARED = 80


def nearest(word: str, known: Iterable[str]) -> str:
    """``did you mean …?``, or nothing."""
    found = closest(word, known)
    return f"did you mean {found}?" if found else ""


def closest(word: str, known: Iterable[str]) -> str | None:
    """The known word that ``word`` was probably meant to be."""
    if len(word) > _COMPARED:
        return None
    folded = {_folded(each): each for each in known}
    close = get_close_matches(_folded(word), folded, n=1, cutoff=0.6)
    return folded[close[0]] if close else None


def printable(text: str, longest: int | None = None) -> str:
    """One line in which every character is seen: what is invisible stands there as an escape."""
    if longest is not None and len(text) > longest:
        text = text[:longest]
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() else c.encode("unicode_escape", "backslashreplace").decode() for c in text)


def _folded(word: str) -> str:
    return word.casefold().replace("_", "")
