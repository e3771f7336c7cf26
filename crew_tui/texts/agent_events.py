"""What an agent reported, event by event: when, what kind, and all of its words."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import tzinfo

from crew_core.model.transcript import AgentEvent, Kind
from crew_core.observe.agent_texts import Reported
from crew_core.observe.text_book import OpenText
from crew_core.observe.text_file import TextFile
from crew_tui.glyphs import Glyphs
from crew_tui.lines import Line, Tone
from crew_tui.quantities import count, duration, time_of_day
from crew_tui.text import clean
from crew_tui.texts.forms import Form, form_of, rows, shown_as
from crew_tui.texts.paged import PagedText
from crew_tui.texts.painting import painted_by
from crew_tui.texts.sizes import byte_count
from crew_tui.texts.whole import WholeText
from crew_tui.texts.wrapping import Pieces

_KIND = 12
_INDENT = " " * (9 + _KIND)

#: What can only be understood from its beginning is not read further than this.
_MOST_IN_ORDER = 8 << 20

_TONES = {
    Kind.TEXT: Tone.TEXT,
    Kind.RESULT: Tone.OK,
    Kind.STEER: Tone.ACCENT,
    Kind.MESSAGE: Tone.ACCENT,
    Kind.QUESTION: Tone.WARN,
    Kind.PERMISSION: Tone.WARN,
    Kind.NOTICE: Tone.WARN,
    Kind.RETRY: Tone.WARN,
    Kind.ERROR: Tone.FAIL,
}


def agent_event_lines(event: AgentEvent, zone: tzinfo | None) -> Sequence[Pieces]:
    """One line, and one more for each further line of its text; none for a text that is blank."""
    lines = clean(_words(event), single_line=False).rstrip("\n").split("\n")
    while len(lines) > 1 and not lines[0].strip():
        lines.pop(0)
    first, *more = lines
    if event.kind in (Kind.TEXT, Kind.THINKING) and not first.strip():
        return ()
    tone = Tone.FAIL if event.failed else _TONES.get(event.kind, Tone.DIM)
    return [
        ((f"{time_of_day(event.at, zone)} ", Tone.DIM), (f"{event.kind.value:<{_KIND}}", tone), (first, tone)),
        *(((_INDENT, Tone.DIM), (each, tone)) for each in more),
    ]


def _words(event: AgentEvent) -> str:
    match event.kind:
        case Kind.TOOL_START:
            return f"{event.tool} {event.text}".rstrip()
        case Kind.TOOL_END:
            spent = f" in {duration(event.duration_ms / 1000)}" if event.duration_ms is not None else ""
            return f"{event.tool} {'failed' if event.failed else 'done'}{spent}: {event.text}".rstrip(": ")
        case Kind.MESSAGE:
            return f"to {event.to}: {event.text}"
        case Kind.USAGE if event.usage is not None:
            used = event.usage
            known = [f"{count(part)} {name}" for name, part in (("in", used.input), ("out", used.output)) if part]
            return ", ".join([*known, *([f"${used.cost:.4f}"] if used.cost is not None else [])])
        case _:
            return event.said


def agent_events_text(file: TextFile, found: Reported, zone: tzinfo | None, glyphs: Glyphs) -> OpenText[Line]:
    """:raises OSError: it cannot be read."""

    def lines_of(decode: Callable[[bytes], Sequence[AgentEvent]], line: str) -> list[Pieces]:
        # A lone surrogate cannot come from a file, but a replaced byte can: it stays U+FFFD.
        return [pieces for event in decode(line.encode()) for pieces in agent_event_lines(event, zone)]

    if not found.in_order:
        decode = found.decoder()
        return PagedText(file, painted_by(lambda line: lines_of(decode, line)))
    if file.size_bytes > _MOST_IN_ORDER:
        note = f"as it stands: longer than {byte_count(_MOST_IN_ORDER)}, so that it is not put in order"
        opened = shown_as(file, Form.RECORDS if form_of(file.path.name) is Form.RECORDS else Form.PLAIN, glyphs)
        return PagedText(file, opened.manner, note) if isinstance(opened, PagedText) else opened
    feed = found.decoder()
    text = file.text(_MOST_IN_ORDER)
    lines = [pieces for line in text.split("\n") if line.strip() for pieces in lines_of(feed, line)]
    return WholeText(text, lambda width, wrap: rows(lines, width, wrap=wrap), file)
