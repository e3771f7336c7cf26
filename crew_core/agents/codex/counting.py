"""The tokens of a Codex thread: absolute numbers of the whole thread to what was used since the last ones."""

from __future__ import annotations

from typing import Any

from crew_core.agents.json_fields import integer, mapping
from crew_core.model.usage import Usage

_FIELDS = ("inputTokens", "cachedInputTokens", "cacheWriteInputTokens", "outputTokens", "reasoningOutputTokens")


class Counting:
    """One thread. Codex counts cached tokens, read or written, among the input; the difference is ours."""

    def __init__(self) -> None:
        self._before: list[int] | None = None

    def so_far(self, token_usage: dict[str, Any]) -> None:
        """What was used before: a thread that is gone on with begins with the numbers of its past."""
        self._before = _counts(token_usage.get("total"))

    def used(self, token_usage: dict[str, Any], *, fresh: bool) -> Usage | None:
        """What is new; None when nothing is. ``fresh``: the thread has no past that its first numbers could contain."""
        total, last = _counts(token_usage.get("total")), _counts(token_usage.get("last"))
        before, self._before = self._before, total or self._before
        if total is not None and total == before:
            return None
        new = last
        if total is not None and (before is not None or fresh):
            added = [now - then for now, then in zip(total, before or [0] * len(total), strict=True)]
            new = added if min(added) >= 0 else last
        if new is None:
            return None
        read, cache_read, cache_write, output, reasoning = new
        return Usage(
            input=max(0, read - cache_read - cache_write),
            output=output,
            reasoning=reasoning,
            cache_read=cache_read,
            cache_write=cache_write,
        )


def _counts(breakdown: object) -> list[int] | None:
    said = mapping(breakdown)
    if integer(said.get("inputTokens")) is None or integer(said.get("outputTokens")) is None:
        return None
    return [integer(said.get(field)) or 0 for field in _FIELDS]
