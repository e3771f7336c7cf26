"""What the dashboard must know before its first frame; read without the schema, which takes longer than the frame."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from crew_core.config.file import FILE, ConfigError, parse_settings, read_settings_text
from crew_core.store.layout import config_home

AUTO = "auto"


@dataclass(frozen=True, slots=True)
class Wishes:
    """``theme`` and ``watcher`` as somebody wrote them: not checked, ``auto`` when nobody did or it cannot be read."""

    theme: str = AUTO
    watcher: str = AUTO


def first_look(environment: Mapping[str, str], flags: Iterable[str] = ()) -> Wishes:
    """What the person's file, the environment and ``KEY=VALUE`` flags say about the dashboard. Raises nothing."""
    said = dict(flag.partition("=")[::2] for flag in flags)
    table = _table(config_home() / FILE)
    return Wishes(
        theme=_wish("theme", said, environment, table),
        watcher=_wish("watcher", said, environment, table),
    )


def _wish(name: str, said: Mapping[str, str], environment: Mapping[str, str], table: Mapping[str, object]) -> str:
    found = said.get(f"ui.{name}") or environment.get(f"CREW_TUI_UI_{name.upper()}") or table.get(name)
    return found.strip() if isinstance(found, str) else AUTO


def _table(path: Path) -> Mapping[str, object]:
    try:
        table = parse_settings(path, read_settings_text(path)).get("ui")
    except ConfigError:
        # Whoever asked for the look reads the settings again after the first frame, and tells what is wrong.
        return {}
    return table if isinstance(table, dict) else {}
