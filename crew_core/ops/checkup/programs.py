"""Git, and the programs that can drive agents."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path

from crew_core.config.settings import ProgramSection
from crew_core.ops.checkup.finding import Finding, fail, ok, warn
from crew_core.ops.choosing import ACP, BUILTIN, SHELL, Program, choose, known_programs
from crew_core.ops.program_table import KnownProgram, in_words, is_newer, is_older, known_program, range_words
from crew_core.ops.versions import Told, Versions

_PATIENCE_S = 10.0


@dataclass(frozen=True, slots=True)
class ProgramState:
    """One agent program as it is here. ``path`` None: it is not installed; ``install`` says how to get it.

    ``version`` and ``node`` are empty when they are not known; ``login`` is the variable or the file that it has a
    login by, or why it has none.
    """

    name: str
    adapter: bool
    path: str | None
    version: str = ""
    tested: str = ""
    login: str = ""
    logged_in: bool | None = None
    login_remedy: str = ""
    install: str = ""
    node: str = ""
    problem: str = ""


def git_findings(project: Path | None) -> Iterator[Finding]:
    path = shutil.which("git")
    if path is None:
        yield warn("git", "is not installed: nothing shows what a crew has changed", "install git")
        return
    try:
        done = subprocess.run([path, "--version"], capture_output=True, text=True, timeout=_PATIENCE_S, check=False)
    except (OSError, subprocess.TimeoutExpired) as error:
        yield warn("git", f"{path} does not work: {error}", "install git again")
        return
    yield ok("git", f"{done.stdout.strip().removeprefix('git version ')}, {path}")
    if project is not None and not (project / ".git").exists():
        yield warn("repository", f"{project} is not under git: changes cannot be taken back", f"git init {project}")


def program_states(set_up: Mapping[str, ProgramSection], versions: Versions) -> tuple[ProgramState, ...]:
    """Every program of this version, asked at the same time."""
    known = known_programs(set_up)
    with ThreadPoolExecutor(max_workers=max(2, os.cpu_count() or 1)) as threads:
        states = tuple(threads.map(lambda program: _state(program, set_up, versions), known))
    versions.remember()
    return states


def _state(program: Program, set_up: Mapping[str, ProgramSection], versions: Versions) -> ProgramState:
    known = known_program(program.name)
    state = ProgramState(
        program.name,
        program.adapter,
        program.path,
        login=program.login,
        logged_in=program.logged_in,
        login_remedy=program.remedy,
    )
    section = set_up.get(program.name)
    command = tuple(section.command) if section is not None and section.command else (program.path or "",)
    if known is None:
        if program.path is None or not program.name.startswith(ACP):
            return state
        state = replace(state, login="it uses your own directory and login")
        told = versions.of(_without_mode(command))
        return replace(state, version=in_words(told.version), problem=told.problem)
    state = replace(state, tested=range_words(known), install=known.install)
    if program.path is None:
        return state
    told = versions.of(_without_mode(command), known.state_variables)
    node = _node_of(command, versions) if known.node is not None else Told()
    return replace(state, version=in_words(told.version), problem=told.problem, node=in_words(node.version))


def _node_of(command: tuple[str, ...], versions: Versions) -> Told:
    """The Node.js that runs it: the one that is named, else that of the PATH."""
    node = command[0] if Path(command[0]).name == "node" else shutil.which("node")
    return versions.of((node,)) if node else Told()


def _without_mode(command: tuple[str, ...]) -> tuple[str, ...]:
    """The program itself: a word behind it that is no file and no option is what it is to do, as in ``codex
    app-server``."""
    first, *more = command
    return (first, *(word for word in more if word.startswith("-") or Path(word).exists()))


def agent_findings(
    states: Sequence[ProgramState], configured: str | None, set_up: Mapping[str, ProgramSection]
) -> Iterator[Finding]:
    """``configured`` is the program that the settings name."""
    for state in states:
        known = known_program(state.name)
        section = set_up.get(state.name)
        if known is None or (state.path is None and section is not None and section.command):
            yield _finding(state)
        else:
            yield _of_known(state, known)
    choice = choose(None, configured, known_programs(set_up))
    yield ok("auto", f"{choice.program}, {choice.reason}")


def _finding(state: ProgramState) -> Finding:
    if state.name == SHELL and state.path is None:
        return fail(state.name, "there is no sh: no shell agent can run", "install a POSIX shell")
    if state.path is None:
        return warn(state.name, "its command is not there", f'set programs."{state.name}".command, or install it')
    if state.logged_in is False:
        return ok(state.name, f"{state.path}, not used: {state.login}; {state.login_remedy}")
    if state.problem:
        return warn(state.name, f"{state.path}: {state.problem}", f'is programs."{state.name}".command what you mean?')
    version = f"{state.version}, " if state.version else ""
    login = f"; {'model: ' if state.name == BUILTIN else ''}{state.login}" if state.login else ""
    return ok(state.name, f"adapter, {version}{state.path}{login}")


def _of_known(state: ProgramState, known: KnownProgram) -> Finding:
    if not state.adapter:
        return ok(state.name, f"{state.path + ', ' if state.path else ''}not used: this version cannot drive it")
    if state.path is None:
        return ok(state.name, f"not used: is not installed; to get it: {known.install}")
    node = tuple(map(int, state.node.split("."))) if state.node else ()
    if known.node is not None and node and is_older(node, known.node):
        said = f"{state.path}: it needs Node.js {in_words(known.node)} or newer, and node is {state.node}"
        return warn(state.name, said, f"put a newer node first in PATH; {known.install}")
    if state.problem:
        return warn(state.name, f"{state.path}: {state.problem}", f"install it again: {known.install}")
    version = tuple(map(int, state.version.split(".")))
    said = f"{state.version}, {state.path}"
    old = next((each for each in known.old if is_older(version, each.before)), None)
    if old is not None:
        return warn(state.name, f"{said}: older than {in_words(old.before)}: {old.says}", known.install)
    if known.tested is not None and is_older(version, known.tested[0]):
        return warn(state.name, f"{said}: older than what was tested ({state.tested})", known.install)
    if state.logged_in is False:
        return warn(state.name, f"{said}: {state.login}", state.login_remedy)
    tested = "tested" if known.tested is not None else state.tested
    if known.tested is not None and is_newer(version, known.tested[1]):
        tested = f"newer than what was tested ({state.tested})"
    login = f"login: {state.login}" if state.login else "login not known"
    return ok(state.name, f"{said}, {tested}; {login}")
