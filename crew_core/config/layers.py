"""Settings from the person's file and the project's; a project that is not trusted can only tighten."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from crew_core.config.settings import LimitSettings, Settings

FILE = "config.toml"

#: tomllib takes time in the square of a dotted key's length: more than this in a stranger's file could stop a run.
LARGEST_BYTES = 16_384

#: Of a word in a file, what a message repeats.
_LONGEST = 80

#: How tomllib says where.
_AT = re.compile(r" \(at (?:line (?P<line>\d+), column \d+|end of document)\)")


class ConfigError(Exception):
    """A settings file that cannot be used; says which, where and why."""


@dataclass(frozen=True, slots=True)
class Loaded:
    """``notices``: what an untrusted project wanted and did not get."""

    settings: Settings
    notices: tuple[str, ...] = ()


def load(user: Path, project: Path | None, *, trusted: bool) -> Loaded:
    """Read ``config.toml`` of both directories; missing files say nothing.

    :raises ConfigError: a file is no TOML, has an unknown key, or a value out of range.
    """
    mine = _checked(user / FILE)
    theirs = _checked(project / FILE) if project else {}
    if trusted or not theirs:
        return Loaded(_merged(mine, theirs))
    limits: Mapping[str, Any] = theirs.get("limits", {})
    ours = _merged(mine, {}).limits.model_dump(by_alias=True)
    taken = {key: value for key, value in limits.items() if ours[key] is None or value <= ours[key]}
    notices = tuple(
        f"{project}/{FILE}: limits.{key} = {limits[key]} is not taken: the project is not trusted"
        for key in limits
        if key not in taken
    )
    return Loaded(_merged(mine, {"limits": taken}), notices)


def _merged(mine: Mapping[str, Any], theirs: Mapping[str, Any]) -> Settings:
    return Settings.model_validate({"limits": {**mine.get("limits", {}), **theirs.get("limits", {})}})


def _checked(path: Path) -> dict[str, Any]:
    text = read_settings_text(path)
    try:
        values = tomllib.loads(text)
    except (ValueError, RecursionError) as error:
        # A number of 5000 digits is a ValueError of its own, a list in a list in a list … ends in recursion.
        raise ConfigError(f"{path}:{_line_of_error(text, error)}: no TOML: {_AT.sub('', str(error))}") from error
    try:
        Settings.model_validate(values)
    except ValidationError as error:
        raise ConfigError(_first(path, text, error)) from error
    return values


def read_settings_text(path: Path) -> str:
    """Empty when there is no such file. :raises ConfigError: it cannot be read, is too large, or no text."""
    try:
        if not path.is_file() and path.exists():
            raise ConfigError(f"{path}: is no regular file")
        with path.open("rb") as file:
            data = file.read(LARGEST_BYTES + 1)
    except FileNotFoundError:
        return ""
    except OSError as error:
        raise ConfigError(f"{path}: cannot be read: {error.strerror or error}") from error
    if len(data) > LARGEST_BYTES:
        raise ConfigError(f"{path}: is larger than {LARGEST_BYTES} bytes")
    try:
        return data.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        raise ConfigError(f"{path}: is not UTF-8") from error


def _line_of_error(text: str, error: Exception) -> int:
    found = _AT.search(str(error))
    return int(found["line"]) if found and found["line"] else text.count("\n") + 1


def _first(path: Path, text: str, error: ValidationError) -> str:
    """The first thing that is wrong, as a person would say it."""
    detail = error.errors(include_url=False)[0]
    key = ".".join(str(part) for part in detail["loc"])
    name = str(detail["loc"][-1])
    if detail["type"] == "extra_forbidden":
        what = f"unknown key {key[:_LONGEST]}; {_nearest(name, len(detail['loc']))}"
    elif detail["type"] == "model_type":
        what = f"{key} must be a table: [{key}]"
    else:
        what = f"{key} is {_shown(detail['input'])}: {detail['msg'].lower()}"
    return f"{path}:{_line_of_key(text, name)}: {what}"


def _shown(value: object) -> str:
    """A stranger's file may nest tables without end, or hold a number that has no decimal form here."""
    match value:
        case bool() | float() | str():
            return repr(value)[:_LONGEST]
        case int():
            return str(value) if value.bit_length() <= 64 else "a number of more than 64 bits"
        case _:
            return f"a {'table' if isinstance(value, dict) else type(value).__name__}"


def _line_of_key(text: str, name: str) -> int:
    """The first line that begins with the key or has it in its header; 1 when it is written in an unusual way."""
    begins = re.compile(rf"[^=#]*(?<![\w-]){re.escape(name)}(?![\w-])")
    return next((n for n, line in enumerate(text.split("\n"), 1) if begins.match(line)), 1)


def _nearest(key: str, depth: int) -> str:
    model = LimitSettings if depth > 1 else Settings
    names = [field.alias or name for name, field in model.model_fields.items()]
    close = get_close_matches(key[:_LONGEST], names, n=1, cutoff=0.6)
    return f"did you mean {close[0]}?" if close else f"there is: {', '.join(names)}"
