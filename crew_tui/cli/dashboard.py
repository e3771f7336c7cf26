"""`crew-tui` without a command: the dashboard over all runs, or over those of the given projects."""

from __future__ import annotations

from pathlib import Path

from crew_core.ops.errors import InputWrong
from crew_core.ops.project import all_roots, runs_of
from crew_tui.cli.call import Call


def dashboard(call: Call) -> int:
    """Show it until the person leaves. :raises InputWrong: a root is no directory, or JSON was asked for."""
    return dashboard_on(None, call)


def dashboard_on(select: Path | None, call: Call) -> int:
    """The dashboard; `select` is the run directory to begin with."""
    if call.json:
        raise InputWrong("dashboard", "has no --json", "use: crew-tui list --json")
    roots = [runs_of(root) for root in call.roots] if call.roots else all_roots(call.start)
    from crew_tui.app import run_dashboard
    from crew_tui.wishes import checking, wishes_of

    flags = getattr(call.options, "settings", ())
    wishes = wishes_of(flags)
    return run_dashboard(
        list(dict.fromkeys(roots)),
        start_in=call.start,
        select=select,
        read_only=call.read_only,
        plain=call.plain,
        backend=wishes.watcher,
        theme=wishes.theme,
        look_again=checking(call.start, wishes, flags),
    )
