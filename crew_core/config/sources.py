"""What each source of settings says, checked against the schema: a file, the environment, flags."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from crew_core.config.file import ConfigError, parse_settings, read_settings_text
from crew_core.config.places import line_of, places
from crew_core.config.schema import PREFIX, PROGRAMS, Key, Value, is_program, key_at, keys, program_keys, sections
from crew_core.config.settings import SET_UP
from crew_core.config.spelling import closest, nearest, printable
from crew_core.config.values import WrongValue, checked, from_text

#: Of a stranger's word, what a message repeats.
_LONGEST = 80


class Layer(StrEnum):
    """A later one counts before an earlier one."""

    BUILTIN = "built in"
    USER = "user"
    PROJECT = "project"
    ENVIRONMENT = "environment"
    FLAG = "flag"


@dataclass(frozen=True, slots=True)
class Origin:
    """``place``: file and line, name of the variable, or the flag; empty for what is built in."""

    layer: Layer
    place: str = ""


@dataclass(frozen=True, slots=True)
class Said:
    """What one layer says about one setting."""

    key: Key
    value: Value
    origin: Origin


@dataclass(frozen=True, slots=True)
class Flag:
    """A setting from a command line: the ``option`` that it was given with, the path of its key, and its word."""

    option: str
    path: str
    text: str


def from_file(layer: Layer, path: Path, *, within: Path | None = None) -> Iterator[Said]:
    """:raises ConfigError: the file cannot be used, has an unknown key, or a wrong value."""
    text = read_settings_text(path, within=within)
    return from_file_text(layer, path, text)


def from_file_text(layer: Layer, path: Path, text: str) -> Iterator[Said]:
    """The same of a text that was read already. :raises ConfigError: as above."""
    values = parse_settings(path, text)
    lines = places(text)
    for section, body in values.items():
        at = f"{path}:{line_of(lines, (section,))}"
        if section not in sections():
            raise ConfigError(f"{at}: unknown key {printable(section, _LONGEST)}", _meant(section, body))
        if not isinstance(body, dict):
            raise ConfigError(f"{at}: {section} must be a table", f"write [{section}]")
        for name, value in body.items():
            at = f"{path}:{line_of(lines, (section, name))}"
            if section != PROGRAMS:
                yield _said(layer, at, f"{section}.{name}", value)
                continue
            if not is_program(name):
                raise ConfigError(f"{at}: unknown program {printable(name, _LONGEST)}", _programs_meant(name))
            if not isinstance(value, dict):
                raise ConfigError(f"{at}: {section}.{name} must be a table", f"write [{section}.{_quoted(name)}]")
            for inner, each in value.items():
                at = f"{path}:{line_of(lines, (section, name, inner))}"
                yield _said(layer, at, f"{section}.{name}.{inner}", each)


def _said(layer: Layer, at: str, path: str, value: object) -> Said:
    """:raises ConfigError: there is no such setting, or it does not take the value."""
    key = key_at(path)
    if key is None:
        raise _unknown(at, path)
    try:
        return Said(key, checked(key, value), Origin(layer, at))
    except WrongValue as error:
        raise ConfigError(f"{at}: {key.path} {error.why}", error.hint) from error


def from_environment(environment: Mapping[str, str]) -> Iterator[Said]:
    """An empty variable says nothing. :raises ConfigError: an unknown variable of ours, or a wrong value."""
    known = {key.variable: key for key in keys().values()}
    for name, text in environment.items():
        if not name.startswith(PREFIX) or not text:
            continue
        if name not in known:
            raise ConfigError(
                f"unknown variable {printable(name, _LONGEST)}", nearest(name, known) or "see: config list"
            )
        try:
            yield Said(known[name], from_text(known[name], text), Origin(Layer.ENVIRONMENT, name))
        except WrongValue as error:
            raise ConfigError(f"{name} {error.why}", error.hint) from error


def from_flags(flags: Sequence[Flag]) -> Iterator[Said]:
    """:raises ConfigError: an unknown key, a wrong value, or two flags for one setting."""
    seen: dict[str, str] = {}
    for flag in flags:
        key = known_key(flag.path)
        if key.path in seen:
            raise ConfigError(f"{seen[key.path]} and {flag.option} both say {key.path}", "leave one out")
        seen[key.path] = flag.option
        try:
            yield Said(key, from_text(key, flag.text), Origin(Layer.FLAG, flag.option))
        except WrongValue as error:
            raise ConfigError(f"{flag.option} {error.why}", error.hint) from error


def known_key(path: str) -> Key:
    """The setting of that path. :raises ConfigError: there is none."""
    key = key_at(path)
    if key is None:
        section, dot, _ = path.partition(".")
        if dot and section in sections():
            raise _unknown("", path)
        raise ConfigError(f"unknown key {printable(path, _LONGEST)}", _meant(path, None))
    return key


def _unknown(at: str, path: str) -> ConfigError:
    section, _, name = path.partition(".")
    program, _, inner = name.partition(".")
    if section == PROGRAMS and not is_program(program):
        said = f"unknown program {printable(program, _LONGEST)}"
        return ConfigError(f"{at}{': ' if at else ''}{said}", _programs_meant(program))
    if section == PROGRAMS:
        there, name = {key.name: key.path for key in program_keys(program).values()}, inner
    else:
        there = {key.name: key.path for key in keys().values() if key.section == section}
    path = path[: len(path) - len(name)] + name[:_LONGEST]
    found = closest(name, there)
    meant = f"did you mean {there[found]}?" if found else _named_alike(name)
    hint = meant or f"there is: {', '.join(there.values())}"
    return ConfigError(f"{at}{': ' if at else ''}unknown key {printable(path)}", hint)


def _programs_meant(name: str) -> str:
    return nearest(name, SET_UP) or f"there is: {', '.join(SET_UP)}, acp:NAME"


def _quoted(name: str) -> str:
    """As a part of a TOML key."""
    return f'"{name}"' if ":" in name else name


def _meant(word: str, body: object) -> str:
    """A hint for an unknown key of the first level: a key without its table, or a table."""
    if isinstance(body, dict):
        return nearest(word, sections()) or f"there is: {', '.join(sections())}"
    return nearest(word, [*sections(), *keys()]) or _named_alike(word) or f"there is: {', '.join(sections())}"


def _named_alike(name: str) -> str:
    """Somebody knows the name of the setting and not its table."""
    paths = {key.name: key.path for key in keys().values()}
    found = closest(name, paths)
    return f"did you mean {paths[found]}?" if found else ""
