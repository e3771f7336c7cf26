"""Settings from the person's file and the project's; a project that is not trusted can only tighten."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from crew_core.config.settings import LimitSettings, Settings

FILE = "config.toml"


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
    try:
        with path.open("rb") as file:
            values = tomllib.load(file)
    except FileNotFoundError:
        return {}
    except OSError as error:
        raise ConfigError(f"{path}: cannot be read: {error.strerror or error}") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path}: no TOML: {error}") from error
    try:
        Settings.model_validate(values)
    except ValidationError as error:
        raise ConfigError(f"{path}: {_first(error)}") from error
    return values


def _first(error: ValidationError) -> str:
    """The first thing that is wrong, as a person would say it."""
    detail = error.errors(include_url=False)[0]
    key = ".".join(str(part) for part in detail["loc"])
    if detail["type"] == "extra_forbidden":
        return f"unknown key {key}{_nearest(str(detail['loc'][-1]), len(detail['loc']))}"
    return f"{key} is {detail['input']!r}: {detail['msg'].lower()}"


def _nearest(key: str, depth: int) -> str:
    model = LimitSettings if depth > 1 else Settings
    names = [field.alias or name for name, field in model.model_fields.items()]
    close = get_close_matches(key, names, n=1, cutoff=0.6)
    return f"; did you mean {close[0]}?" if close else f"; there is: {', '.join(names)}"
