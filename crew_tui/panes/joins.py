"""The group joins of a pi-crew run: whose results were put together, and whether the leader has acknowledged that."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import msgspec

from crew_core.observe.tab_slices import Box, Letter
from crew_tui.lines import Line, Tone, line, wrapped
from crew_tui.panes.frame import Frame
from crew_tui.quantities import age, elapsed, running_for
from crew_tui.text import clean

_KIND = "group_join"

#: Of a run with many batches the newest say how it goes; Mail has them all.
_MOST = 5
_MOST_LINES = 2

_MINUTE_S = 60


class _Batch(msgspec.Struct, frozen=True, rename="camel"):
    """``partial``: not all of its tasks had ended."""

    task_ids: tuple[str, ...]
    partial: bool
    ack_required: bool = True


class _Extras(msgspec.Struct, frozen=True):
    data: _Batch


@dataclass(frozen=True, slots=True)
class Join:
    batch: _Batch
    letter: Letter


def joins_in(letters: Iterable[Letter]) -> tuple[Join, ...]:
    """The newest first."""
    found = [letter for letter in letters if letter.box is Box.OUTBOX and letter.kind == _KIND]
    joins = (_join(letter) for letter in reversed(found[-_MOST:]))
    return tuple(join for join in joins if join is not None)


def _join(letter: Letter) -> Join | None:
    try:
        return Join(msgspec.json.decode(letter.data, type=_Extras).data, letter)
    except msgspec.DecodeError:
        # Whoever wrote it: which tasks it joins is not said, and Mail shows it.
        return None


def joins_lines(letters: Iterable[Letter], frame: Frame, *, label: int) -> tuple[Line, ...]:
    """None for a run without joins. :param label: cells for the name of the row."""
    said = f" {frame.glyphs.dot} ".join(_words(join, frame) for join in joins_in(letters))
    if not said:
        return ()
    lines = wrapped(said, frame.width - label, Tone.TEXT, most=_MOST_LINES)
    names = ("joins".ljust(label), *(" " * label for _ in lines[1:]))
    return tuple(line((name, Tone.DIM), *each.pieces) for name, each in zip(names, lines, strict=False))


def _words(join: Join, frame: Frame) -> str:
    tasks = join.batch.task_ids
    more = f" +{len(tasks) - 1}" if len(tasks) > 1 else ""
    name = f"{clean(tasks[0])}{more}" if tasks else clean(join.letter.id)
    return f"{name} {'partial' if join.batch.partial else 'completed'}{_answer(join, frame)}"


def _answer(join: Join, frame: Frame) -> str:
    if not join.letter.open:
        return ", acked"
    if not join.batch.ack_required:
        return ""
    since = elapsed(join.letter.at, None, frame.now)
    waited = running_for(since) if since is not None and since < _MINUTE_S else age(since)
    return f", ack pending {waited}"
