"""What a person asks for when a run is to be started or planned."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from crew_core.model.identity import ProcessIdentity
from crew_core.ops.errors import InputWrong

#: A goal becomes an environment variable, of which Linux takes 128 KiB.
LONGEST_GOAL_BYTES = 100_000


@dataclass(frozen=True, slots=True)
class StartRequest:
    """``tether``: the run ends when this process does. ``role``: this one agent works on the goal, no team.

    ``settings`` are words ``KEY=VALUE``. None everywhere else: as configured.
    """

    goal: str
    cwd: Path
    team: str | None = None
    workflow: str | None = None
    role: str | None = None
    agent: str | None = None
    model: str | None = None
    max_minutes: float | None = None
    max_workers: int | None = None
    max_tokens: int | None = None
    max_cost: float | None = None
    settings: tuple[str, ...] = ()
    tether: ProcessIdentity | None = None


def check_request(request: StartRequest) -> None:
    """:raises InputWrong: nobody could do this anywhere."""
    check_goal("run", request.goal)
    try:
        str(request.cwd.absolute()).encode()
    except UnicodeEncodeError as error:
        raise InputWrong("run", "the directory is not UTF-8", "start it from one whose name is") from error
    if request.model is not None and (not request.model.strip() or not request.model.isprintable()):
        raise InputWrong("run", "--model names no model", "name it as the program does")
    if request.role is not None and (request.team or request.workflow):
        raise InputWrong("run", "--role is one agent without a team", "leave out --team and --workflow")


def check_goal(what: str, goal: str) -> None:
    """:raises InputWrong: ``goal`` is none; ``what`` names the command."""
    if not goal.strip():
        raise InputWrong(what, "the goal is empty", "say what the crew is to do")
    try:
        size_bytes = len(goal.encode())
    except UnicodeEncodeError as error:
        raise InputWrong(what, "the goal is not UTF-8", "write it in UTF-8") from error
    if "\0" in goal or size_bytes > LONGEST_GOAL_BYTES:
        raise InputWrong(what, f"the goal has a NUL or more than {LONGEST_GOAL_BYTES} bytes", "put it into a file")
