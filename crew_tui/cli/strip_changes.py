"""The strip for a log or a program: a line for each change, or an object with everything."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from pathlib import Path

from crew_core.observe.at_work import RunAtWork
from crew_tui.cli.strip_lines import SHORT_ID, Entry, counts_of, entries_of, header_line
from crew_tui.glyphs import PLAIN
from crew_tui.panes.frame import Frame

#: Nothing is cut: no person looks at the edge.
_WIDE = 240


class Changes:
    """Remembers what was said last."""

    def __init__(self) -> None:
        self._header = ""
        self._said: dict[tuple[Path, str], tuple[str, str]] = {}
        self._told: object = None

    def lines(self, runs: Sequence[RunAtWork], now: datetime, *, stale: bool) -> tuple[str, ...]:
        """What is new since the last call: the counts, and each agent that does something else."""
        header = _header(runs, now, stale=stale)
        new = [header] if header != self._header else []
        first, self._header = not self._header, header
        before, self._said = self._said, {}
        for entry in entries_of(runs, now, PLAIN, fading=False):
            key = (entry.run, entry.task_id)
            self._said[key] = said = (entry.sign.word, entry.steady)
            # What had ended before anybody looked is no change.
            if before.get(key) != said and not (first and entry.urgency.ended):
                new.append(_sentence(entry))
        return tuple(new)

    def document(self, runs: Sequence[RunAtWork], now: datetime, *, stale: bool) -> dict[str, object] | None:
        """Everything, when any of it is new; None when not. Time that passes is no news."""
        counts, entries = counts_of(runs), entries_of(runs, now, PLAIN, fading=False)
        told = (counts, stale, tuple((each.run, each.task_id, each.sign.word, each.steady) for each in entries))
        if told == self._told:
            return None
        self._told = told
        return {**asdict(counts), "stale": stale, "agents": [_record(each) for each in entries]}


def _header(runs: Sequence[RunAtWork], now: datetime, *, stale: bool) -> str:
    made = header_line(runs, Frame(now, _WIDE, 1, PLAIN), stale=stale, timed=False)
    return " ".join(made.text.split())


def _sentence(entry: Entry) -> str:
    who = " ".join(part for part in (entry.run_id[-SHORT_ID:], entry.task_id, entry.agent) if part)
    word = entry.sign.word
    said = entry.steady if entry.steady.startswith(word) else f"{word}: {entry.steady}" if entry.steady else word
    return f"{who} {said}"


def _record(entry: Entry) -> dict[str, object]:
    return {
        "runId": entry.run_id,
        "taskId": entry.task_id or None,
        "agent": entry.agent or None,
        "status": entry.sign.word,
        "attention": entry.needs_attention,
        "activity": entry.doing,
        "tools": entry.tools,
        "tokens": entry.tokens,
        "startedAt": entry.started_at,
        "finishedAt": entry.finished_at,
    }
