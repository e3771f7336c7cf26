"""Whether somebody is logged in to a program, as far as that is seen from outside: never what the secret is."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from crew_core.ops.program_table import KnownProgram


@dataclass(frozen=True, slots=True)
class Login:
    """``by``: the variable that has a key, or the file of a login; empty when nothing was found.

    ``works``: runs will have it. False with ``by``: there is a login, but it is the person's own, and runs have a
    state directory of theirs. None: it may be in a keychain.
    """

    by: str
    works: bool | None


def login_of(known: KnownProgram, environment: Mapping[str, str], home: Path, *, shares: bool) -> Login:
    """``environment`` is ours with what the settings add to it; ``shares`` is the setting ``shareLogin``."""
    key = next((name for name in known.keys if environment.get(name)), None)
    if key is not None:
        return Login(key, True)
    for names, works in ((known.configured, True), (known.logins, shares)):
        places = (_place(known, name, environment, home) for name in names)
        file = next((path for path in places if path.is_file()), None)
        if file is not None:
            return Login(_shown(file, home), works)
    if sys.platform in known.keychains:
        return Login("", None if shares else False)
    return Login("", False)


def _place(known: KnownProgram, name: str, environment: Mapping[str, str], home: Path) -> Path:
    """Where the file is when the program's own variable says so, else below the home."""
    if len(known.state_variables) == 1 and (said := environment.get(known.state_variables[0])):
        return Path(said) / Path(name).relative_to(known.state_directory)
    for variable, usual in (("XDG_DATA_HOME", ".local/share/"), ("XDG_CONFIG_HOME", ".config/")):
        if variable in known.state_variables and name.startswith(usual) and (said := environment.get(variable)):
            return Path(said) / name.removeprefix(usual)
    return home / name


def _shown(path: Path, home: Path) -> str:
    return f"~/{path.relative_to(home)}" if path.is_relative_to(home) else str(path)
