"""The schema of the settings as JSON Schema, and as the flat table of keys that everything else is made from."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from types import MappingProxyType
from typing import Any

from crew_core.config.settings import SET_UP, ProgramSection, ProjectRule, Settings

#: A table of words, or lists of them, by a name.
Table = dict[str, str | list[str]]

#: A flag is an ``int``, as everywhere in Python.
Value = int | float | str | list[str] | Table | None

PREFIX = "CREW_TUI_"

#: The section whose tables people name; `Settings` has it as a table of `ProgramSection`.
PROGRAMS = "programs"

_PROGRAM = re.compile(rf"(?:{'|'.join(SET_UP)}|acp:[A-Za-z0-9_-]{{1,128}})")

_HUMP = re.compile(r"(?<!^)(?=[A-Z])")


class Kind(StrEnum):
    """As JSON Schema calls it."""

    WHOLE = "integer"
    NUMBER = "number"
    TEXT = "string"
    TABLE = "object"
    LIST = "array"
    FLAG = "boolean"


@dataclass(frozen=True, slots=True)
class Key:
    """One setting. Bounds and ``choices`` are those of the schema; ``above`` is a bound that is not reached itself.

    ``variable`` is the environment's name for it, ``says`` its meaning, ``project`` what a project may do to it.
    ``program``: it is in a table of this name below the section, and has no variable.
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
    program: str = ""

    @property
    def tables(self) -> tuple[str, ...]:
        """The tables of the file that it is in, the outer one first."""
        return (self.section, self.program) if self.program else (self.section,)

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
            case Kind.TEXT | Kind.TABLE | Kind.LIST | Kind.FLAG:
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


def key_at(path: str) -> Key | None:
    """The setting of that path, also one of a program: ``programs.NAME.args``. None: there is none."""
    found = keys().get(path)
    if found is not None:
        return found
    section, _, rest = path.partition(".")
    program, _, name = rest.partition(".")
    return program_keys(program).get(name) if section == PROGRAMS and is_program(program) else None


def is_program(name: str) -> bool:
    """Whether there may be a table ``[programs.NAME]``."""
    return _PROGRAM.fullmatch(name) is not None


def program_keys(program: str) -> Mapping[str, Key]:
    """The settings of one program, by their last name."""
    properties = ProgramSection.model_json_schema(by_alias=True)["properties"]
    return {name: _key(PROGRAMS, name, field, program) for name, field in properties.items()}


@cache
def sections() -> Mapping[str, str]:
    """The tables of the file, with what they are about."""
    schema = json_schema()
    found = {name: _definition(schema, name)["description"] for name in schema["properties"] if name != PROGRAMS}
    return {**found, PROGRAMS: schema["properties"][PROGRAMS]["description"]}


def _sections(schema: dict[str, Any]) -> list[tuple[str, dict[str, Any]]]:
    fixed = (name for name in schema["properties"] if name != PROGRAMS)
    return [(name, _definition(schema, name)["properties"]) for name in fixed]


def _definition(schema: dict[str, Any], section: str) -> dict[str, Any]:
    reference: str = schema["properties"][section]["$ref"]
    definition: dict[str, Any] = schema["$defs"][reference.rpartition("/")[2]]
    return definition


def _variable(section: str, name: str) -> str:
    return f"{PREFIX}{section}_{_HUMP.sub('_', name)}".upper()


def _key(section: str, name: str, field: Mapping[str, Any], program: str = "") -> Key:
    either: list[Mapping[str, Any]] = field.get("anyOf", [field])
    typed = next(each for each in either if each["type"] != "null")
    return Key(
        path=f"{section}.{program}.{name}" if program else f"{section}.{name}",
        section=section,
        name=name,
        variable="" if program else field["x-variable"],
        kind=Kind(typed["type"]),
        default=field["default"],
        says=field["description"],
        project=ProjectRule(field["x-project"]),
        optional=any(each["type"] == "null" for each in either),
        least=typed.get("minimum"),
        above=typed.get("exclusiveMinimum"),
        most=typed.get("maximum"),
        choices=tuple(typed.get("enum", ())),
        expects=field.get("x-expects", ""),
        program=program,
    )
