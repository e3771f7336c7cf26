"""Asking git, so that it changes nothing, asks no network, and runs nothing that the repository names."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Mapping
from pathlib import Path

from crew_core.agents.offline_program.plain_text import shown
from crew_core.agents.offline_program.tool_run import Limits, ToolRun, run_tool
from crew_core.agents.offline_program.work import Work

_TIMEOUT_S = 30.0
_ROOM_BYTES = 32 * 1024 * 1024
_PROBE_BYTES = 4096

#: A repository's own configuration may name programs; none of these is asked.
_QUIET = (
    "core.fsmonitor=false",
    "core.hooksPath=/dev/null",
    "core.quotePath=false",
    "diff.autoRefreshIndex=false",
    "diff.external=",
    "log.showSignature=false",
    "core.untrackedCache=false",
    "submodule.recurse=false",
)

#: Drivers that turn content around when it is compared; emptied one by one, because they have names.
_DRIVER = re.compile(r"filter\..+\.(?:clean|smudge|process)", re.IGNORECASE | re.DOTALL)
_REQUIRED = re.compile(r"filter\..+\.required", re.IGNORECASE | re.DOTALL)


#: Variables that point git at another repository or at a program; a hook that started us may have set them.
_ELSEWHERE = frozenset(
    {"GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_COMMON_DIR", "GIT_NAMESPACE", "GIT_PREFIX"}
    | {"GIT_OBJECT_DIRECTORY", "GIT_ALTERNATE_OBJECT_DIRECTORIES", "GIT_EXTERNAL_DIFF", "GIT_DIFF_OPTS"}
)


class Git:
    """Git in the directory of the work; ``usable`` is False when there is none, and ``fault`` says why."""

    def __init__(self, work: Work) -> None:
        self._work = work
        self._program = installed("git")
        self._settings: tuple[str, ...] = _QUIET
        self.fault = ""
        self.usable = self._look()

    def ask(self, *arguments: str, room_bytes: int = _ROOM_BYTES) -> ToolRun:
        """Told as a tool of its own."""
        argv = self._argv(arguments)
        told = " ".join(arguments)
        return self._work.tool("git", argv, _environment(), Limits(_TIMEOUT_S, room_bytes, whole=True), told)

    def probe(self, *arguments: str) -> ToolRun:
        """A question that git may answer with no."""
        limits = Limits(_TIMEOUT_S, _PROBE_BYTES, whole=True)
        return self._work.probe("git", self._argv(arguments), _environment(), limits, " ".join(arguments))

    def _argv(self, arguments: tuple[str, ...]) -> list[str]:
        settings = [part for setting in self._settings for part in ("-c", setting)]
        return [self._program, "--no-pager", *settings, *arguments]

    def _look(self) -> bool:
        if not self._program:
            self.fault = "git is not installed"
            return False
        inside = self.probe("rev-parse", "--is-inside-work-tree")
        if not inside.ok or inside.output.strip() != b"true":
            known = "not a git repository" in inside.error or not inside.error
            self.fault = "not a git repository" if known else f"git refuses: {shown(inside.error.splitlines()[0])}"
            return False
        self._settings = (*_QUIET, *self._emptied_drivers())
        return True

    def _emptied_drivers(self) -> tuple[str, ...]:
        listed = run_tool(
            self._argv(("config", "--name-only", "-z", "--list")),
            cwd=self._work.root,
            env=_environment(),
            limits=Limits(_TIMEOUT_S, _ROOM_BYTES, whole=True),
            interruption=self._work.interruption,
        )
        names = {os.fsdecode(name) for name in listed.output.split(b"\0")}
        drivers = (f"{name}=" for name in sorted(names) if _DRIVER.fullmatch(name))
        required = (f"{name}=false" for name in sorted(names) if _REQUIRED.fullmatch(name))
        return (*drivers, *required)


def installed(program: str) -> str:
    """Where the program is; empty when it is not installed. Never by a relative entry of PATH."""
    found = shutil.which(program)
    return found if found is not None and Path(found).is_absolute() else ""


def _environment() -> Mapping[str, str]:
    """Ours without what points git at another repository; no locks, no prompts, no network."""
    kept = {name: value for name, value in os.environ.items() if name not in _ELSEWHERE}
    return kept | {
        "LC_ALL": "C",
        "GIT_OPTIONAL_LOCKS": "0",
        "GIT_TERMINAL_PROMPT": "0",
        "GIT_NO_LAZY_FETCH": "1",
        "GIT_ALLOW_PROTOCOL": "none",
        "GIT_PAGER": "cat",
    }
