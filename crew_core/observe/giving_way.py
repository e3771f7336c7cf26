"""Long work in a thread that lets the other threads of the program in."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from typing import TypeVar

T = TypeVar("T")

#: A thread that computes keeps the interpreter for 5 ms when another one wants it: a key that is pressed meanwhile
#: would wait so long, several times over (measured: 14 ms instead of 4). A moment of sleep each millisecond or so
#: costs a twentieth of the speed.
_EVERY = 128
_MOMENT_S = 50e-6


def giving_way(work: Iterable[T], every: int = _EVERY) -> Iterator[T]:
    """The same things, with a pause after ``every`` of them."""
    for number, each in enumerate(work, 1):
        yield each
        if number % every == 0:
            time.sleep(_MOMENT_S)
