"""JSON for a person: one value a line, keys in colour; the text of each value stays as it was written."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence

from crew_tui.lines import Piece, Tone
from crew_tui.texts.painting import painted_by, shown
from crew_tui.texts.wrapping import Pieces

_TOKENS = re.compile(r'"(?:[^"\\]|\\.)*"|[{}\[\],:]|[^\s{}\[\],:"]+|"', re.DOTALL)
_INDENT = "  "


def json_fault(text: str) -> str:
    """Why it is no JSON; empty when it is."""
    try:
        json.loads(text)
    except json.JSONDecodeError as error:
        return f"{error.msg.removesuffix(' at')} at line {error.lineno}, column {error.colno}"
    except RecursionError:
        return "it is nested too deeply"
    except ValueError as error:
        return str(error)
    return ""


def json_pieces(text: str) -> Iterator[Pieces]:
    """The lines of a valid document."""
    line: list[Piece] = []
    depth = 0
    tokens = _TOKENS.findall(text)
    for at, token in enumerate(tokens):
        following = tokens[at + 1] if at + 1 < len(tokens) else ""
        if token in "}]":
            empty = tokens[at - 1] in "{["
            depth -= 1
            if not empty:
                yield tuple(line)
                line = [(_INDENT * depth, Tone.TEXT)] if depth else []
            line.append((token, Tone.DIM))
        elif token in "{[":
            line.append((token, Tone.DIM))
            depth += 1
            if following not in ("}", "]"):
                yield tuple(line)
                line = [(_INDENT * depth, Tone.TEXT)]
        elif token == ",":
            line.append((token, Tone.DIM))
            yield tuple(line)
            line = [(_INDENT * depth, Tone.TEXT)]
        elif token == ":":
            line.append((": ", Tone.DIM))
        else:
            line.append((shown(token), _tone(token, following)))
    if line:
        yield tuple(line)


def json_line(text: str) -> Sequence[Pieces]:
    """One line of a file of records, coloured and not broken."""
    text = shown(text)
    pieces: list[Piece] = []
    end = 0
    matches = list(_TOKENS.finditer(text))
    for at, match in enumerate(matches):
        following = matches[at + 1].group() if at + 1 < len(matches) else ""
        if match.start() > end:
            pieces.append((text[end : match.start()], Tone.TEXT))
        token = match.group()
        pieces.append((token, Tone.DIM if token in "{}[],:" else _tone(token, following)))
        end = match.end()
    return (tuple(pieces),)


def _tone(token: str, following: str) -> Tone:
    if following == ":":
        return Tone.ACCENT
    return Tone.TEXT if token.startswith('"') else Tone.TITLE


JSON_LINES = painted_by(json_line)
