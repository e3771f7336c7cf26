"""Which function carries out which command; each is loaded when it is asked for."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module

from crew_tui.cli.call import Call

#: command → module of this package, function. The time to the first line is a feature: nothing here is imported yet.
COMMANDS: dict[str | None, tuple[str, str]] = {
    None: ("dashboard", "dashboard"),
    "run": ("run", "run"),
    "plan": ("plan", "plan"),
    "recommend": ("recommend", "recommend"),
    "list": ("listing", "list_runs"),
    "status": ("status_line", "status"),
    "strip": ("strip", "strip"),
    "events": ("events", "events"),
    "transcript": ("transcript", "transcript"),
    "artifacts": ("artifacts", "artifacts"),
    "cancel": ("control", "control"),
    "stop": ("control", "control"),
    "resume": ("control", "control"),
    "retry": ("control", "control"),
    "send": ("steering", "send"),
    "respond": ("steering", "respond"),
    "teams": ("resources", "resources"),
    "workflows": ("resources", "resources"),
    "agents": ("resources", "resources"),
    "skills": ("resources", "resources"),
    "validate": ("validating", "validate"),
    "doctor": ("doctor", "doctor"),
    "init": ("init", "init"),
    "trust": ("trust", "trust"),
    "monitor": ("monitor", "monitor"),
    "config": ("config", "config"),
    "completion": ("completion", "completion"),
}


def carry_out(call: Call) -> int:
    """The exit status. :raises OpsError: it could not be done."""
    module, function = COMMANDS[call.command]
    command: Callable[[Call], int] = getattr(import_module(f"crew_tui.cli.{module}"), function)
    return command(call)
