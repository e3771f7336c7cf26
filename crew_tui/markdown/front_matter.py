"""The fields on top of a Markdown file, between two lines of dashes."""

from __future__ import annotations

_FENCE = "---"


def parted(text: str) -> tuple[str, str]:
    """The fields without their fences, and the rest; no fields when there is no second fence."""
    lines = text.split("\n")
    if lines[0].rstrip() != _FENCE:
        return "", text
    end = next((at for at, line in enumerate(lines) if at and line.rstrip() == _FENCE), None)
    return ("", text) if end is None else ("\n".join(lines[1:end]), "\n".join(lines[end + 1 :]))
