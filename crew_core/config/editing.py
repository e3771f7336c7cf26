"""One setting in the text of a settings file: put in, replaced or taken out, and nothing else touched."""

from __future__ import annotations

import tomllib
from typing import Any

import tomlkit
from tomlkit.exceptions import TOMLKitError
from tomlkit.items import Item

from crew_core.config.file import ConfigError
from crew_core.config.schema import Key, Value
from crew_core.config.values import to_text


def with_value(text: str, key: Key, value: Value) -> str:
    """The right TOML ``text`` with the setting in it. :raises ConfigError: it is written in a way that defies us."""
    wanted = tomllib.loads(_unmarked(text))
    wanted.setdefault(key.section, {})[key.name] = value

    def put(document: tomlkit.TOMLDocument) -> None:
        if key.section not in document:
            document[key.section] = tomlkit.table()
        table: Any = document[key.section]
        table[key.name] = _written(value)

    return _edited(text, put, wanted)


def without(text: str, key: Key) -> str:
    """The right TOML ``text`` without the setting, which is in it; its table stays. :raises ConfigError: as above."""
    wanted = tomllib.loads(_unmarked(text))
    del wanted[key.section][key.name]

    def take_out(document: tomlkit.TOMLDocument) -> None:
        table: Any = document[key.section]
        del table[key.name]

    return _edited(text, take_out, wanted)


def _edited(text: str, edit: Any, wanted: dict[str, Any]) -> str:
    """``wanted`` is what the new text must mean: a library that keeps the looks of a file may err about its content."""
    body = _unmarked(text)
    windows = body.count("\r\n")
    plain = body.replace("\r\n", "\n") if windows and windows == body.count("\n") else body
    try:
        document = tomlkit.parse(plain)
        edit(document)
        new = tomlkit.dumps(document)
        meant = tomllib.loads(new)
    except (TOMLKitError, ValueError) as error:
        raise ConfigError(f"cannot be changed here: {error}", "edit the file") from error
    if _filled(meant) != _filled(wanted):
        raise ConfigError("is written in a way that cannot be changed here", "edit the file")
    return text[: len(text) - len(body)] + (new.replace("\n", "\r\n") if plain is not body else new)


def _unmarked(text: str) -> str:
    """Without the byte order mark that some editors put before it."""
    return text.removeprefix("\ufeff")


def _written(value: Value) -> Item:
    return tomlkit.string(value) if isinstance(value, str) else tomlkit.value(to_text(value))


def _filled(values: dict[str, Any]) -> dict[str, Any]:
    """Tables with something in them: an empty one and a missing one mean the same."""
    return {name: table for name, table in values.items() if table != {}}
