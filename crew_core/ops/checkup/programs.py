"""Git, and the programs that can drive agents."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

from crew_core.ops.checkup.finding import Finding, fail, ok, warn
from crew_core.ops.choosing import SHELL, Program, choose, known_programs

_PATIENCE_S = 10.0


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


def agent_findings(configured: str | None) -> Iterator[Finding]:
    """``configured`` is the program that the settings name."""
    known = known_programs()
    yield from map(_program, known)
    choice = choose(None, configured, known)
    yield ok("auto", f"{choice.program}, {choice.reason}")


def _program(program: Program) -> Finding:
    if program.name == SHELL and program.path is None:
        return fail(program.name, "there is no sh: no shell agent can run", "install a POSIX shell")
    if program.logged_in is False and program.adapter:
        return warn(program.name, f"{program.path}: {program.why_not}", f"log in with {program.name}")
    if program.why_not:
        return ok(program.name, f"{program.path + ', ' if program.path else ''}not used: {program.why_not}")
    return ok(program.name, f"adapter, {program.path}")
