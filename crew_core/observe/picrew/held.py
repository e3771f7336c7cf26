"""One file of a run with what was made of it: read anew only when it was written."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Generic, TypeVar

from crew_core.observe.picrew import contained
from crew_core.observe.picrew.contained import MISSING, Stamp
from crew_core.observe.picrew.fields import Malformed
from crew_core.observe.slices import Problem

T = TypeVar("T")


class Held(Generic[T]):
    """``value`` is what the newest readable content came to.

    A file that is damaged leaves the value as it was and says so in ``problem``: pi-crew replaces its files as a
    whole, so what was read before was true. A file that is not there has no value.
    """

    def __init__(
        self,
        root: Path,
        parts: tuple[str, ...],
        parse: Callable[[bytes], T],
        *,
        most: int = contained.LARGEST_DOCUMENT,
        end_only: bool = False,
    ) -> None:
        """``end_only``: the last whole lines, up to ``most`` bytes; else the whole file."""
        self.path = root.joinpath(*parts)
        self.value: T | None = None
        self.problem: Problem | None = None
        self._root = root
        self._parts = parts
        self._parse = parse
        self._most = most
        self._end_only = end_only
        self._stamp: Stamp | None = None

    @property
    def missing(self) -> bool:
        """It was not there at the last look."""
        return self._stamp == MISSING

    def look(self) -> bool:
        """Whether anything is different from the last look."""
        before = (self.value, self.problem)
        try:
            with contained.opened(self._root, *self._parts) as descriptor:
                stamp = contained.stamp_of(os.fstat(descriptor))
                if stamp == self._stamp:
                    return False
                data = self._data(descriptor)
                # Written in place while it was read: the next look reads it again.
                whole = stamp == contained.stamp_of(os.fstat(descriptor))
        except FileNotFoundError:
            self._stamp, self.value, self.problem = MISSING, None, None
        except OSError as error:
            self._stamp = None
            self.problem = Problem(self.path, f"cannot be read: {contained.why_not(error)}")
        else:
            self._stamp = stamp if whole else None
            self._take(data)
        return before[0] is not self.value or before[1] != self.problem

    def _data(self, descriptor: int) -> bytes:
        if self._end_only:
            return contained.read_end(descriptor, self._most)[1]
        return contained.read_whole(descriptor, self._most)

    def _take(self, data: bytes) -> None:
        try:
            value = self._parse(data)
            self.problem = None
            if value != self.value:
                self.value = value
        except Malformed as error:
            self.problem = Problem(self.path, f"is damaged: {error}")
