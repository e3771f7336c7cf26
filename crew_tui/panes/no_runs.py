"""What stands in the list where there is no run: how to start one, whether others have some, where it looked."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from pathlib import Path

from crew_core.observe.slices import Looked, OtherRuns, RunsSlice
from crew_tui.lines import BLANK, Line, Tone, paragraph, text_line
from crew_tui.panes.frame import Frame
from crew_tui.quantities import plural
from crew_tui.text import clean, path_end

#: Of all projects there can be many; it is enough to see that the one in mind is not among the first.
_MOST_PLACES = 6


def no_runs(shown: RunsSlice, frame: Frame) -> tuple[Line, ...]:
    looked = shown.looked or Looked(shown.roots)
    lines = [BLANK, text_line(" No runs here yet."), *_start(frame), BLANK]
    if looked.others:
        lines += [*(each for other in looked.others for each in _elsewhere(other, frame)), BLANK]
    if looked.places:
        lines += [text_line(" Looked in", Tone.DIM), *_places(looked.places, frame)]
    return tuple(lines)


def _start(frame: Frame) -> tuple[Line, ...]:
    if frame.read_only:
        return (text_line(" Read-only: start one elsewhere.", Tone.DIM),)
    return (
        text_line(" Start one with n.", Tone.DIM),
        *paragraph('Or type crew-tui run "GOAL"', frame.width, Tone.DIM),
    )


def _elsewhere(other: OtherRuns, frame: Frame) -> tuple[Line, ...]:
    """What `w` would show. :param other: of which nobody may know how many runs it has."""
    name = clean(other.scope)
    if other.total == 0:
        return paragraph(f"{name}: no runs either.", frame.width, Tone.DIM)
    many = f": {plural(other.total, 'run')}" if other.total is not None else ""
    return paragraph(f"w shows {name}{many}.", frame.width)


def _places(places: Sequence[Path], frame: Frame) -> Iterator[Line]:
    """Of one project its path once; of several each whole."""
    room = max(1, frame.width - 2)
    above = Path(os.path.commonpath(places))
    if len(places) > 1 and all(len(each.relative_to(above).parts) > 1 for each in places) and len(above.parts) > 1:
        yield text_line(f" {path_end(above, room)}", Tone.DIM)
        for each in places:
            yield text_line(f"   {path_end(each.relative_to(above), room - 2)}", Tone.DIM)
        return
    for each in places[:_MOST_PLACES]:
        yield text_line(f" {path_end(each, room)}", Tone.DIM)
    if len(places) > _MOST_PLACES:
        yield text_line(f" and {plural(len(places) - _MOST_PLACES, 'more place')}", Tone.DIM)
