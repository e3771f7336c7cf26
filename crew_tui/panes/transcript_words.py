"""What is said around the entries of a transcript: title, conditions, how far one is, why there is nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crew_core.observe.text_file import Change
from crew_core.observe.transcript_told import Contents
from crew_tui.lines import BLANK, Line, Tone, paragraph, text_line
from crew_tui.panes.conditions import loading
from crew_tui.panes.frame import Frame
from crew_tui.quantities import plural
from crew_tui.subjects import Subject
from crew_tui.text import ELLIPSIS, clean, path_end
from crew_tui.texts.sizes import byte_count

if TYPE_CHECKING:
    from crew_tui.panes.transcript_view import TranscriptView


def title(subject: Subject, contents: Contents | None, frame: Frame) -> str:
    """Whose it is, and how much of it is there."""
    parts = [f"transcript {subject.name}", subject.agent, subject.program, subject.model, subject.attempt_words]
    parts.append(subject.used(contents.cost if contents else None))
    if contents is not None and contents.size_bytes:
        size = byte_count(contents.size_bytes)
        shown = byte_count(contents.size_bytes - contents.earlier_bytes)
        parts.append(f"the last {shown} of {size}" if contents.earlier_bytes else size)
    return f" {frame.glyphs.dot} ".join(part for part in parts if part)


def head_lines(contents: Contents | None, subject: Subject, frame: Frame) -> tuple[Line, ...]:
    """What a person should know of how far it can be believed; nothing when all is well."""
    if contents is None or not contents.count:
        return ()
    lines: list[Line] = []
    attention = frame.glyphs.attention
    if contents.change is Change.GONE:
        lines.append(text_line(f" {attention} deleted since; this is what it was", Tone.WARN))
    if contents.failed:
        lines += paragraph(f"{attention} {clean(contents.failed)}", frame.width, Tone.FAIL, most=4)
    if contents.restarts:
        lines.append(text_line(f" {attention} its file was replaced or cut short; this is the new one", Tone.WARN))
    if contents.raw:
        unknown = f"{plural(contents.raw, 'line')} not understood, shown as written"
        lines.append(text_line(f" {attention} {unknown}", Tone.WARN))
    if contents.rest_bytes and not subject.grows:
        missing = f"the last line is not complete: {byte_count(contents.rest_bytes)} are not shown"
        lines.append(text_line(f" {attention} {missing}", Tone.WARN))
    return tuple(lines)


def instead(contents: Contents | None, subject: Subject, frame: Frame) -> tuple[Line, ...]:
    """Why there are no entries."""
    if subject.attempt is None:
        return (BLANK, *paragraph(subject.why_empty, frame.width, Tone.DIM, most=4))
    if contents is None or not (contents.complete or contents.failed):
        return loading(frame, "the transcript")
    lines = [BLANK]
    if contents.failed and not contents.absent:
        lines += paragraph(clean(contents.failed), frame.width, Tone.FAIL, most=4)
    else:
        lines += paragraph(
            f"The agent has printed nothing{' yet' if subject.grows else ''}.", frame.width, Tone.DIM, most=4
        )
    if contents.rest_bytes:
        lines += paragraph(
            f"There are {byte_count(contents.rest_bytes)} of an incomplete line.", frame.width, Tone.WARN, most=4
        )
    if contents.path is not None:
        lines.append(text_line(f" {path_end(contents.path, frame.width - 2)}", Tone.DIM))
    elif contents.absent:
        lines += paragraph(clean(contents.failed), frame.width, Tone.DIM, most=4)
    return tuple(lines)


def note(pane: TranscriptView, frame: Frame) -> str:
    """How much there is, where one is, whether the newest is kept in sight, which match it is."""
    contents = pane.contents
    if contents is None:
        return ""
    noun = "entry" if contents.count == 1 else "entries"
    parts = [f"{contents.count} {noun}"]
    if contents.complete:
        parts.append(f"{pane.percent}%")
    elif contents.size_bytes:
        earlier = f"{ELLIPSIS} {byte_count(contents.earlier_bytes)} earlier, " if contents.earlier_bytes else ""
        parts.append(f"{earlier}{min(99, 100 * contents.read_bytes // contents.size_bytes)}% read")
    if pane.following and pane.subject.grows:
        parts.append(f"{frame.glyphs.live} follow")
    parts.append(pane.matches.words())
    return f" {frame.glyphs.dot} ".join(part for part in parts if part)
