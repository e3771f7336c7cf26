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
    inner = wanted
    for name in key.tables:
        inner = inner.setdefault(name, {})
    inner[key.name] = value

    def put(document: tomlkit.TOMLDocument) -> None:
        table: Any = document
        for number, name in enumerate(key.tables, 1):
            if name not in table:
                table[name] = tomlkit.table(is_super_table=number < len(key.tables))
            table = table[name]
        table[key.name] = _written(value)

    return _edited(text, put, wanted)


def without(text: str, key: Key) -> str:
    """The right TOML ``text`` without the setting, which is in it; its table stays. :raises ConfigError: as above."""
    wanted = tomllib.loads(_unmarked(text))
    del _inner(wanted, key)[key.name]

    def take_out(document: tomlkit.TOMLDocument) -> None:
        del _inner(document, key)[key.name]

    return _edited(text, take_out, wanted)


def _inner(document: Any, key: Key) -> Any:
    for name in key.tables:
        document = document[name]
    return document


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
    return tomlkit.item(value) if isinstance(value, (str, list)) else tomlkit.value(to_text(value))


def _filled(values: dict[str, Any]) -> dict[str, Any]:
    """Tables with something in them: an empty one and a missing one mean the same."""
    filled = {name: _filled(value) if isinstance(value, dict) else value for name, value in values.items()}
    return {name: value for name, value in filled.items() if value != {}}
