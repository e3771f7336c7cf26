"""What a verdict rests on and what speaks against a record, as lines: the rule, its finding, file and event."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import msgspec

from crew_core.observe.slices import Evidence, Liveness, RunSlice, TasksSlice
from crew_core.observe.tab_slices import HealthSlice
from crew_tui.lines import BLANK, MARK, Line, Tone, line, text_line, wrapped
from crew_tui.panes.frame import Frame
from crew_tui.text import clean, fit

#: Room for the name of a rule; below `_NARROW` it stands above its finding.
_RULE = 18
_NARROW = 70
_MOST_LINES = 6


def every_doubt(run: RunSlice, tasks: TasksSlice) -> tuple[Evidence, ...]:
    """Those about the run, then those about its tasks with the name of the task, each once."""
    # Of a dry run it is said once, and not of each of its tasks.
    said = {doubt.rule for doubt in run.doubts} & {"scaffold"}
    of_tasks = (
        msgspec.structs.replace(doubt, says=f"{name}: {doubt.says}")
        for name, doubt in tasks.doubts.items()
        if doubt.rule not in said
    )
    return tuple(dict.fromkeys((*run.doubts, *of_tasks)))


def why_lines(run: RunSlice, tasks: TasksSlice, health: HealthSlice | None, frame: Frame) -> tuple[Line, ...]:
    """First what the run is taken for, and why; then every doubt, of the run and of its tasks."""
    lines: list[Line] = []
    found = dict.fromkeys((*run.evidence, *(health.evidence if health else ())))
    if found:
        lines += [_heading(f"why it counts as {_taken_for(run)}", Tone.DIM), *_each(found, run.path, Tone.TEXT, frame)]
    doubts = every_doubt(run, tasks)
    if doubts:
        lines += [BLANK] if lines else []
        heading = f"what speaks against the record ({len(doubts)})"
        lines += [_heading(heading, Tone.WARN), *_each(doubts, run.path, Tone.WARN, frame)]
    return tuple(replace(each, key=f"why {row}") if each.pieces else each for row, each in enumerate(lines))


def _taken_for(run: RunSlice) -> str:
    if run.live is Liveness.ENDED and run.run is not None:
        return run.run.status.value
    return {
        Liveness.LIVE: "live",
        Liveness.INTERRUPTED: "interrupted",
        Liveness.ENDED: "ended",
        Liveness.UNKNOWN: "unknown",
    }[run.live]


def _heading(text: str, tone: Tone) -> Line:
    return line((MARK, Tone.DIM), (text, tone))


def _each(found: Iterable[Evidence], root: Path | None, tone: Tone, frame: Frame) -> list[Line]:
    return [each for evidence in found for each in _evidence(evidence, root, tone, frame)]


def _evidence(evidence: Evidence, root: Path | None, tone: Tone, frame: Frame) -> list[Line]:
    rule, source = clean(evidence.rule), _source(evidence, root)
    says = frame.told(evidence.says)
    said = f"{says} {frame.glyphs.dot} {source}" if source else says
    if frame.width < _NARROW:
        inner = wrapped(said, max(1, frame.width - 4), tone, most=_MOST_LINES)
        return [_heading(rule, Tone.DIM), *(line((f"{MARK}  ", Tone.DIM), *each.pieces) for each in inner)]
    inner = wrapped(said, frame.width - _RULE - 4, tone, most=_MOST_LINES)
    labels = (fit(rule, _RULE), *(" " * _RULE for _ in inner[1:]))
    return [
        line((MARK, Tone.DIM), (f"{label}  ", Tone.DIM), *each.pieces)
        for label, each in zip(labels, inner or (text_line(""),), strict=False)
    ]


def _source(evidence: Evidence, root: Path | None) -> str:
    """The file as seen from the run, and the event in it."""
    path = evidence.path
    if path is None:
        return f"#{evidence.seq}" if evidence.seq is not None else ""
    inside = root is not None and path.is_relative_to(root) and path != root
    where = clean(str(path.relative_to(root)) if inside and root else path.name)
    return f"{where} #{evidence.seq}" if evidence.seq is not None else where
