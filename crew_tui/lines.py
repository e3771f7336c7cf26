"""A line of a pane before it is painted: pieces of text, each with the meaning that colours it."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Generic, Protocol, TypeVar

from rich.cells import cell_len
from rich.style import Style

from crew_tui.text import cut, fit, padded

#: The width of text that no screen ends: nothing is cut there, and nothing fills it.
ENDLESS = 2_000_000_000


class Tone(StrEnum):
    """What a piece of text means. Colour carries nothing else, and never alone: a shape and a word say it too."""

    TEXT = "text"
    DIM = "dim"
    TITLE = "title"
    ACCENT = "accent"
    RUN = "run"
    WAIT = "wait"
    OK = "ok"
    WARN = "warn"
    FAIL = "fail"
    #: Lines of a difference; `+` and `-` stand before them.
    ADDED = "added"
    REMOVED = "removed"
    #: What a search has found.
    MATCH = "match"
    #: Who says it, where several speak in turn; the name stands there too.
    AGENT_1 = "agent-1"
    AGENT_2 = "agent-2"
    AGENT_3 = "agent-3"
    AGENT_4 = "agent-4"
    AGENT_5 = "agent-5"
    AGENT_6 = "agent-6"
    AGENT_7 = "agent-7"
    AGENT_8 = "agent-8"


AGENTS = (
    Tone.AGENT_1,
    Tone.AGENT_2,
    Tone.AGENT_3,
    Tone.AGENT_4,
    Tone.AGENT_5,
    Tone.AGENT_6,
    Tone.AGENT_7,
    Tone.AGENT_8,
)


def agent_tone(place: int) -> Tone:
    """The colour of the agent that is `place`th in its run; after eight they begin again."""
    return AGENTS[place % len(AGENTS)]


@dataclass(frozen=True, slots=True)
class Ink:
    """How an agent itself has coloured a text, over what the text means."""

    tone: Tone
    style: Style


Piece = tuple[str, Tone | Ink]

#: The first piece of a line that can be selected: the pane paints its cursor there, for eyes without colour.
MARK = " "


@dataclass(frozen=True, slots=True, eq=False)
class Line:
    """One screen line. Compared by identity: the same object means that nothing is to be painted.

    `key` names what the line shows (a run, a task); a line without one cannot be selected. Its text is clean.
    """

    pieces: tuple[Piece, ...]
    key: str = ""

    @property
    def text(self) -> str:
        return "".join(text for text, _ in self.pieces)


class Rows(Protocol):
    """Lines that may be made only when they are looked at: a tuple of them, or a log of any length."""

    def __len__(self) -> int: ...

    def __getitem__(self, index: int, /) -> Line: ...

    def __iter__(self) -> Iterator[Line]: ...


BLANK = Line(())


def line(*pieces: Piece, key: str = "") -> Line:
    return Line(tuple(piece for piece in pieces if piece[0]), key)


def text_line(text: str, tone: Tone = Tone.TEXT) -> Line:
    return Line(((text, tone),))


def wrapped(text: str, width: int, tone: Tone = Tone.TEXT, *, most: int = 8) -> tuple[Line, ...]:
    """Clean text broken at spaces into at most `most` lines of `width` cells; the last one is cut."""
    if endless(width):
        return tuple(text_line(each, tone) for each in (" ".join(text.split()),) if each)
    lines: list[str] = []
    words = text.split()
    while words and width > 0:
        taken = words.pop(0)
        while words and cell_len(taken) + 1 + cell_len(words[0]) <= width:
            taken = f"{taken} {words.pop(0)}"
        if len(lines) == most - 1:
            lines.append(cut(" ".join((taken, *words)), width))
            break
        lines.append(cut(taken, width))
    return tuple(text_line(each, tone) for each in lines)


def endless(width: int) -> bool:
    """Also of what is left of it when borders and margins have taken their cells."""
    return width > ENDLESS // 2


def ruled(shape: str, width: int) -> tuple[Line, ...]:
    """A line from edge to edge; none where there is no edge."""
    return () if endless(width) else (text_line(shape * width, Tone.DIM),)


def paragraph(text: str, width: int, tone: Tone = Tone.TEXT, *, most: int = 8) -> tuple[Line, ...]:
    """`wrapped` with a free cell at either side: that of the cursor, and one before the border."""
    return tuple(Line(((MARK, tone), *each.pieces)) for each in wrapped(text, max(1, width - 2), tone, most=most))


def indented(lines: Sequence[Line]) -> tuple[Line, ...]:
    """Beside the free cell in which other lines have the cursor. They cannot be selected."""
    return tuple(line((MARK, Tone.TEXT), *each.pieces) for each in lines)


#: Between left and right where there is no edge.
_APART = "  "


def spread(left: Sequence[Piece], right: Sequence[Piece], width: int) -> Line:
    """`left` at the left edge, `right` at the right one; the left gives way when both do not fit."""
    if endless(width):
        return line(*left, (_APART if any(text for text, _ in right) else "", Tone.TEXT), *right)
    room = width - sum(cell_len(text) for text, _ in right)
    if room < 1:
        return Line(limited(right, width))
    kept = limited(left, room - 1)
    gap = room - sum(cell_len(text) for text, _ in kept)
    return line(*kept, (" " * gap, Tone.TEXT), *right)


def limited(pieces: Sequence[Piece], width: int) -> tuple[Piece, ...]:
    """The pieces that fit into `width` cells; the one that does not fit is cut."""
    kept: list[Piece] = []
    for text, tone in pieces:
        cells = cell_len(text)
        if cells > width:
            kept.append((cut(text, width), tone))
            break
        kept.append((text, tone))
        width -= cells
    return tuple(piece for piece in kept if piece[0])


@dataclass(frozen=True, slots=True)
class Column:
    """A field of a row. `ideal` cells if there is room, else left out; `grows` takes what is left over."""

    text: str
    ideal: int
    tone: Tone = Tone.TEXT
    right: bool = False
    grows: bool = False
    #: 0 is never left out; the highest goes first.
    priority: int = 0


def columns(fields: Sequence[Column], width: int, *, key: str = "") -> Line:
    """A row of fields, one space between them: what matters least is left out until the rest fits.

    The row starts with room for the pane's cursor and keeps one cell from the right border.
    """
    if endless(width):
        return Line(((MARK, Tone.DIM), *_whole(fields)), key)
    width -= 2
    kept = list(fields)
    while len(kept) > 1 and _needed(kept) > width:
        least = max(kept, key=lambda field: field.priority)
        if least.priority == 0:
            break
        kept.remove(least)
    kept = _lent(kept)
    spare = max(0, width - _needed(kept))
    pieces: list[Piece] = []
    for field in kept:
        cells = field.ideal + (spare if field.grows else 0)
        spare = 0 if field.grows else spare
        pieces += [(fit(field.text, cells, right=field.right), field.tone), (" ", Tone.TEXT)]
    return Line(((MARK, Tone.DIM), *limited(pieces[:-1], width)), key)


def _lent(fields: Sequence[Column]) -> list[Column]:
    """Without those that are empty to the right of the one that grows: it has their room."""
    kept: list[Column] = []
    for field in fields:
        if field.text or field.grows or not (kept and kept[-1].grows):
            kept.append(field)
    return kept


def _whole(fields: Sequence[Column]) -> Iterator[Piece]:
    """None left out and none cut; below each other as far as they are not longer than is ideal."""
    for field in fields:
        text = field.text if field.grows else padded(field.text, field.ideal, right=field.right)
        yield text, field.tone
        # Where nothing stands below each other, a single space would not tell two fields apart.
        yield _APART if field.grows and text else " ", Tone.TEXT


def _needed(fields: Sequence[Column]) -> int:
    return sum(field.ideal for field in fields) + len(fields) - 1


T = TypeVar("T")


class Kept(Generic[T]):
    """Gives back the object made last time for a key while what it was made from is still the same."""

    def __init__(self) -> None:
        self._known: dict[Hashable, tuple[tuple[object, ...], T]] = {}

    def get(self, key: Hashable, made_from: tuple[object, ...], make: Callable[[], T]) -> T:
        known = self._known.get(key)
        # Tuples compare by identity first: an unchanged record costs no comparison of its fields.
        if known is not None and known[0] == made_from:
            return known[1]
        made = make()
        self._known[key] = (made_from, made)
        return made

    def forget_all_but(self, keys: set[Hashable]) -> None:
        if len(self._known) > 2 * len(keys) + 64:
            self._known = {key: value for key, value in self._known.items() if key in keys}
