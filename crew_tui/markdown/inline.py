"""What stands inside a paragraph: emphasis, code, links, as pieces."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from crew_tui.lines import Piece, Tone
from crew_tui.texts.painting import shown

if TYPE_CHECKING:
    from markdown_it.token import Token

#: Nobody fills lines of this width: a shorter one was ended on purpose, as in a list of facts.
_SHORT_LINE = 60

_EMPHASIS = frozenset({"strong_open", "em_open"})
_EMPHASIS_ENDS = frozenset({"strong_close", "em_close"})


def inline_lines(children: Sequence[Token], base: Tone = Tone.TEXT) -> list[list[Piece]]:
    """The pieces of each line that the writer of the text broke by hand; at least one line."""
    lines: list[list[Piece]] = [[]]
    emphasis = 0
    links: list[tuple[str, int]] = []
    for token in children:
        tone = Tone.TITLE if emphasis and base is Tone.TEXT else base
        match token.type:
            case "text":
                _add(lines, token.content, tone)
            case "code_inline":
                _add(lines, token.content, Tone.ACCENT)
            case "softbreak":
                if sum(len(text) for text, _ in lines[-1]) < _SHORT_LINE:
                    lines.append([])
                else:
                    _add(lines, " ", tone)
            case "hardbreak":
                lines.append([])
            case "html_inline":
                _add(lines, token.content, Tone.DIM)
            case "image":
                _add(lines, f"[picture: {token.content or 'untitled'}]", tone)
                _add(lines, f" ({token.attrs.get('src', '')})", Tone.DIM)
            case "link_open":
                links.append((str(token.attrs.get("href", "")), _length(lines)))
            case "link_close":
                href, begun = links.pop() if links else ("", 0)
                # A link that shows its own address needs it no second time.
                if href and _text(lines)[begun:] != href:
                    _add(lines, f" ({href})", Tone.DIM)
            case kind if kind in _EMPHASIS:
                emphasis += 1
            case kind if kind in _EMPHASIS_ENDS:
                emphasis -= 1
            case "s_open" | "s_close":
                _add(lines, "~~", Tone.DIM)
            case _:
                _add(lines, token.content, tone)
    return lines


def _add(lines: list[list[Piece]], text: str, tone: Tone) -> None:
    safe = shown(text)
    if safe:
        lines[-1].append((safe, tone))


def _text(lines: list[list[Piece]]) -> str:
    return "".join(text for line in lines for text, _ in line)


def _length(lines: list[list[Piece]]) -> int:
    return sum(len(text) for line in lines for text, _ in line)
