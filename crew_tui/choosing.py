"""What can be chosen from a list, and the lines that show it for what has been typed. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rich.cells import cell_len

from crew_tui.fuzzy import Hit, match
from crew_tui.lines import MARK, Line, Piece, Tone, limited, line, text_line
from crew_tui.text import clean, cut

#: Less than between a word that a name begins with and one inside of it.
_LATER = 300.0

#: What is at the right edge gives way to the name.
_HINT_SHARE = 2


@dataclass(frozen=True, slots=True)
class Choice:
    """One line of a list. `key` is what the list answers with.

    `why_not` says why it cannot be chosen now; then it is dim. `hint` stands at the right edge, `sign` before the
    name. `also` is found by typing and not shown.
    """

    key: str
    label: str
    hint: str = ""
    why_not: str = ""
    sign: Piece = ("", Tone.TEXT)
    also: str = ""

    @property
    def enabled(self) -> bool:
        return not self.why_not


@dataclass(frozen=True, slots=True)
class Fitting:
    """A choice that fits what was typed, with the characters of its label that were meant."""

    choice: Choice
    at: tuple[int, ...] = ()


def fitting(choices: Sequence[Choice], query: str) -> list[Fitting]:
    """Those that fit, the best first, in their own order as long as nothing is typed.

    What cannot be chosen comes after what fits as well and can. What has only the letters is listed when nothing has
    the words.
    """
    if not query.strip():
        return [Fitting(choice) for choice in choices]
    hits = [(hit, choice) for choice in choices if (hit := _hit(choice, query)) is not None]
    if any(hit.whole for hit, _ in hits):
        hits = [(hit, choice) for hit, choice in hits if hit.whole]
    # Sorting keeps the order of what fits equally well.
    hits.sort(key=lambda each: -each[0].score + (0 if each[1].enabled else _LATER))
    return [Fitting(choice, hit.at) for hit, choice in hits]


def _hit(choice: Choice, query: str) -> Hit | None:
    label = match(query, choice.label)
    if (label is not None and label.whole) or not choice.also:
        return label
    other = match(query, f"{choice.label} {choice.also}")
    if other is None or not other.whole:
        return label
    return Hit(other.score / 2, tuple(at for at in other.at if at < len(choice.label)))


def choice_lines(found: Sequence[Fitting], width: int, *, nothing: str = "nothing fits") -> tuple[Line, ...]:
    """One line for each; those that cannot be chosen have no key, so that the cursor passes them over."""
    if not found:
        return (text_line(f" {nothing}", Tone.DIM),)
    return tuple(_line(each, width) for each in found)


def _line(fits: Fitting, width: int) -> Line:
    choice = fits.choice
    sign = [(f"{choice.sign[0]} ", choice.sign[1] if choice.enabled else Tone.DIM)] if choice.sign[0] else []
    room = width - 2 - sum(cell_len(text) for text, _ in sign)
    hint = clean(choice.why_not or choice.hint)
    label = clean(choice.label)
    hint = cut(hint, max(room // _HINT_SHARE, room - cell_len(label) - 2)) if hint else ""
    pieces = _marked(label, fits.at if label == choice.label else (), Tone.TEXT if choice.enabled else Tone.DIM)
    kept = limited(pieces, room - (cell_len(hint) + 2 if hint else 0))
    gap = room - cell_len(hint) - sum(cell_len(text) for text, _ in kept)
    end: list[Piece] = [(" " * max(0, gap), Tone.TEXT), (hint, Tone.DIM)] if hint else []
    return line((MARK, Tone.DIM), *sign, *kept, *end, key=choice.key if choice.enabled else "")


def _marked(label: str, at: Sequence[int], tone: Tone) -> list[Piece]:
    """The label in pieces, what was typed of it in the accent's colour."""
    if not at:
        return [(label, tone)]
    meant = set(at)
    pieces: list[Piece] = []
    for place, letter in enumerate(label):
        wanted = Tone.ACCENT if place in meant else tone
        if pieces and pieces[-1][1] is wanted:
            pieces[-1] = (pieces[-1][0] + letter, wanted)
        else:
            pieces.append((letter, wanted))
    return pieces
