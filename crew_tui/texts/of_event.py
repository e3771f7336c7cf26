"""One event of a journal with all that it says, as JSON."""

from __future__ import annotations

import json

import msgspec

from crew_core.model.events import Event
from crew_core.observe.text_book import NothingThere, OpenText
from crew_tui.glyphs import Glyphs
from crew_tui.lines import Line
from crew_tui.text import clean
from crew_tui.texts.forms import json_document
from crew_tui.texts.source import TextSource


def event_source(event: Event) -> TextSource:
    """What is copied of it is indented JSON as well."""

    def open_text(glyphs: Glyphs) -> OpenText[Line]:
        try:
            return json_document(json.dumps(msgspec.to_builtins(event), ensure_ascii=False, indent=2))
        except RecursionError as error:
            raise NothingThere("It is nested too deeply to be shown.") from error

    return TextSource(f"event #{event.metadata.seq} {clean(event.type)}", open_text)
