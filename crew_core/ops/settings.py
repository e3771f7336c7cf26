"""The settings that count, and changing one of them in a file."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from crew_core.config.editing import with_value, without
from crew_core.config.file import FILE, LARGEST_BYTES, ConfigError, read_settings_text
from crew_core.config.layers import Flag, Layer, Loaded, Setting, load
from crew_core.config.schema import Key, Value, json_schema
from crew_core.config.settings import ProjectRule
from crew_core.config.sources import from_file_text, known_key
from crew_core.config.trust import Standing, Trust
from crew_core.config.values import NONE, WrongValue, from_text
from crew_core.ops.errors import InputWrong, OpsError
from crew_core.ops.project import project_of, refuse_links
from crew_core.ops.trusting import trust_store
from crew_core.store.errors import LockError
from crew_core.store.fs import FILE_MODE, Fs, RealFs, ensure_directory, write_durable
from crew_core.store.layout import config_home, state_home
from crew_core.store.lock import RunLock

__all__ = ["Changed", "Flag", "SettingsFile", "change", "flags_from", "json_schema", "settings_at", "settings_files"]


@dataclass(frozen=True, slots=True)
class SettingsFile:
    layer: Layer
    path: Path
    exists: bool


@dataclass(frozen=True, slots=True)
class Changed:
    """``value`` is what ``file`` says now, None when it says nothing; ``wrote`` False: it said so already.

    ``effective`` is what counts; None when another source is wrong, ``problem`` says how. ``trust_lost``: the project
    was trusted, and is changed now.
    """

    file: Path
    value: Value
    wrote: bool
    effective: Setting | None
    problem: str = ""
    trust_lost: bool = False


def settings_for(what: str, project: Path | None, trust: Trust | None, flags: Sequence[Flag] = ()) -> Loaded:
    """Every setting, for somebody who works in ``project``. ``what`` names the command.

    :raises InputWrong: a file, a variable or a flag is wrong.
    """
    try:
        return load(
            config_home(),
            project / ".crew" if project else None,
            trusted=trust is None or trust.holds,
            environment=os.environ,
            flags=flags,
        )
    except ConfigError as error:
        raise InputWrong(what, error.why, error.hint) from error


def settings_at(start: Path, flags: Sequence[Flag] = ()) -> Loaded:
    """The same for the project at or above ``start``.

    :raises InputWrong: as above, or no such directory. :raises NotPermitted: its ``.crew`` leads elsewhere.
    """
    project = _project(start)
    return settings_for("config", project, trust_store().standing(project) if project else None, flags)


def flags_from(what: str, words: Sequence[str]) -> tuple[Flag, ...]:
    """What ``--set KEY=VALUE`` says. :raises InputWrong: there is no ``=``."""
    flags = []
    for word in words:
        path, equals, text = word.partition("=")
        if not equals:
            raise InputWrong(what, f"--set {word}", "write --set KEY=VALUE")
        flags.append(Flag(f"--set {path}", path, text))
    return tuple(flags)


def setting_called(path: str) -> Key:
    """:raises InputWrong: there is no such key; names the nearest."""
    try:
        return known_key(path)
    except ConfigError as error:
        raise InputWrong("config", error.why, error.hint) from error


def settings_files(start: Path) -> tuple[SettingsFile, ...]:
    """The person's file, and in a project that of the project. :raises InputWrong: no such directory."""
    project = project_of(start)
    places = [(Layer.USER, config_home() / FILE)]
    if project is not None:
        places.append((Layer.PROJECT, project / ".crew" / FILE))
    return tuple(SettingsFile(layer, path, path.is_file()) for layer, path in places)


def change(start: Path, path: str, text: str | None, *, in_project: bool = False, fs: Fs | None = None) -> Changed:
    """Write one setting into the person's file or the project's; ``text`` None takes it out.

    Nothing is written when the key, the value or the file as it is now is wrong, or when it says so already.

    :raises InputWrong: that. :raises NotPermitted: the project's ``.crew`` leads elsewhere.
    :raises OpsError: it could not be written.
    """
    fs = fs or RealFs()
    key = setting_called(path)
    project = _project(start)
    if in_project and project is None:
        raise InputWrong("config --project", f"{start} is in no project", "crew-tui init makes one")
    if in_project and text is not None and key.project is ProjectRule.NEVER:
        raise InputWrong("config set", f"a project may not set {key.path}", "leave out --project")
    value = _value(key, text) if text is not None else None
    trusted = project is not None and trust_store().standing(project).standing is Standing.TRUSTED
    if in_project and project is not None:
        file, within = project / ".crew" / FILE, project / ".crew"
        wrote = _write(fs, file, within, key, value)
    else:
        file = config_home() / FILE
        wrote = _write(fs, file, None, key, value)
    try:
        effective, problem = settings_at(start).at(key), ""
    except InputWrong as error:
        effective, problem = None, f"{error.why}; {error.hint}" if error.hint else error.why
    return Changed(file, value, wrote, effective, problem, trust_lost=in_project and wrote and trusted)


def _project(start: Path) -> Path | None:
    project = project_of(start)
    if project is not None:
        refuse_links(project)
    return project


def _value(key: Key, text: str) -> Value:
    if key.optional and text.strip() == NONE:
        raise InputWrong("config set", f"{key.path}: TOML has no word for {NONE}", f"crew-tui config unset {key.path}")
    try:
        return from_text(key, text)
    except WrongValue as error:
        raise InputWrong("config set", f"{key.path} {error.why}", error.hint) from error


def _write(fs: Fs, file: Path, within: Path | None, key: Key, value: Value) -> bool:
    """Put the value in, or take the setting out when it is None. Returns whether there was anything to write."""
    lock: RunLock | None = None
    try:
        ensure_directory(fs, state_home())
        lock = RunLock.acquire(state_home() / "config.lock", fs)
        old = read_settings_text(file, within=within)
        there = key.path in {said.key.path for said in from_file_text(Layer.USER, file, old)}
        exact = _exact(file)
        new = _new_text(file, exact, key, value, there=there)
        if new == exact:
            return False
        if len(new.encode()) > LARGEST_BYTES:
            raise ConfigError(f"{file}: would be larger than {LARGEST_BYTES} bytes")
        ensure_directory(fs, file.parent)
        # Through a link, as people who keep such files elsewhere have them.
        write_durable(fs, file.resolve(), new.encode(), _mode(file))
    except ConfigError as error:
        raise InputWrong("config", error.why, f"{error.hint}; nothing was written".removeprefix("; ")) from error
    except (OSError, LockError) as error:
        raise OpsError("config", f"not written: {error}") from error
    finally:
        if lock is not None:
            lock.release()
    return True


def _new_text(file: Path, text: str, key: Key, value: Value, *, there: bool) -> str:
    try:
        if value is not None:
            return with_value(text, key, value)
        return without(text, key) if there else text
    except ConfigError as error:
        raise ConfigError(f"{file}: {error.why}", error.hint) from error


def _mode(file: Path) -> int:
    """As it is; a new file is the person's alone."""
    return file.stat().st_mode & 0o777 if file.exists() else FILE_MODE


def _exact(file: Path) -> str:
    """The text with its own ends of lines and byte order mark, which stay as they are."""
    try:
        return file.read_bytes().decode()
    except FileNotFoundError:
        return ""
