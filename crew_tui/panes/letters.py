"""Messages as lines: how many there are, a line for each, and the text of one."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from rich.cells import cell_len

from crew_core.observe.tab_slices import Box, Letter
from crew_tui.glyphs import Glyphs, Sign
from crew_tui.lines import BLANK, MARK, Column, Kept, Line, Piece, Tone, columns, limited, line, text_line, wrapped
from crew_tui.panes.frame import Frame
from crew_tui.quantities import age, elapsed, plural
from crew_tui.text import clean, cut
from crew_tui.texts.wrapping import spans

_LABEL = 8
_MARGIN = "    "
_BETWEEN = " → "

#: Status and kind, which are words of others, have so many cells, in a wide row an eighth of it; addresses a third of
#: the row, and so many at least.
_MOST_WORD = 14
_LEAST_ADDRESS = 16

#: Lines of a text below its row; the whole is read with Enter.
_PREVIEW = 3

#: Beyond this a text belongs into a file.
_MOST_LINES = 2000
_MOST_DATA = 20_000


def letter_sign(letter: Letter, glyphs: Glyphs) -> Sign:
    """How far it has come, in the record's own word."""
    word = _word(letter)
    if not letter.open:
        return Sign(glyphs.statuses["completed"], word, Tone.OK)
    if letter.urgent:
        return Sign(glyphs.attention, word, Tone.WARN)
    if not letter.status:
        return Sign(glyphs.dot, word, Tone.DIM)
    return Sign(glyphs.statuses["queued" if word == "queued" else "waiting"], word, Tone.WAIT)


def _word(letter: Letter) -> str:
    return clean(letter.status) or "sent"


@dataclass(frozen=True, slots=True)
class BoxCount:
    """Letters of one box: all, those that nobody has acknowledged, by kind, and by kind the urgent ones among these."""

    box: Box
    total: int
    waiting: int
    kinds: Mapping[str, int]
    urgent: Mapping[str, int]


def counted(letters: Sequence[Letter]) -> tuple[BoxCount, ...]:
    """For both boxes; for none when there is no mail at all."""
    found = []
    for box in Box if letters else ():
        mine = [letter for letter in letters if letter.box is box]
        found.append(
            BoxCount(
                box,
                len(mine),
                sum(letter.unread for letter in mine),
                Counter(letter.kind for letter in mine),
                Counter(letter.kind for letter in mine if letter.urgent and letter.open),
            )
        )
    return tuple(found)


def box_line(count: BoxCount, frame: Frame) -> Line:
    pieces: list[Piece] = [(count.box.value.ljust(_LABEL), Tone.DIM), (plural(count.total, "message"), Tone.TEXT)]
    if count.waiting:
        pieces.append((f", {count.waiting} not acknowledged", Tone.WAIT))
    for number, kind in enumerate(sorted(count.kinds)):
        urgent = count.urgent.get(kind, 0)
        mark = frame.glyphs.attention if urgent else ""
        pieces.append((f" {frame.glyphs.dot} " if number else "   ", Tone.DIM))
        pieces.append((f"{clean(kind)} {count.kinds[kind]}{mark}", Tone.WARN if urgent else Tone.TEXT))
    return Line(limited(pieces, frame.width))


@dataclass(frozen=True, slots=True)
class LetterColumns:
    """Cells that the longest status, the longest kind and the longest pair of addresses among letters would take."""

    word: int = 0
    kind: int = 0
    address: int = 0


#: Of a letter of which nothing is known yet.
COMING = (
    Column("", 1, priority=5),
    Column("", 1),
    Column("", _LABEL),
    Column("", _LEAST_ADDRESS, priority=2),
    Column("", 4, right=True),
    Column("", 12, grows=True, priority=3),
)


def columns_for(letters: Sequence[Letter]) -> LetterColumns:
    addresses = {(each.sender, each.to) for each in letters}
    return LetterColumns(
        _longest({_word(each) for each in letters}),
        _longest({clean(each.kind) for each in letters}),
        _longest({_BETWEEN.join(map(_name, each)) for each in addresses}),
    )


def _longest(words: set[str]) -> int:
    return max(map(cell_len, words), default=0)


def _name(address: str) -> str:
    return clean(address) or "?"


def addressed(sender: str, to: str, width: int) -> str:
    """From whom and to whom in `width` cells: each side has half of them, and what the other leaves over."""
    sender, to = _name(sender), _name(to)
    room = max(2, width - len(_BETWEEN))
    of_sender, of_to = cell_len(sender), cell_len(to)
    if of_sender + of_to > room:
        half = room // 2
        of_sender = room - of_to if of_to < half else min(of_sender, room - half)
    return f"{cut(sender, of_sender)}{_BETWEEN}{cut(to, room - of_sender)}"


