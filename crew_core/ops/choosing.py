"""Which program drives the agents that name none, and why this one."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from dataclasses import dataclass

from crew_core.agents.registry import programs
from crew_core.ops.errors import InputWrong
from crew_core.resources.faults import nearest

AUTO = "auto"
OFFLINE = "offline"
SHELL = "shell"

#: Real agent programs in the order in which ``auto`` tries them, by the name of their executable.
PREFERRED = ("claude", "codex", "pi", "gemini", "opencode")


@dataclass(frozen=True, slots=True)
class Program:
    """``path``: its executable, None when it is not installed. ``logged_in`` None: it needs no login.

    ``real``: an agent program that ``auto`` may choose; ``why_not`` says why it does not.
    """

    name: str
    adapter: bool
    path: str | None
    logged_in: bool | None = None
    real: bool = False

    @property
    def why_not(self) -> str:
        if not self.adapter:
            return "this version cannot drive it"
        if self.path is None:
            return "is not installed"
        return "nobody is logged in" if self.logged_in is False else ""


@dataclass(frozen=True, slots=True)
class Choice:
    """``reason`` reads on from ``agent program: NAME, ``."""

    program: str
    reason: str


def agent_programs() -> tuple[str, ...]:
    """What ``--agent`` takes."""
    return (AUTO, *programs())


def known_programs() -> tuple[Program, ...]:
    """Every program that this version knows, those with an adapter first."""
    driven = programs()
    ours = (name for name in driven if name not in PREFERRED)
    own = [Program(name, True, shutil.which("sh") if name == SHELL else "built in") for name in ours]
    real = [Program(name, name in driven, shutil.which(name), real=True) for name in PREFERRED]
    return (*own, *sorted(real, key=lambda program: not program.adapter))


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
        return Choice(usable.name, f"the first that is installed and can work: {usable.path}")
    return Choice(OFFLINE, _nothing_usable(known))


def _nothing_usable(known: Sequence[Program]) -> str:
    met = [program for program in known if program.real and program.path is not None]
    said = "; ".join(f"{program.name} is installed, but {program.why_not}" for program in met)
    return "because no agent program is installed that this version can drive" + (f" ({said})" if said else "")


def _driven(name: str, where: str, known: Sequence[Program]) -> str:
    driven = [program.name for program in known if program.adapter]
    if name not in driven:
        raise InputWrong("run", f"{where}: no adapter for program {name!r}", nearest(name, driven))
    return name
