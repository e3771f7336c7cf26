"""A goal taken apart: clauses that begin with what is to be done, the points of a list, the files it names."""

from __future__ import annotations

import re
from dataclasses import dataclass

#: Longer goals are judged by their beginning: what is wanted comes first.
_LONGEST = 8_000

_QUOTED = re.compile(r"```.*?(?:```|\Z)|`[^`\n]*`|\"[^\"\n]*\"|“[^”\n]*”|\bhttps?://\S+", re.DOTALL)
_FILE = re.compile(r"(?<![\w/.-])(?:[\w.-]+/)*[\w-]+\.[a-z]{1,5}(?![\w/])")
_ITEM = re.compile(r"^\s*(?:[-*+•]|\d{1,3}[.)])\s+(?P<text>\S.*)$", re.MULTILINE)
_BREAK = re.compile(r"[.;:!?]+(?:\s+|$)|\n+|,\s+|\s+(?:and then|and|then|but|or|so that|&)\s+")

#: What people say before they say what they want.
_COURTESY = re.compile(
    r"(?:please|and then|and|then|but|kindly|can you|could you|would you|will you|let's|lets|let us|we need to"
    r"|we should|we must|we want to|i need to|i need you to|i want to|i want you to|i'd like you to|i'd like to"
    r"|i would like to|you should|your task is to|help me to|help me|help us|try to|go and|need to|have to"
    r"|just|quickly|also|now|first|next|finally|afterwards|carefully|thoroughly|briefly|again|do an|do a|do the"
    r"|do some|make an|make a|perform an|perform a|run an|run a|give me an|give me a|write me an|write me a"
    r"|a|an|the)(?![\w-])\s*"
)


@dataclass(frozen=True, slots=True)
class Goal:
    """``text`` is in lower case and without what stands in quotes; ``clauses`` begin with their verb.

    ``items`` are the points of a list in it, ``files`` how many different files it names, ``words`` how long it is.
    """

    text: str
    clauses: tuple[str, ...]
    items: tuple[str, ...]
    files: int
    words: int
    question: bool


def goal_of(text: str) -> Goal:
    """What a person wrote, as the rules see it."""
    shown = text[:_LONGEST]
    plain = _QUOTED.sub(" … ", shown.casefold().replace("’", "'"))
    items = tuple(match["text"] for match in _ITEM.finditer(plain))
    flat = _ITEM.sub(lambda found: found["text"], plain)
    # A file is a name: `review.py` asks for no review.
    flat = _FILE.sub(" … ", flat)
    return Goal(
        text=" ".join(flat.split()),
        clauses=tuple(clause for clause in map(_begun, _BREAK.split(flat)) if clause),
        items=items,
        files=len(set(_FILE.findall(shown))),
        words=len(text.split()),
        question=plain.rstrip().endswith("?"),
    )


def _begun(clause: str) -> str:
    """The clause from its verb on."""
    clause = " ".join(clause.split())
    while (found := _COURTESY.match(clause)) is not None:
        clause = clause[found.end() :]
    return clause
