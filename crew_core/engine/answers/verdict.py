"""The verdict that an answer states: its last line that begins with ``VERDICT:``.

Lines inside of code blocks and quotations do not count: there, answers show what others said, and a PASS that
somebody only quoted must not be taken for one. A line that can be read in two ways is no verdict.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from crew_core.engine.foreign_text import one_line, visible
from crew_core.model.fenced_blocks import lines_outside
from crew_core.model.status import Verdict

#: A reason is shown in a list of tasks; the whole answer is kept besides.
REASON_CHARS = 500

#: A heading, a list item and emphasis are ways to make the line stand out.
_LINE = re.compile(r"[ \t]*(?:#{1,6}[ \t]+|[-*+][ \t]+)?[*_`]*verdict[*_`]*[ \t]*:(?P<said>.*)$", re.IGNORECASE)

_WORD = r"(?P<word>not[ \t_-]+verified|pass(?:ed)?|fail(?:ed)?)"
_SAID = re.compile(
    rf"{_WORD}[*_`]*(?:[.!]*|(?P<mark>[ \t]*:|[ \t]*[–—]|[ \t]+-[ \t]|\.[ \t]|[ \t]*\()(?P<reason>.*))$",
    re.IGNORECASE,
)

#: ``PASS: FAIL: NOT VERIFIED`` is a form that was not filled in.
_ANOTHER_WORD = re.compile(r"(?:NOT VERIFIED|PASS|FAIL)\b")

_EMPHASIS = " \t*_`"


@dataclass(frozen=True, slots=True)
class StatedVerdict:
    verdict: Verdict
    reason: str = ""


def verdict_of(text: str) -> StatedVerdict | None:
    """None: there is no such line, or its last one says nothing clear."""
    for line in reversed(lines_outside(visible(text))):
        found = _LINE.match(line)
        if found is not None:
            return _stated(found["said"].strip(_EMPHASIS))
    return None


def _stated(said: str) -> StatedVerdict | None:
    found = _SAID.match(said)
    if found is None:
        return None
    verdict = _verdict(found["word"])
    reason = (found["reason"] or "").strip(_EMPHASIS)
    if found["mark"] is not None and found["mark"].endswith("("):
        reason = reason.rstrip(".!").removesuffix(")")
    another = _ANOTHER_WORD.match(reason)
    if another is not None and another[0] != verdict:
        return None
    return StatedVerdict(verdict, one_line(reason, REASON_CHARS))


def _verdict(word: str) -> Verdict:
    match word[0].casefold():
        case "p":
            return Verdict.PASS
        case "f":
            return Verdict.FAIL
        case _:
            return Verdict.NOT_VERIFIED
