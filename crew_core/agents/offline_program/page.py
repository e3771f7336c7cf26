"""The answer as it grows: each section is told when it is found, and the whole is the result."""

from __future__ import annotations

from collections.abc import Sequence

from crew_core.agents.offline_program.stream import Stream

#: The first line of every answer.
NO_MODEL = "Offline agent: no model was used. What follows was found by tools."

#: More would be read by nobody, and the next task is given less than this of it.
_PAGE_CHARACTERS = 300_000
_SECTION_LINES = 120


class Page:
    """Markdown. Lines come in finished: what is of unknown origin in them went through ``plain_text``."""

    def __init__(self, stream: Stream) -> None:
        self._stream = stream
        self._parts: list[str] = []
        self._room = _PAGE_CHARACTERS

    def begin(self, title: str) -> None:
        self._add(f"{NO_MODEL}\n\n# {title}\n")

    def section(self, title: str, lines: Sequence[str], otherwise: str = "") -> None:
        """A heading with its lines; ``otherwise`` is said when there are none, without it nothing is."""
        if not lines and not otherwise:
            return
        shown = list(lines[:_SECTION_LINES])
        if len(lines) > len(shown):
            shown.append(f"- … and {len(lines) - len(shown)} lines more")
        self._add(f"\n## {title}\n\n" + "\n".join(shown or [otherwise]) + "\n")

    def close(self, text: str) -> None:
        """What a contract asks for at the end; there is always room for it."""
        self._parts.append(f"\n{text}\n")
        self._stream.text(f"\n{text}\n")

    def text(self) -> str:
        return "".join(self._parts)

    def _add(self, text: str) -> None:
        if len(text) > self._room:
            text = text[: self._room]
            text = text[: text.rfind("\n") + 1] + "\n… the rest found no room …\n" if self._room else ""
            self._room = 0
        else:
            self._room -= len(text)
        if text:
            self._parts.append(text)
            self._stream.text(text)
