"""Whether we are inside of a crew, and whether more may be started from here."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from crew_core.ops.checkup.finding import Finding, fail, ok, warn
from crew_core.ops.descent import descent
from crew_core.ops.errors import NotPermitted

_OURS = ("CREW_DEPTH", "CREW_MAX_DEPTH", "CREW_TETHER", "CREW_RUN_ID", "CREW_TASK_ID", "CREW_WORKER_ID")


def findings(environment: Mapping[str, str], configured: int) -> Iterator[Finding]:
    """``configured`` is the deepest level that the settings allow."""
    present = ", ".join(name for name in _OURS if name in environment)
    unset = f"unset {present.replace(',', '')}" if present else ""
    try:
        place = descent(environment, configured)
    except NotPermitted as error:
        yield fail("depth", error.why, unset)
        return
    if place.refusal is not None:
        yield fail("depth", place.refusal.why, f"raise limits.maxDepth, or leave the crew that we are in: {unset}")
    elif place.depth > 0:
        said = f"{place.depth} of {place.max_depth}: what is started here ends with the worker that we are in"
        yield warn("depth", said, "start crews from a shell of your own")
    elif present:
        yield warn("environment", f"{present} set, though we are in no crew", unset)
    else:
        yield ok("depth", f"0 of {place.max_depth}")
