"""`crew-tui` without a command: the dashboard over the project's runs, those of given projects, or all."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from crew_core.ops.errors import InputWrong
from crew_core.ops.scopes import Scope, scope_of_projects, scopes_of
from crew_tui.cli.call import Call

if TYPE_CHECKING:
    from crew_tui.alerting.loudness import Loudness
    from crew_tui.left_file import LeftFile


def dashboard(call: Call) -> int:
    """Show it until the person leaves. :raises InputWrong: a root is no directory, or JSON was asked for."""
    return dashboard_on(None, call)


def dashboard_on(select: Path | None, call: Call) -> int:
    """The dashboard; `select` is the run directory to begin with."""
    if call.json:
        raise InputWrong("dashboard", "has no --json", "use: crew-tui list --json")
    scopes = scopes_of(call.start) if len(call.roots) < 2 else (scope_of_projects(call.roots),)
    return show(scopes, select, call)


def show(scopes: Sequence[Scope], select: Path | None, call: Call) -> int:
    """The dashboard over these scopes, as the person has arranged it; its text under `--plain`."""
    if call.plain:
        return _print(scopes[0], select)
    from crew_tui.opening import Opening
    from crew_tui.running import run_dashboard
    from crew_tui.ui_state import UiStateFile, state_path
    from crew_tui.wishes import checking, wishes_of

    flags = getattr(call.options, "settings", ())
    wishes = wishes_of(flags)
    opening = Opening(
        start_in=call.start,
        select=select,
        read_only=call.read_only,
        wishes=wishes,
        look_again=checking(call.start, wishes, flags),
        find_loudness=lambda: _loudness(call.start, flags),
        arranged=UiStateFile(state_path()),
        find_left=_left,
    )
    return run_dashboard(scopes, opening)


def _loudness(start: Path, flags: Sequence[str]) -> Loudness:
    from crew_tui.alerting.loudness import configured

    return configured(start, flags)


def _left() -> LeftFile:
    from crew_tui.left_file import LeftFile, left_path

    return LeftFile(left_path())


def _print(scope: Scope, select: Path | None) -> int:
    from crew_tui.plain import plain_dashboard

    for line in plain_dashboard(scope, select, datetime.now(UTC)):
        print(line)
    return 0
