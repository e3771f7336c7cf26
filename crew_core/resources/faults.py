"""What is wrong with a resource file, and where."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path

from crew_core.config.spelling import printable

#: Files may hold words of any length; a line for a person has an end.
_LONGEST = 300

#: Names that a message lists, and names that are compared with a wrong one.
_LISTED = 12
_COMPARED = 1000

#: Faults of one file that are worth reading; a file with more is not understood at all.
MOST_FAULTS = 20


@dataclass(frozen=True, slots=True)
class Fault:
    """``what`` says what is wrong, ``remedy`` what to do about it (may be empty).

    Lines count from 1; 0 when it was not a file that said so. As text it is one printable line.
    """

    path: Path
    line: int
    what: str
    remedy: str = ""

    def __str__(self) -> str:
        place = f"{self.path}:{self.line}: " if self.line else ""
        remedy = f"; {_shortened(self.remedy)}" if self.remedy else ""
        # Names of files come from strangers: no control character of theirs reaches a terminal.
        return printable(f"{place}{_shortened(self.what)}{remedy}")


class ResourceError(Exception):
    """A resource cannot be used. Has at least one fault, in the order of the file.

    ``name``: what the file calls itself, when that could be read.
    """

    def __init__(self, faults: Iterable[Fault], name: str | None = None) -> None:
        self.faults = tuple(faults)
        self.name = name
        super().__init__("\n".join(str(fault) for fault in self.faults))


def nearest(word: str, known: Iterable[str]) -> str:
    """``did you mean …?`` when something known is close, else what there is."""
    names = [str(name) for name in known]
    close = closest(word, names, 0.7)
    if close is not None:
        return f"did you mean {close!r}?"
    more = f" and {len(names) - _LISTED} more" if len(names) > _LISTED else ""
    return f"there is: {', '.join(names[:_LISTED])}{more}" if names else "there is none"


def closest(word: str, known: Iterable[str], cutoff: float) -> str | None:
    """The known name that ``word`` was probably meant to be."""
    if len(word) > _LONGEST:
        return None
    folded = {name.casefold(): name for name in list(known)[:_COMPARED]}
    close = get_close_matches(word.casefold(), folded, n=1, cutoff=cutoff)
    return folded[close[0]] if close else None


def _shortened(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 20]} … {text[-15:]}"
