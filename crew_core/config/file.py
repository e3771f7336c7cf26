"""The text of a settings file, and its values; without the schema, so that it loads at once."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

FILE = "config.toml"

#: tomllib takes time in the square of a dotted key's length: more than this in a stranger's file could stop a run.
LARGEST_BYTES = 16_384

#: How tomllib says where.
_AT = re.compile(r" \(at (?:line (?P<line>\d+), column \d+|end of document)\)")


class ConfigError(Exception):
    """Settings that cannot be used: ``why`` says which, where and what is wrong, ``hint`` what to do."""

    def __init__(self, why: str, hint: str = "") -> None:
        super().__init__(f"{why}; {hint}" if hint else why)
        self.why = why
        self.hint = hint


def read_settings_text(path: Path, *, within: Path | None = None) -> str:
    """Empty when there is no such file.

    :param within: the directory that a link may not lead out of; None for the person's own file.
    :raises ConfigError: it cannot be read, leads elsewhere, is too large, or no text.
    """
    try:
        if within is not None and path.is_symlink() and not path.resolve().is_relative_to(within.resolve()):
            raise ConfigError(f"{path}: is a symbolic link that leads out of {within}")
        if not path.is_file() and path.exists():
            raise ConfigError(f"{path}: is no regular file")
        with path.open("rb") as file:
            data = file.read(LARGEST_BYTES + 1)
    except FileNotFoundError:
        return ""
    except (OSError, RuntimeError) as error:
        # Of links in a circle, resolve() says RuntimeError.
        raise ConfigError(f"{path}: cannot be read: {getattr(error, 'strerror', None) or error}") from error
    if len(data) > LARGEST_BYTES:
        raise ConfigError(f"{path}: is larger than {LARGEST_BYTES} bytes")
    try:
        return data.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        raise ConfigError(f"{path}: is not UTF-8") from error


def parse_table(text: str) -> dict[str, Any] | None:
    """The table that a word of a command line means, written as TOML writes it in one line; None: it is none."""
    try:
        found = tomllib.loads(f"table = {text}") if len(text) <= LARGEST_BYTES else {}
    except (ValueError, RecursionError):
        return None
    table = found.get("table")
    return table if isinstance(table, dict) and len(found) == 1 else None


def parse_settings(path: Path, text: str) -> dict[str, Any]:
    """:raises ConfigError: it is no TOML."""
    try:
        return tomllib.loads(text)
    except (ValueError, RecursionError) as error:
        # A number of 5000 digits is a ValueError of its own, a list in a list in a list … ends in recursion.
        found = _AT.search(str(error))
        line = found["line"] if found and found["line"] else text.count("\n") + 1
        raise ConfigError(f"{path}:{line}: no TOML: {_AT.sub('', str(error))}") from error
