"""What the dashboard must know before its first frame; read without the schema, which takes longer than the frame."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path

from crew_core.config.file import FILE, ConfigError, parse_settings, parse_table, read_settings_text
from crew_core.store.layout import config_home, is_safe_id

AUTO = "auto"


@dataclass(frozen=True, slots=True)
class Wishes:
    """The settings of the dashboard as somebody wrote them: not checked, the default when nobody did or it cannot be
    read. ``keys``: from the name of an action to a key or a list of keys."""

    theme: str = AUTO
    glyphs: str = AUTO
    emoji_width: str = AUTO
    motion: str = AUTO
    time: str = "local"
    mouse: str = "on"
    watcher: str = AUTO
    keys: Mapping[str, object] = field(default_factory=dict)


def first_look(environment: Mapping[str, str], flags: Iterable[str] = ()) -> Wishes:
    """What the person's file, the environment and ``KEY=VALUE`` flags say about the dashboard. Raises nothing."""
    said = dict(flag.partition("=")[::2] for flag in flags)
    table = _table(config_home() / FILE)
    names = (each.name for each in fields(Wishes) if each.name != "keys")
    wishes = {name: _wish(name, said, environment, table) for name in names}
    return Wishes(
        **{name: wish for name, wish in wishes.items() if wish}, keys=_table_wish("keys", said, environment, table)
    )


def themes_home() -> Path:
    """Where a person's own themes are: ``$XDG_CONFIG_HOME/crew-tui/themes``."""
    return config_home() / "themes"


def spelled(name: str) -> str:
    """The name of a wish as it stands in the file: ``emojiWidth``."""
    first, *rest = name.split("_")
    return first + "".join(part.capitalize() for part in rest)


def is_name(text: str) -> bool:
    """It may become part of a path: letters, digits, ``_`` and ``-``."""
    return is_safe_id(text)


def _wish(name: str, said: Mapping[str, str], environment: Mapping[str, str], table: Mapping[str, object]) -> str:
    found = _asked(name, said, environment) or table.get(spelled(name))
    return found.strip() if isinstance(found, str) else ""


def _table_wish(
    name: str, said: Mapping[str, str], environment: Mapping[str, str], table: Mapping[str, object]
) -> Mapping[str, object]:
    asked = _asked(name, said, environment)
    found = parse_table(asked.strip()) if asked else table.get(name)
    return found if isinstance(found, dict) else {}


def _asked(name: str, said: Mapping[str, str], environment: Mapping[str, str]) -> str | None:
    """What this very command line says, else the environment."""
    return said.get(f"ui.{spelled(name)}") or environment.get(f"CREW_TUI_UI_{name.upper()}")


def _table(path: Path) -> Mapping[str, object]:
    try:
        table = parse_settings(path, read_settings_text(path)).get("ui")
    except ConfigError:
        # Whoever asked for the look reads the settings again after the first frame, and tells what is wrong.
        return {}
    return table if isinstance(table, dict) else {}
