"""Markdown blocks as lines: each paragraph, list, quote and piece of code in its place."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from rich.cells import cell_len

from crew_tui.glyphs import UNICODE, Glyphs
from crew_tui.lines import BLANK, MARK, Line, Piece, Tone
from crew_tui.markdown.front_matter import parted
from crew_tui.markdown.inline import inline_lines
from crew_tui.markdown.tables import table_rows
from crew_tui.text import clean
from crew_tui.texts.json_text import json_line
from crew_tui.texts.painting import DIFF, PLAIN, Manner, painted_by
from crew_tui.texts.wrapping import Pieces, broken

if TYPE_CHECKING:
    from markdown_it.token import Token

#: Longer lines are hard to read, however wide the terminal is.
_WIDEST_PROSE = 100

#: Fewer cells than this are left to no text, however deep lists and quotes are nested.
_NARROWEST = 8

_EMPTY_ITEM = re.compile(r"(?:[\s>]*(?:[-*+]|\d+[.)]))*[\s>]*")

#: The tokens that stand for lines of the source; the others only contain these.
_SHOWING = frozenset({"heading_open", "paragraph_open", "table_open", "fence", "code_block", "html_block", "hr"})

_CODE: dict[str, Manner] = {"diff": DIFF, "patch": DIFF, "json": painted_by(json_line)}


def markdown_lines(text: str, width: int, glyphs: Glyphs = UNICODE, *, wrap: bool = True) -> tuple[Line, ...]:
    """The text as lines of `width` cells. Without `wrap` lines of code are left as long as they are."""
    from markdown_it import MarkdownIt

    front, body = parted(clean(text, single_line=False))
    writer = _Writer(body.split("\n"), width, glyphs, wrap=wrap)
    writer.front_matter(front)
    parser = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])
    writer.write(parser.parse(body))
    return tuple(writer.lines)


class _Writer:
    """Walks over the tokens once. `_before` is what stands before each line: margins of quotes and lists. `_signs` are
    those of items without a line yet, by the places of their margins: the next line has them there.

    What the parser passes over (definitions of links, what is nested too deeply) is shown as it stands in the source:
    `_next` is the first line of it that no block has shown.
    """

    def __init__(self, source: Sequence[str], width: int, glyphs: Glyphs, *, wrap: bool) -> None:
        self.lines: list[Line] = []
        self._source = source
        self._next = 0
        self._width = width
        self._glyphs = glyphs
        self._wrap = wrap
        self._before: list[Piece] = []
        self._signs: dict[int, Piece] = {}
        self._item_line = 0
        self._lists: list[int | None] = []
        self._parted = True
        self._blocks: dict[str, Callable[[Token], None]] = {
            "bullet_list_open": lambda token: self._begin_list(None),
            "ordered_list_open": lambda token: self._begin_list(int(token.attrs.get("start", 1))),
            "bullet_list_close": lambda token: self._end_list(),
            "ordered_list_close": lambda token: self._end_list(),
            "list_item_open": self._begin_item,
            "list_item_close": lambda token: self._end_item(),
            "blockquote_open": lambda token: self._begin_quote(),
            "blockquote_close": lambda token: self._end_quote(),
            "fence": self._code,
            "code_block": self._code,
            "html_block": self._html,
            "hr": lambda token: self._rule(),
        }

    def write(self, tokens: Sequence[Token]) -> None:
        at = 0
        while at < len(tokens):
            token = tokens[at]
            if token.type in _SHOWING:
                self._come_to(token)
            if token.type == "heading_open":
                self._heading(tokens[at + 1], int(token.tag[1:]))
                at += 3
            elif token.type == "paragraph_open":
                self._paragraph(tokens[at + 1], tight=token.hidden)
                at += 3
            elif token.type == "table_open":
                end = next(to for to in range(at, len(tokens)) if tokens[to].type == "table_close")
                self._table(tokens[at:end])
                at = end + 1
            else:
                block = self._blocks.get(token.type)
                if block is not None:
                    block(token)
                at += 1
        self._show_passed_over(len(self._source))

    def _come_to(self, token: Token) -> None:
        start, end = token.map or (self._next, self._next)
        self._show_passed_over(start)
        self._next = max(self._next, end)

    def _show_passed_over(self, until: int) -> None:
        passed = [text for text in self._source[self._next : until] if any(map(str.isalnum, text))]
        if passed:
            self._part()
            self._verbatim("\n".join(passed), Tone.DIM)
            self._parted = False

    def front_matter(self, front: str) -> None:
        """The fields on top of a resource, as they stand there."""
        if front:
            self._verbatim(front, Tone.DIM)
            self._add(((self._glyphs.rule * min(self._room, _WIDEST_PROSE), Tone.DIM),))
            self._parted = False

    # Blocks

    def _heading(self, inline: Token, level: int) -> None:
        self._part()
        pieces = [piece for line in inline_lines(inline.children or [], Tone.TITLE) for piece in line]
        if level > 2:
            pieces.insert(0, (f"{'#' * level} ", Tone.DIM))
        rows = broken(tuple(pieces), min(self._room, _WIDEST_PROSE))
        for row in rows:
            self._add(row)
        if level == 1:
            longest = max(sum(cell_len(text) for text, _ in row) for row in rows)
            self._add(((self._glyphs.rule * longest, Tone.DIM),))
        self._parted = False

    def _paragraph(self, inline: Token, *, tight: bool) -> None:
        if not tight:
            self._part()
        for line in inline_lines(inline.children or []):
            for row in broken(tuple(line), min(self._room, _WIDEST_PROSE)):
                self._add(row)
        self._parted = False

    def _begin_list(self, start: int | None) -> None:
        if not self._lists:
            self._part()
        self._lists.append(start)

    def _end_list(self) -> None:
        self._lists.pop()
        self._parted = False

    def _begin_item(self, token: Token) -> None:
        self._item_line = token.map[0] if token.map else 0
        number = self._lists[-1]
        sign = f"{self._glyphs.dot} " if number is None else f"{number}. "
        if number is not None:
            self._lists[-1] = number + 1
        self._signs[len(self._before)] = (sign, Tone.DIM)
        self._before.append((" " * len(sign), Tone.TEXT))
        # The first block stands beside the sign of its item.
        self._parted = True

    def _end_item(self) -> None:
        if len(self._before) - 1 in self._signs:
            if _EMPTY_ITEM.fullmatch("".join(self._source[self._item_line : self._item_line + 1])):
                self._next = max(self._next, self._item_line + 1)
            self._add(())
        self._before.pop()

    def _begin_quote(self) -> None:
        self._part()
        self._before.append((f"{self._glyphs.bar} ", Tone.DIM))
        self._parted = True

    def _end_quote(self) -> None:
        self._before.pop()
        self._parted = False

    def _code(self, token: Token) -> None:
        self._part()
        language = token.info.strip().split(" ")[0].lower()
        self._before.append((f"{self._glyphs.bar} ", Tone.DIM))
        manner = _CODE.get(language, PLAIN)
        for text in token.content.removesuffix("\n").split("\n"):
            for pieces in manner.paint(text):
                for row in broken(pieces, self._room) if self._wrap else (pieces,):
                    self._add(row)
        self._before.pop()
        self._parted = False

    def _html(self, token: Token) -> None:
        self._part()
        self._verbatim(token.content.rstrip("\n"), Tone.DIM)
        self._parted = False

    def _rule(self) -> None:
        self._part()
        self._add(((self._glyphs.rule * min(self._room, _WIDEST_PROSE), Tone.DIM),))
        self._parted = False

    def _table(self, tokens: Sequence[Token]) -> None:
        rows: list[list[Pieces]] = []
        for token in tokens:
            if token.type == "tr_open":
                rows.append([])
            elif token.type == "inline":
                base = Tone.TITLE if len(rows) == 1 else Tone.TEXT
                cell = inline_lines(token.children or [], base)
                rows[-1].append(tuple(piece for line in cell for piece in line))
        self._part()
        for row in table_rows(rows[0], rows[1:], self._room, self._glyphs) if rows else ():
            self._add(row)
        self._parted = False

    # Lines

    def _verbatim(self, text: str, tone: Tone) -> None:
        for each in text.split("\n"):
            for row in broken(((each, tone),), self._room):
                self._add(row)

    @property
    def _room(self) -> int:
        taken = sum(cell_len(text) for text, _ in self._before)
        # A margin on both sides.
        return max(_NARROWEST, self._width - 2 - taken)

    def _part(self) -> None:
        """An empty line between two blocks, except where a new list, quote or text begins."""
        if not self._parted:
            quotes = tuple(piece for piece in self._before if piece[1] is Tone.DIM)
            self.lines.append(Line(((MARK, Tone.DIM), *self._before)) if quotes else BLANK)
        self._parted = True

    def _add(self, pieces: Pieces) -> None:
        before = [self._signs.get(place, margin) for place, margin in enumerate(self._before)]
        self._signs.clear()
        self.lines.append(Line(((MARK, Tone.DIM), *before, *pieces)))