def letter_line(letter: Letter, key: str, since: str, of: LetterColumns, frame: Frame) -> Line:
    sign = letter_sign(letter, frame.glyphs)
    way = "←" if letter.box is Box.OUTBOX else "→"
    address = min(of.address, max(_LEAST_ADDRESS, frame.width // 3))
    word = max(_MOST_WORD, frame.width // 8)
    return columns(
        (
            Column(way, 1, Tone.DIM, priority=5),
            Column(sign.shape, 1, sign.tone),
            Column(sign.word, min(of.word, word), sign.tone, priority=4),
            Column(clean(letter.kind), min(of.kind, word)),
            Column(addressed(letter.sender, letter.to, address), address, priority=2),
            Column(since, 4, Tone.DIM, right=True),
            Column(clean(letter.text[: 8 * max(1, frame.width)]), 12, Tone.DIM, grows=True, priority=3),
        ),
        frame.width,
        key=key,
    )


def letter_text(letter: Letter, frame: Frame, *, whole: bool) -> tuple[Line, ...]:
    """What stands below the selected letter: where it is on its way, and its text; with `whole` all that there is."""
    width = max(1, frame.width - len(_MARGIN) - 1)
    lines: list[Line] = [*_meta(letter, frame, width)] if whole else []
    text = clean(letter.text, single_line=False)
    most = _MOST_LINES if whole else _PREVIEW
    for paragraph in text.split("\n"):
        left = most - len(lines) if not whole else _MOST_LINES
        if left <= 0:
            break
        lines += _indented(paragraph, width, left, whole=whole)
        if len(lines) >= _MOST_LINES:
            lines.append(text_line("the rest is left out", Tone.WARN))
            break
    if whole and letter.data:
        lines += [text_line("data", Tone.DIM), *(text_line(cut(row, width), Tone.DIM) for row in pretty(letter.data))]
    bar = f"{MARK}{_MARGIN[1:-2]}{frame.glyphs.bar} "
    return tuple(line((bar, Tone.DIM), *each.pieces) for each in lines)


def _indented(paragraph: str, width: int, most: int, *, whole: bool) -> tuple[Line, ...]:
    """Wrapped, each line as far from the left as the first: lists and code keep their form.

    :param whole: words that are longer than a line are broken, not cut.
    """
    words = paragraph.lstrip(" ")
    room = min(len(paragraph) - len(words), width // 2)
    if whole:
        inner = tuple(text_line(words[begin:end]) for begin, end in spans(words, width - room)[:most])
    else:
        inner = wrapped(paragraph, width - room, most=most) or (BLANK,)
    return tuple(line((" " * room, Tone.TEXT), *each.pieces) for each in inner) if room else inner


def _meta(letter: Letter, frame: Frame, width: int) -> tuple[Line, ...]:
    dot = f" {frame.glyphs.dot} "
    parts = (
        f"{frame.time(letter.at).strip()}",
        "urgent" if letter.urgent else "",
        f"task {clean(letter.task_id)}" if letter.task_id else "",
        f"id {clean(letter.id)}",
        f"answers {clean(letter.reply_to)}" if letter.reply_to else "",
    )
    return wrapped(dot.join(part for part in parts if part), width, Tone.DIM, most=3)


def pretty(data: str) -> list[str]:
    """JSON with indentation, a line each; as it stands when it is none."""
    try:
        found = json.loads(data) if len(data) <= _MOST_DATA else None
        text = json.dumps(found, indent=2, ensure_ascii=False) if found is not None else data[:_MOST_DATA]
    except (ValueError, RecursionError):
        text = data
    return clean(text, single_line=False).split("\n")


def keys_of(letters: Sequence[Letter]) -> tuple[str, ...]:
    """A name for each letter that no other has, whatever ids were given."""
    seen: Counter[tuple[Box, str]] = Counter()
    names = []
    for letter in letters:
        known = (letter.box, letter.id)
        names.append(f"{letter.box}/{letter.id}/{seen[known]}")
        seen[known] += 1
    return tuple(names)


class LetterRows:
    """Letters with their keys, newest first, made when they are looked at; below the selected one its text."""

    def __init__(
        self,
        letters: Sequence[tuple[str, Letter]],
        frame: Frame,
        kept: Kept[Line],
        of: LetterColumns,
        *,
        selected: str = "",
        text: Sequence[Line] = (),
    ) -> None:
        """:param text: stands below the letter named `selected`."""
        self._letters = letters
        self._of = of
        self._frame = frame
        self._kept = kept
        self._text = text
        self._open = next((at for at, (key, _) in enumerate(letters) if key == selected), len(letters))

    def __len__(self) -> int:
        return len(self._letters) + (len(self._text) if self._open < len(self._letters) else 0)

    def __iter__(self) -> Iterator[Line]:
        return map(self.__getitem__, range(len(self)))

    def __getitem__(self, index: int, /) -> Line:
        if not 0 <= index < len(self):
            raise IndexError(index)
        below = index - self._open - 1
        if 0 <= below < len(self._text):
            return self._text[below]
        key, letter = self._letters[index if below < 0 else index - len(self._text)]
        frame = self._frame
        since = age(elapsed(letter.at, None, frame.now)) if letter.at else ""
        make = partial(letter_line, letter, key, since, self._of, frame)
        return self._kept.get(key, (letter, since, self._of, frame.width, frame.glyphs), make)
