"""Settings put together from their layers; a project that is not trusted can only tighten."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from crew_core.config.file import FILE, ConfigError
from crew_core.config.schema import PROGRAMS, Key, Value, keys
from crew_core.config.settings import ProjectRule, Settings
from crew_core.config.sources import Flag, Layer, Origin, Said, from_environment, from_file, from_flags
from crew_core.config.values import to_text

__all__ = ["FILE", "ConfigError", "Flag", "Layer", "Loaded", "Origin", "Refused", "Setting", "load"]


@dataclass(frozen=True, slots=True)
class Refused:
    """What a layer wanted and did not get. ``why`` reads on from ``is not taken: ``."""

    value: Value
    origin: Origin
    why: str


@dataclass(frozen=True, slots=True)
class Setting:
    """One setting as it counts. ``below``: what it replaces, the layer that counts most first."""

    key: Key
    value: Value
    origin: Origin
    below: tuple[Said, ...] = ()
    refused: tuple[Refused, ...] = ()


@dataclass(frozen=True, slots=True)
class Loaded:
    """``by_path`` has every setting there is, of programs those that somebody made; ``settings`` are their values."""

    settings: Settings
    by_path: Mapping[str, Setting]

    @property
    def notices(self) -> tuple[str, ...]:
        """What a project wanted and did not get."""
        return tuple(
            f"{refused.origin.place}: {path} = {to_text(refused.value)} is not taken: {refused.why}"
            for path, setting in self.by_path.items()
            for refused in setting.refused
        )

    def at(self, key: Key) -> Setting:
        """The setting as it counts, also when nobody made it."""
        return self.by_path.get(key.path) or Setting(key, key.default, Origin(Layer.BUILTIN))

    def asked_for(self, path: str) -> bool:
        """Whether the value is from this very command line."""
        return self.by_path[path].origin.layer is Layer.FLAG


def load(
    user: Path,
    project: Path | None,
    *,
    trusted: bool,
    environment: Mapping[str, str] | None = None,
    flags: Sequence[Flag] = (),
) -> Loaded:
    """Read ``config.toml`` of both directories, then the environment and the flags; missing files say nothing.

    A wrong file of a project is an error also before it is trusted: what it would tighten is not lost in silence.

    :raises ConfigError: a source cannot be read, has an unknown key, or a value out of range.
    """
    sources: list[Iterable[Said]] = [from_file(Layer.USER, user / FILE)]
    if project is not None:
        sources.append(from_file(Layer.PROJECT, project / FILE, within=project))
    sources += [from_environment(environment or {}), from_flags(flags)]
    found = {path: Setting(key, key.default, Origin(Layer.BUILTIN)) for path, key in keys().items()}
    for said in itertools.chain.from_iterable(sources):
        now = found.get(said.key.path) or Setting(said.key, said.key.default, Origin(Layer.BUILTIN))
        found[said.key.path] = _taken(now, said, trusted=trusted)
    values: dict[str, dict[str, Any]] = {PROGRAMS: {}}
    for setting in found.values():
        table = values.setdefault(setting.key.section, {})
        if setting.key.program:
            table = table.setdefault(setting.key.program, {})
        table[setting.key.name] = setting.value
    return Loaded(Settings.model_validate(values), found)


def _taken(now: Setting, said: Said, *, trusted: bool) -> Setting:
    why = _refusal(said.key, now.value, said.value, trusted=trusted) if said.origin.layer is Layer.PROJECT else ""
    if why:
        return replace(now, refused=(*now.refused, Refused(said.value, said.origin, why)))
    below = (Said(now.key, now.value, now.origin), *now.below)
    return replace(now, value=said.value, origin=said.origin, below=below)


def _refusal(key: Key, now: Value, wanted: Value, *, trusted: bool) -> str:
    """Why a project may not replace the value ``now``; empty when it may."""
    match key.project:
        case ProjectRule.NEVER:
            return "a project may not set it"
        case _ if trusted or wanted == now:
            return ""
        case ProjectRule.SMALLER if now is None or _smaller(wanted, now):
            return ""
        case ProjectRule.SMALLER | ProjectRule.TRUSTED:
            return "the project is not trusted"


def _smaller(wanted: Value, now: Value) -> bool:
    return isinstance(wanted, (int, float)) and isinstance(now, (int, float)) and wanted < now
