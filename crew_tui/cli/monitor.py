"""`monitor`: the dashboard over any state directories, also those of pi-crew; nothing there is ever written."""

from __future__ import annotations

from dataclasses import replace

from crew_core.ops.errors import InputWrong
from crew_core.ops.scopes import scope_of_directories
from crew_tui.cli.call import Call
from crew_tui.cli.dashboard import show


def monitor(call: Call) -> int:
    """Show it until the person leaves. :raises InputWrong: a path holds no runs, or JSON was asked for."""
    if call.json:
        raise InputWrong("monitor", "has no --json", "use --plain, or of a project: crew-tui list --root DIR --json")
    return show((scope_of_directories(call.options.paths),), None, replace(call, read_only=True))
