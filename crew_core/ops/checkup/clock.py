"""Whether the wall clock can be true."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

from crew_core.ops.checkup.finding import Finding, fail, ok, warn
from crew_core.store.registry import RegisteredRun

_AHEAD_S = 60.0


def findings(runs: Sequence[RegisteredRun]) -> Iterator[Finding]:
    """``runs``: newest first; a run from the future tells that the clock was set back."""
    now = time.time()
    said = datetime.fromtimestamp(now, UTC).isoformat(timespec="seconds")
    installed = Path(__file__).stat().st_mtime
    if now < installed - _AHEAD_S:
        yield fail("clock", f"{said} is before this program was installed", "set the clock, by NTP for example")
        return
    newest = next(iter(runs), None)
    if newest is not None and _seconds(newest.created_at) > now + _AHEAD_S:
        why = f"{said} is before run {newest.run_id} was started: new runs sort below it"
        yield warn("clock", why, "set the clock, by NTP for example")
        return
    yield ok("clock", said)


def _seconds(at: str) -> float:
    try:
        return datetime.fromisoformat(at).timestamp()
    except ValueError:
        # An entry of a stranger's making says nothing about our clock.
        return 0.0
