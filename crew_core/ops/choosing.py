"""Which program drives the agents that name none, and why this one."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from crew_core.agents.registry import drives, programs
from crew_core.config.settings import ProgramSection
from crew_core.ops.errors import InputWrong
from crew_core.ops.login import Login, login_of
from crew_core.ops.program_table import KNOWN_ACP, KNOWN_PROGRAMS, KnownProgram, known_program
from crew_core.resources.command_keys import PROGRAM as COMMAND
from crew_core.resources.faults import nearest

AUTO = "auto"
OFFLINE = "offline"
SHELL = "shell"
BUILTIN = "builtin"

#: How any Agent Client Protocol agent is called.
_ACP = "acp"
ACP = f"{_ACP}:"

_BUILT_IN = "built in"

#: One of them says where the built-in agent's model is.
ENDPOINTS = ("OPENAI_BASE_URL", "OPENAI_API_KEY", "OLLAMA_HOST")

_NOTHING_SET = ProgramSection()


@dataclass(frozen=True, slots=True)
class Program:
    """``path``: its executable, None when it is not installed. ``logged_in`` None: it needs no login, or it is not
    known. ``real``: an agent program that ``auto`` may choose; ``why_not`` says why it does not.
    ``login``: the variable or the file that it is logged in by, or why it is not; then ``remedy`` says what to do.
    """

    name: str
    adapter: bool
    path: str | None
    logged_in: bool | None = None
    real: bool = False
    login: str = ""
    remedy: str = ""

    @property
    def why_not(self) -> str:
        if not self.adapter:
            return "this version cannot drive it"
        if self.path is None:
            return "is not installed"
        if self.logged_in is not False:
            return ""
        return "; ".join(part for part in (self.login or "nobody is logged in", self.remedy) if part)


@dataclass(frozen=True, slots=True)
class Choice:
    """``reason`` reads on from ``agent program: NAME, ``."""

    program: str
    reason: str


def agent_programs() -> tuple[str, ...]:
    """What ``--agent`` takes; of ``acp:NAME`` any name."""
    any_other = (f"{ACP}NAME",) if drives(_ACP) else ()
    return (AUTO, *(name for name in programs() if name not in (COMMAND, _ACP)), *any_other)


def is_agent_program(word: str) -> bool:
    """Whether ``--agent`` takes it."""
    return word == AUTO or (drives(word) and word not in (COMMAND, _ACP))


class DrivenPrograms(Collection[str]):
    """What an agent's ``program`` may be."""

    def __contains__(self, name: object) -> bool:
        return isinstance(name, str) and name != _ACP and drives(name)

    def __iter__(self) -> Iterator[str]:
        return (name for name in programs() if name != _ACP)

    def __len__(self) -> int:
        return sum(1 for _ in self)


def known_programs(set_up: Mapping[str, ProgramSection] | None = None) -> tuple[Program, ...]:
    """Every program that this version knows, those with an adapter first. ``set_up``: what the settings say of them,
    and of other agents of the protocol."""
    set_up = set_up or {}
    driven = agent_programs()
    real = {known.name for known in KNOWN_PROGRAMS}
    own = [
        Program(name, True, shutil.which("sh") if name == SHELL else _BUILT_IN)
        for name in driven
        if name not in (*real, AUTO, BUILTIN) and not name.startswith(ACP)
    ]
    found = [_found(known, set_up.get(known.name, _NOTHING_SET), known.name in driven) for known in KNOWN_PROGRAMS]
    acp = [_found(known, set_up.get(known.name, _NOTHING_SET), drives(_ACP), real=False) for known in KNOWN_ACP]
    named = {known.name for known in KNOWN_ACP}
    acp += [_acp(name, section) for name, section in set_up.items() if name.startswith(ACP) and name not in named]
    builtin = [_builtin(set_up.get(BUILTIN, _NOTHING_SET))] if BUILTIN in driven else []
    return (*own, *sorted([*found, *builtin], key=lambda program: not program.adapter), *acp)


def executable_of(name: str, section: ProgramSection) -> str | None:
    """The path of what would be started for ``name``; None: it is not there."""
    return shutil.which(section.command[0] if section.command else name)


def _login_words(known: KnownProgram, login: Login) -> tuple[str, str]:
    """How it is logged in or why not, and what to do about that."""
    if login.works or login.works is None:
        return login.by, ""
    key = f"set the variable {known.keys[0]}"
    setting = f"programs.{known.name if known.name.isidentifier() else json.dumps(known.name)}.shareLogin"
    if login.by:
        return f"the login in {login.by} is yours, and runs do not have it", f"set {setting} to true, or {key}"
    return "nobody is logged in", f"log in with {known.login_command} and set {setting}, or {key}"


def _found(known: KnownProgram, section: ProgramSection, adapter: bool, *, real: bool = True) -> Program:
    path = executable_of(known.executable, section)
    login = login_of(known, {**os.environ, **section.env}, Path.home(), shares=section.share_login)
    said, remedy = _login_words(known, login)
    return Program(known.name, adapter, path, login.works, real=real, login=said, remedy=remedy)


def _builtin(section: ProgramSection) -> Program:
    by = next((name for name in ENDPOINTS if section.env.get(name) or os.environ.get(name)), "")
    remedy = "" if by else f"say where its model is: set one of {', '.join(ENDPOINTS)}"
    return Program(BUILTIN, True, _BUILT_IN, bool(by), real=True, login=by or "no model is set", remedy=remedy)


def _acp(name: str, section: ProgramSection) -> Program:
    """Never chosen by itself: what is behind the name is the person's to say."""
    return Program(name, True, shutil.which(section.command[0]) if section.command else None)


def check_can_start(name: str, set_up: Mapping[str, ProgramSection]) -> None:
    """:raises InputWrong: it is an ``acp:NAME`` that nobody said how to start."""
    if not name.startswith(ACP) or not drives(_ACP) or known_program(name) is not None:
        return
    if not set_up.get(name, _NOTHING_SET).command:
        raise InputWrong("run", f"nobody says how {name} is started", f'set programs."{name}".command')


def choose(asked: str | None, configured: str | None, known: Sequence[Program]) -> Choice:
    """The program that was asked for, else the configured one, else the first that can work now, else ``offline``.

    :raises InputWrong: no adapter drives the program that was named.
    """
    for named, where in ((asked, "--agent"), (configured, "agent.program")):
        if named is not None and named != AUTO:
            return Choice(_driven(named, where, known), f"because {where} says so")
        if named == AUTO:
            break
    usable = next((program for program in known if program.real and not program.why_not), None)
    if usable is not None:
        by = f"; login: {usable.login}" if usable.login else ""
        return Choice(usable.name, f"the first that is installed and can work: {usable.path}{by}")
    return Choice(OFFLINE, _nothing_usable(known))


def _nothing_usable(known: Sequence[Program]) -> str:
    met = [program for program in known if program.real and program.path not in (None, _BUILT_IN)]
    said = "; ".join(f"{program.name} is installed, but {_why_not_in_short(program)}" for program in met)
    more = f" ({said}; crew-tui doctor says what to do)" if said else ""
    return f"because no agent program is installed that this version can drive{more}"


def _why_not_in_short(program: Program) -> str:
    return program.login if program.adapter and program.login else program.why_not


def _driven(name: str, where: str, known: Sequence[Program]) -> str:
    driven = [program.name for program in known if program.adapter]
    if name in driven or (name.startswith(ACP) and drives(name)):
        return name
    raise InputWrong("run", f"{where}: no adapter for program {name!r}", nearest(name, driven))
