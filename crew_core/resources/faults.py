"""What is wrong with a resource file, and where."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Fault:
    """``what`` says what is wrong, ``remedy`` what to do about it (may be empty). Lines count from 1."""

    path: Path
    line: int
    what: str
    remedy: str = ""

    def __str__(self) -> str:
        place = f"{self.path}:{self.line}: {self.what}"
        return f"{place}; {self.remedy}" if self.remedy else place


class ResourceError(Exception):
    """A resource cannot be used. Has at least one fault."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__("\n".join(str(fault) for fault in self.faults))


def nearest(word: str, known: Iterable[str]) -> str:
    """``did you mean …?`` when something known is close, else what there is."""
    names = list(known)
    folded = {name.casefold(): name for name in names}
    close = get_close_matches(word.casefold(), folded, n=1, cutoff=0.7)
    if close:
        return f"did you mean {folded[close[0]]!r}?"
    return f"there is: {', '.join(names)}" if names else "there is none"
