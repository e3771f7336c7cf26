"""The axis of time that bars are drawn along: how much a column stands for, and what is in sight."""

from __future__ import annotations

from dataclasses import dataclass

#: Seconds that a column may stand for: close enough to each other that the bars fill most of the room.
STEPS = (
    *(0.01, 0.02, 0.05, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5, 0.6, 0.8),
    *(1, 1.5, 2, 3, 4, 5, 6, 8, 10, 12, 15, 20, 30, 40),
    *(60, 90, 120, 180, 240, 300, 420, 600, 900, 1200, 1800, 2700, 3600),
)

_DAY_S = 86_400.0

#: Columns to the right of the last moment, for what marks the end.
_MARGIN = 2


@dataclass(frozen=True, slots=True)
class Axis:
    """`start` is the moment at the left edge, `step` the seconds of a column."""

    start: float
    step: float
    columns: int

    def place(self, moment: float) -> float:
        """Columns from the left edge; may be outside."""
        return (moment - self.start) / self.step

    @property
    def end(self) -> float:
        return self.start + self.step * self.columns


@dataclass(frozen=True, slots=True)
class Outlook:
    """What the person wants to see of the time; None: whatever fits, the newest in sight."""

    step: float | None = None
    start: float | None = None


def axis_for(begin: float, end: float, columns: int, outlook: Outlook) -> Axis:
    """The finest step with which everything fits, unless the person chose one.

    It starts at a whole step, so that the bars of what has ended do not move while time goes on.
    """
    columns = max(1, columns)
    step = outlook.step or fitting_step(end - begin, columns)
    room = step * columns
    if outlook.start is not None:
        return Axis(outlook.start, step, columns)
    start = begin // step * step
    if end > start + room - _MARGIN * step:
        start = (end - room + _MARGIN * step) // step * step + step
    return Axis(start, step, columns)


def fitting_step(seconds: float, columns: int) -> float:
    room = max(1, columns - _MARGIN - 1)
    found = next((step for step in STEPS if seconds <= step * room), None)
    return found if found is not None else _DAY_S / 24 * -(-seconds // (3600.0 * room))


def panned(axis: Axis, by: int, begin: float, end: float) -> Outlook:
    """A quarter of what is in sight earlier or later; something of what there is stays in sight."""
    start = axis.start + by * max(1, axis.columns // 4) * axis.step
    first, last = begin - axis.step * (axis.columns // 2), end - axis.step * (axis.columns // 2)
    return Outlook(axis.step, min(max(start, min(first, axis.start)), max(last, axis.start)))


def zoomed(axis: Axis, by: int, begin: float, end: float) -> Outlook:
    """Finer (`by` below zero) or coarser, around the middle; everything in sight is as coarse as it gets."""
    steps = STEPS if axis.step in STEPS else (*STEPS, axis.step)
    step = steps[max(0, min(steps.index(axis.step) + by, len(steps) - 1))]
    if step >= fitting_step(end - begin, axis.columns):
        return Outlook()
    middle = axis.start + axis.step * axis.columns / 2
    start = (middle - step * axis.columns / 2) // step * step
    return Outlook(step, start)
