"""Text that agents and projects wrote, without the characters that nobody sees and a model still reads."""

from __future__ import annotations

import re

#: C0 and C1 controls except tab and newline; marks that turn the direction of writing around; the invisible copies
#: of ASCII that hide instructions in harmless text.
_UNSEEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\U000e0000-\U000e007f]")

_ESCAPE_SEQUENCE = re.compile(r"\x1b(?:\[[0-9;?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\))")

_SPACES = re.compile(r"\s+")


def visible(text: str) -> str:
    """The text with ``\\n`` as its only end of line; what cannot be seen or cannot be UTF-8 is gone."""
    whole = text.encode("utf-8", "replace").decode("utf-8")
    plain = _ESCAPE_SEQUENCE.sub("", whole).replace("\r\n", "\n").replace("\r", "\n")
    return _UNSEEN.sub("", plain)


def one_line(text: str, limit: int) -> str:
    """At most ``limit`` characters, on one line."""
    line = _SPACES.sub(" ", visible(text)).strip()
    return line if len(line) <= limit else line[: max(0, limit - 1)].rstrip() + "…"


def code_span(text: str) -> str:
    """Markdown for a name or a path; nothing in it can end the span."""
    line = _SPACES.sub(" ", visible(text))
    marks = "`" * (longest_run(line, "`") + 1)
    space = " " if line.startswith("`") or line.endswith("`") else ""
    return f"{marks}{space}{line}{space}{marks}"


def code_block(language: str, text: str) -> str:
    """A fenced Markdown block; nothing in it can end the block."""
    marks = "`" * max(3, longest_run(text, "`") + 1)
    return f"{marks}{language}\n{text}\n{marks}"


def longest_run(text: str, character: str) -> int:
    """How often ``character`` is repeated at most without a break."""
    return max(map(len, re.findall(f"{re.escape(character)}+", text)), default=0)
