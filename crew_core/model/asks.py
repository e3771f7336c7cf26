"""What an agent asks of a person while it works."""

from __future__ import annotations

from enum import StrEnum

import msgspec

#: More of what is asked stands in no line; the transcript has all of it.
ASK_LINE_CHARS = 200


class AskKind(StrEnum):
    """``permission``: to use a tool, answered by a decision; ``question``: answered in words."""

    PERMISSION = "permission"
    QUESTION = "question"


class Ask(msgspec.Struct, frozen=True, rename="camel"):
    """What an agent waits for an answer to. ``options`` are the answers that it names, if it names any."""

    id: str
    kind: AskKind
    text: str = ""
    tool: str = ""
    since: str = ""
    options: tuple[str, ...] = ()

    @property
    def whole(self) -> str:
        """What it wants, in as many lines as it took."""
        return ": ".join(part for part in (self.tool, self.text) if part) or self.kind.value

    @property
    def line(self) -> str:
        """What it wants, in one line."""
        first = self.whole.strip().partition("\n")[0]
        return first if len(first) <= ASK_LINE_CHARS else f"{first[:ASK_LINE_CHARS]}…"
