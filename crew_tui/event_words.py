"""A journal event in words for a person."""

from __future__ import annotations

from collections.abc import Mapping

from crew_core.model.events import Event
from crew_tui.text import clean


def event_words(event: Event) -> str:
    """Its message, else what its data says for a person."""
    if event.message:
        return clean(event.message)
    data = event.data
    why = _plain(data, "error") or _plain(data, "detail") or _plain(data, "reason") or _plain(data, "code")
    because = f"because of {data['because']}" if data.get("because") else ""
    attempt = f"attempt {data['n']}" if isinstance(data.get("n"), int) else ""
    about = _inside(data, "command", "kind") or _inside(data, "artifact", "path")
    outcome = _plain(data, "outcome")
    told = (about, attempt, _plain(data, "cause"), outcome, "" if why == outcome else why, because)
    return clean(" · ".join(part for part in told if part))


def _plain(data: Mapping[str, object], name: str) -> str:
    value = data.get(name)
    return value if isinstance(value, str) else ""


def _inside(data: Mapping[str, object], record: str, name: str) -> str:
    found = data.get(record)
    return _plain(found, name) if isinstance(found, dict) else ""
