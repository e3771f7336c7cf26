"""`--json`: records in their on-disk form, in a document that says as of when."""

from __future__ import annotations

import re
import sys
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import orjson

#: What a name that is no UTF-8 has for bytes that could not be read; it cannot stand in JSON as it is.
_LONE = re.compile("[\ud800-\udfff]")


def document(nouns: Mapping[str, object]) -> None:
    """Print the one document of a command; indented for a person at a terminal."""
    option = orjson.OPT_INDENT_2 if sys.stdout is not None and sys.stdout.isatty() else 0
    _print(nouns, option)


def object_line(nouns: Mapping[str, object]) -> None:
    """Print one object of many, at once."""
    _print(nouns, 0)


def _print(nouns: Mapping[str, object], option: int) -> None:
    as_of = datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    told = {"asOf": as_of, **{noun: plain(result) for noun, result in nouns.items()}}
    print(orjson.dumps(told, option=option).decode(), flush=True)


def plain(value: object) -> object:
    """`value` made of what JSON has: records keep their names on disk, others get names in the same manner."""
    if isinstance(value, msgspec.Struct):
        return msgspec.to_builtins(value, enc_hook=plain)
    if is_dataclass(value) and not isinstance(value, type):
        return {_camel(each.name): plain(getattr(value, each.name)) for each in fields(value)}
    if isinstance(value, Mapping):
        return {_text(str(name)): plain(each) for name, each in value.items()}
    if isinstance(value, (tuple, list)):
        return [plain(each) for each in value]
    return _text(str(value)) if isinstance(value, str | Path) else value


def _text(text: str) -> str:
    return _LONE.sub("\N{REPLACEMENT CHARACTER}", text)


def _camel(name: str) -> str:
    first, *rest = name.split("_")
    return first + "".join(word.capitalize() for word in rest)
