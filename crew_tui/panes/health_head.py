"""What stands above the workers: how many are how well, and who runs the run."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from rich.cells import cell_len

from crew_core.observe.slices import Liveness, RunSlice
from crew_core.observe.tab_slices import Grade, HealthSlice, Worker
from crew_tui.glyphs import Glyphs, Sign
from crew_tui.grades import grade, worst
from crew_tui.lines import Line, Piece, Tone, limited, spread
from crew_tui.panes.frame import Frame
from crew_tui.quantities import elapsed, running_for
from crew_tui.text import clean

_LABEL = 8

#: The grades that are counted even when there is none: they are what one looks for.
_ALWAYS = (Grade.HEALTHY, Grade.WARN, Grade.STALE, Grade.DEAD, Grade.MISSING)
_GRAVEST = (Grade.DEAD, Grade.MISSING, Grade.STALE, Grade.WARN, Grade.HEALTHY, Grade.STARTING)


def grade_sign(of: Grade, glyphs: Glyphs) -> Sign:
    match of:
        case Grade.STARTING:
            return Sign(glyphs.statuses["queued"], of.value, Tone.DIM)
        case Grade.HEALTHY:
            return Sign(glyphs.live, of.value, Tone.OK)
        case Grade.WARN:
            return Sign(glyphs.polling, of.value, Tone.WARN)
        case Grade.STALE:
            return Sign(glyphs.stale, of.value, Tone.WARN)
        case Grade.DEAD:
            return Sign(glyphs.statuses["failed"], of.value, Tone.FAIL)
        case Grade.MISSING:
            return Sign(glyphs.unknown, of.value, Tone.FAIL)


def workers_lines(workers: Sequence[Worker], frame: Frame) -> tuple[Line, ...]:
    """How many there are of each grade, and who has been silent for longest; on two lines where one is too short."""
    counts = Counter(grade(worker, frame.now) for worker in workers)
    silent = worst(workers, frame.now)
    label: tuple[Piece, ...] = (("workers".ljust(_LABEL), Tone.DIM), (f"running {len(workers)}", Tone.TEXT))
    last: tuple[Piece, ...] = ()
    if silent is not None:
        last = ((f"worst {running_for(silent[1])} ({clean(silent[0])})", Tone.DIM),)
    if not workers:
        return (spread(label, last, frame.width),)
    whole = (
        *label,
        (" → ", Tone.DIM),
        *_counted([each for each in Grade if counts[each] or each in _ALWAYS], counts, frame),
    )
    if sum(cell_len(text) for text, _ in (*whole, *last)) < frame.width:
        return (spread(whole, last, frame.width),)
    # What matters most first: the rest may be cut.
    present = [each for each in _GRAVEST if counts[each]]
    return (
        spread(label, last, frame.width),
        Line(limited(((" " * _LABEL, Tone.DIM), *_counted(present, counts, frame)), frame.width)),
    )


def _counted(grades: Sequence[Grade], counts: Counter[Grade], frame: Frame) -> list[Piece]:
    pieces: list[Piece] = []
    for each in grades:
        joint = f" {frame.glyphs.dot} " if pieces else ""
        tone = grade_sign(each, frame.glyphs).tone if counts[each] else Tone.DIM
        pieces += [(joint, Tone.DIM), (f"{each.value} {counts[each]}", tone)]
    return pieces


def coordinator_line(shown: HealthSlice | None, run: RunSlice, frame: Frame) -> Line | None:
    """None while nothing is known of it."""
    if shown is None or not shown.coordinator:
        return None
    tone = Tone.WARN if run.live is Liveness.INTERRUPTED else Tone.TEXT
    left = (("runner".ljust(_LABEL), Tone.DIM), (frame.told(shown.coordinator), tone))
    told = run.run.updated_at if run.run else None
    since = elapsed(told, None, frame.now) if told and run.live is not Liveness.ENDED else None
    right = f"last change {running_for(since)} ago" if since is not None else ""
    wide = sum(cell_len(text) for text, _ in left) + len(right) < frame.width
    return spread(left, ((right if wide else "", Tone.DIM),), frame.width)
