"""How well a typed word fits a name: words where they begin, then inside, then letters in order."""

from __future__ import annotations

from dataclasses import dataclass

#: In a longer text, letters in order are found wherever one looks.
_LONGEST_NAME = 24

#: Nobody types an abbreviation of more letters; looking for one takes time in the square of them.
_LONGEST_WORD = 12

_AT_START, _AT_WORD, _INSIDE, _SCATTERED = 1000.0, 800.0, 500.0, 100.0


@dataclass(frozen=True, slots=True)
class Hit:
    """`score`: more is better. `at`: which characters of the text were meant, in order.

    `whole`: each word was found as it was typed, and not only its letters.
    """

    score: float
    at: tuple[int, ...] = ()
    whole: bool = True


_ALL = Hit(0.0)


def match(query: str, text: str) -> Hit | None:
    """Every word of `query` must be found in `text`, in any order; no words fit everything."""
    words = query.casefold().split()
    if not words:
        return _ALL
    folded = text.casefold()
    score, at, whole = 0.0, set[int](), True
    for word in words:
        hit = _word(word, folded)
        if hit is None:
            return None
        score += hit.score
        at.update(hit.at)
        whole = whole and hit.whole
    # Of two that fit as well, the shorter one is meant.
    return Hit(score / len(words) - len(text) / 100, tuple(sorted(at)), whole)


def _word(word: str, text: str) -> Hit | None:
    place = text.find(word)
    if place < 0:
        return _scattered(word, text) if len(word) <= _LONGEST_WORD else None
    score = _INSIDE
    while place >= 0:
        if _begins(text, place):
            score = _AT_START if place == 0 else _AT_WORD
            break
        place = text.find(word, place + 1)
    place = text.find(word) if place < 0 else place
    return Hit(score - place / 10, tuple(range(place, place + len(word))))


def _scattered(word: str, text: str) -> Hit | None:
    """Letters in order, where each begins a word or follows the one before; in a short name, anywhere."""
    found = _by_words(word, text, -1) or (_anywhere(word, text) if len(text) <= _LONGEST_NAME else None)
    if found is None:
        return None
    begun = sum(1 for each in found if _begins(text, each))
    return Hit(_SCATTERED + 20 * begun - (found[-1] - found[0]), found, whole=False)


def _begins(text: str, at: int) -> bool:
    return at == 0 or not text[at - 1].isalnum()


def _by_words(word: str, text: str, last: int) -> tuple[int, ...] | None:
    if not word:
        return ()
    if last >= 0 and text[last + 1 : last + 2] == word[0]:
        rest = _by_words(word[1:], text, last + 1)
        if rest is not None:
            return (last + 1, *rest)
    place = text.find(word[0], last + 1)
    while place >= 0:
        if _begins(text, place):
            rest = _by_words(word[1:], text, place)
            if rest is not None:
                return (place, *rest)
        place = text.find(word[0], place + 1)
    return None


def _anywhere(word: str, text: str) -> tuple[int, ...] | None:
    found: list[int] = []
    place = -1
    for letter in word:
        place = text.find(letter, place + 1)
        if place < 0:
            return None
        found.append(place)
    return tuple(found)
