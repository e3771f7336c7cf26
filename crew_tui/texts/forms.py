"""In which form a text is shown: told by its name, and by what is in it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from enum import StrEnum

from crew_core.observe.text_book import OpenText
from crew_core.observe.text_file import TextFile
from crew_tui.glyphs import Glyphs
from crew_tui.lines import MARK, Line, Tone
from crew_tui.texts.hexadecimal import SHOWN, hexadecimal_lines
from crew_tui.texts.json_text import JSON_LINES, json_fault, json_pieces
from crew_tui.texts.paged import PagedText
from crew_tui.texts.painting import DIFF, PLAIN, as_is
from crew_tui.texts.sizes import byte_count
from crew_tui.texts.whole import WholeText
from crew_tui.texts.wrapping import Pieces, broken

#: Formatting takes up to some seconds of a thread for as much text of the worst kind.
_MOST_MARKDOWN = 128 * 1024
_MOST_JSON = 1024 * 1024


class Form(StrEnum):
    PLAIN = "plain"
    MARKDOWN = "markdown"
    JSON = "json"
    #: A JSON document in each line.
    RECORDS = "records"
    DIFF = "diff"


_ENDINGS = {
    ".md": Form.MARKDOWN,
    ".markdown": Form.MARKDOWN,
    ".json": Form.JSON,
    ".jsonl": Form.RECORDS,
    ".ndjson": Form.RECORDS,
    ".diff": Form.DIFF,
    ".patch": Form.DIFF,
}


def form_of(name: str) -> Form:
    """The form of a file of this name."""
    _, dot, ending = name.rpartition(".")
    return _ENDINGS.get(f"{dot}{ending}".lower(), Form.PLAIN)


def shown_as(file: TextFile, form: Form, glyphs: Glyphs) -> OpenText[Line]:
    """The file in this form, or as it is where that cannot be. :raises OSError: it cannot be read."""
    if file.binary:
        head, size = file.head(SHOWN), file.size_bytes
        return WholeText("", lambda width, wrap: hexadecimal_lines(head, size, width), file)
    match form:
        case Form.MARKDOWN:
            return _whole(file, _MOST_MARKDOWN, lambda text: markdown(text, glyphs, file))
        case Form.JSON:
            return _whole(file, _MOST_JSON, lambda text: _json(text, file))
        case Form.RECORDS:
            return PagedText(file, JSON_LINES)
        case Form.DIFF:
            return PagedText(file, DIFF)
        case Form.PLAIN:
            return PagedText(file, PLAIN)


def _whole(file: TextFile, most: int, format: Callable[[str], OpenText[Line]]) -> OpenText[Line]:
    if file.size_bytes > most:
        return PagedText(file, PLAIN, f"as it stands: longer than {byte_count(most)}, so that it is not formatted")
    return format(file.text(most))


def markdown(text: str, glyphs: Glyphs, file: TextFile | None = None) -> WholeText:
    def lay_out(width: int, wrap: bool) -> Sequence[Line]:
        from crew_tui.markdown.blocks import markdown_lines

        return markdown_lines(text, width, glyphs, wrap=wrap)

    return WholeText(text, lay_out, file)


def _json(text: str, file: TextFile) -> OpenText[Line]:
    fault = json_fault(text)
    if fault:
        return PagedText(file, PLAIN, f"as it stands: no valid JSON: {as_is(fault)[0]}")
    return json_document(text, file)


def json_document(text: str, file: TextFile | None = None) -> WholeText:
    """:param text: valid JSON."""
    lines = tuple(json_pieces(text))
    return WholeText(text, lambda width, wrap: rows(lines, width, wrap=wrap), file)


def rows(lines: Sequence[Pieces], width: int, *, wrap: bool) -> Sequence[Line]:
    """Clean lines as rows with a margin on both sides."""
    return tuple(
        Line(((MARK, Tone.DIM), *row), key=str(number))
        for number, pieces in enumerate(lines)
        for row in (broken(pieces, max(1, width - 2)) if wrap else (pieces,))
    )


def given(lines: Sequence[Pieces]) -> WholeText:
    """A text that was made here of clean pieces."""
    source = "\n".join("".join(text for text, _ in pieces).rstrip() for pieces in lines)
    return WholeText(source, lambda width, wrap: rows(lines, width, wrap=wrap))
