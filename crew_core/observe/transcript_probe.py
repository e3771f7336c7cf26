"""What bytes must stand in a line for a pattern to match in it: the others need not be understood at all.

Transcripts are JSON, and screens leave out what nobody sees. A line in which something may hide a match (an escape of
JSON, a control character) is therefore always looked at closely.
"""

from __future__ import annotations

import re
from collections.abc import Generator
from dataclasses import dataclass

#: Escapes of JSON that stand for any character or for one that is not shown, and control characters as they are.
_HIDING = rb"\\[bu]|[\x00-\x08\x0b-\x1f\x7f]"

#: The same in UTF-8: C1 controls, marks of direction and of order, tags.
_HIDING_UTF8 = (
    rb"\xc2[\x80-\x9f]|\xd8\x9c|\xe2\x80[\x8e\x8f\xaa-\xae]|\xe2\x81[\xa6-\xa9]"
    rb"|\xef\xbb\xbf|\xef\xbf[\xb9-\xbb]|\xf3\xa0[\x80\x81]"
)

#: Letters beyond ASCII that are the same as an `i`, `k` or `s` when capitals do not matter.
_LIKE_ASCII = rb"|\xc4[\xb0\xb1]|\xc5\xbf|\xe2\x84\xaa"

_CONTROLS = bytes([*range(0x09), *range(0x0B, 0x20), 0x7F])
_ESCAPE = re.compile(rb"\\[bu]")
_HIDING_ASCII_LINE = re.compile(_HIDING)
_HIDING_LINE = re.compile(_HIDING + b"|" + _HIDING_UTF8 + _LIKE_ASCII)

#: Escapes of regular expressions that stand for some character, or for a place.
_CLASSES = frozenset("dDwWsSbBAZ")


@dataclass(frozen=True, slots=True)
class Probe:
    """``needle`` is in small letters when ``folded``: capitals do not matter then."""

    needle: bytes
    folded: bool

    def places(self, data: bytes) -> Generator[int, int, None]:
        """Ascending places of which at least one is in every line that can match. It is sent where to go on."""
        folded = data.lower() if self.folded else data
        hiding = _hiding(data)
        at = 0
        while True:
            needle = folded.find(self.needle, at)
            hidden = hiding.search(data, at, needle if needle >= 0 else len(data)) if hiding else None
            place = hidden.start() if hidden else needle
            if place < 0:
                return
            at = yield place


def _hiding(data: bytes) -> re.Pattern[bytes] | None:
    """What has to be looked for in these bytes; the quick questions first."""
    if not data.isascii():
        return _HIDING_LINE
    if _ESCAPE.search(data) or len(data.translate(None, _CONTROLS)) != len(data):
        return _HIDING_ASCII_LINE
    return None


def probe_of(pattern: re.Pattern[str]) -> Probe | None:
    """None: nothing is known of what a match looks like."""
    if pattern.flags & ~(re.IGNORECASE | re.UNICODE):
        return None
    runs = _runs(pattern.pattern)
    folded = bool(pattern.flags & re.IGNORECASE)
    needles = [(run.lower() if folded else run).encode() for run in runs or ()]
    longest = max(needles, key=len, default=b"")
    return Probe(longest, folded) if longest else None


def _runs(pattern: str) -> list[str] | None:
    """Literal pieces of words that stand in every match; None when the pattern is too rich to say."""
    runs = [""]
    at = 0
    while at < len(pattern):
        char = pattern[at]
        at += 1
        if char in "(){}|":
            return None
        if char == "[":
            at = _behind_class(pattern, at)
            runs.append("")
        elif char == "\\":
            if pattern[at : at + 1].isalnum() and pattern[at] not in _CLASSES:
                return None
            at += 1
            runs.append("")
        elif char in "*?":
            # What stands before it need not be there.
            runs[-1] = runs[-1][:-1]
            runs.append("")
        elif _certain(char):
            runs[-1] += char
        else:
            runs.append("")
    return [run for run in runs if run]


def _behind_class(pattern: str, at: int) -> int:
    at += pattern[at : at + 1] == "^"
    at += pattern[at : at + 1] == "]"
    while at < len(pattern) and pattern[at] != "]":
        at += 2 if pattern[at] == "\\" else 1
    return at + 1


def _certain(char: str) -> bool:
    """Its bytes are in the file wherever it is on screen: a word's character that has no capital beyond ASCII."""
    if char.isascii():
        return char.isalnum() or char == "_"
    return char.isalnum() and char == char.lower() == char.upper() == char.casefold()
