"""The schema of the settings as JSON Schema, and as the flat table of keys that everything else is made from."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from types import MappingProxyType
from typing import Any

from crew_core.config.settings import ProjectRule, Settings

#: A table of words, or lists of them, by a name.
Table = dict[str, str | list[str]]

Value = int | float | str | Table | None

PREFIX = "CREW_TUI_"

_HUMP = re.compile(r"(?<!^)(?=[A-Z])")


class Kind(StrEnum):
    """As JSON Schema calls it."""

    WHOLE = "integer"
    NUMBER = "number"
    TEXT = "string"
    TABLE = "object"


@dataclass(frozen=True, slots=True)
class Key:
    """One setting. Bounds and ``choices`` are those of the schema; ``above`` is a bound that is not reached itself.

    ``variable`` is the environment's name for it, ``says`` its meaning, ``project`` what a project may do to it.
    """

    path: str
    section: str
    name: str
    variable: str
    kind: Kind
    default: Value
    says: str
    project: ProjectRule
    optional: bool = False
    least: float | None = None
    above: float | None = None
    most: float | None = None
    choices: tuple[str, ...] = ()
    expects: str = ""

    @property
    def range(self) -> str:
        """The right values in words: ``1 to 1024``."""
        if self.choices:
            return f"one of {', '.join(self.choices)}"
        if self.above is not None:
            return f"above {self.above:g}, at most {self.most:.15g}"
        if self.least is not None:
            return f"{self.least:.15g} to {self.most:.15g}"
        return self.expects

    @property
    def form(self) -> str:
        """Type and range in words: ``a whole number, 1 to 1024``."""
        match self.kind:
            case Kind.WHOLE:
                return f"a whole number, {self.range}"
            case Kind.NUMBER:
                return f"a number, {self.range}"
            case Kind.TEXT | Kind.TABLE:
                return self.range


def json_schema() -> dict[str, Any]:
    """JSON Schema of ``config.toml``; ``x-project`` and ``x-variable`` say what it has no word for."""
    schema = Settings.model_json_schema(by_alias=True)
    for section, properties in _sections(schema):
        for name, field in properties.items():
            field["x-variable"] = _variable(section, name)
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema}


@cache
def keys() -> Mapping[str, Key]:
    """Every setting by its path, such as ``limits.maxWorkers``, in the order of the schema."""
    found = [
        _key(section, name, field)
        for section, properties in _sections(json_schema())
        for name, field in properties.items()
    ]
    return MappingProxyType({key.path: key for key in found})


@cache
def sections() -> Mapping[str, str]:
    """The tables of the file, with what they are about."""
    schema = json_schema()
    return {name: _definition(schema, name)["description"] for name in schema["properties"]}


def _sections(schema: dict[str, Any]) -> list[tuple[str, dict[str, Any]]]:
    return [(name, _definition(schema, name)["properties"]) for name in schema["properties"]]


def _definition(schema: dict[str, Any], section: str) -> dict[str, Any]:
    reference: str = schema["properties"][section]["$ref"]
    definition: dict[str, Any] = schema["$defs"][reference.rpartition("/")[2]]
    return definition


def _variable(section: str, name: str) -> str:
    return f"{PREFIX}{section}_{_HUMP.sub('_', name)}".upper()


def _key(section: str, name: str, field: Mapping[str, Any]) -> Key:
    either: list[Mapping[str, Any]] = field.get("anyOf", [field])
    typed = next(each for each in either if each["type"] != "null")
    return Key(
        path=f"{section}.{name}",
        section=section,
        name=name,
        variable=field["x-variable"],
        kind=Kind(typed["type"]),
        default=field["default"],
        says=field["description"],
        project=ProjectRule(field["x-project"]),
        optional=len(either) > 1,
        least=typed.get("minimum"),
        above=typed.get("exclusiveMinimum"),
        most=typed.get("maximum"),
        choices=tuple(typed.get("enum", ())),
        expects=field.get("x-expects", ""),
    )
