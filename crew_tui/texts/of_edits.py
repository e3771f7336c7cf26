"""What a call of a tool changes in files, as a text: each file with its lines, by sign and in colour."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from crew_core.observe.file_edits import FileEdit, How, file_edits
from crew_core.observe.text_book import NothingThere, OpenText
from crew_core.observe.transcript_entries import Entry
from crew_core.observe.unified_diff import Part
from crew_tui.lines import Line, Tone
from crew_tui.text import clean
from crew_tui.texts.forms import given
from crew_tui.texts.painting import PART_TONES, shown
from crew_tui.texts.source import TextSource
from crew_tui.texts.wrapping import Pieces

#: What stands in arguments that were too long for the transcript.
_CUT = re.compile(r"[+-]?… \d+ bytes left out …")

_HOW = {
    How.CHANGED: "",
    How.ADDED: "new",
    How.DELETED: "deleted",
    How.WRITTEN: "written as a whole: what stood there before is not in the transcript",
}


def edits_source(entry: Entry) -> TextSource:
    """Of a call with all of its arguments. Opening it takes up to some tenths of a second: not for the loop."""
    tool = clean(entry.tool) or "tool"
    return TextSource(f"diff of {tool} {clean(entry.text)}".rstrip(), lambda _: _text(entry), wrap=False)


def _text(entry: Entry) -> OpenText[Line]:
    """:raises NothingThere: it does not say what it changes."""
    edits = file_edits(entry)
    if not edits:
        raise NothingThere("this call does not say what it changes in files")
    return replace(given(list(_lines(edits))), note="; ".join(_doubts(entry, edits)))


def _lines(edits: Sequence[FileEdit]) -> Iterator[Pieces]:
    for number, edit in enumerate(edits):
        if number:
            yield ()
        if edit.path:
            amount = f"  +{edit.count(Part.ADDED)} -{edit.count(Part.REMOVED)}"
            yield (clean(edit.path), Tone.TITLE), (amount, Tone.DIM), (f"  {_HOW[edit.how]}".rstrip(), Tone.DIM)
        yield from (((shown(line.text), PART_TONES[line.part]),) for line in edit.lines)


def _doubts(entry: Entry, edits: Sequence[FileEdit]) -> Iterator[str]:
    """What must be known to believe it."""
    if entry.failed:
        yield "the call failed: this is what it was to change"
    elif entry.result is None:
        yield "the call has no result: this is what it is to change"
    if any(_CUT.fullmatch(line.text) for edit in edits for line in edit.lines):
        yield "long texts are cut in the transcript; the raw output has all of them"
