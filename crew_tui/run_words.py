"""The words for a run: the same in the list, in filters and in the border."""

from __future__ import annotations

from crew_core.observe.slices import Liveness, RunRow

INTERRUPTED, UNKNOWN, FOREIGN, NEWER = "interrupted", "unknown", "foreign", "newer"


def fixed_word(row: RunRow) -> str:
    """Why nothing can be done to it from here: of another program, or of a newer crew-tui; empty for all others."""
    return FOREIGN if row.foreign else NEWER if row.newer else ""


def unread(row: RunRow) -> bool:
    """Only its name is known so far: its files have not been looked into yet."""
    return row.status is None and not row.problem and not row.created_at


def status_word(row: RunRow) -> str:
    """As it stands in the list; empty while it has not been read."""
    if row.live is Liveness.INTERRUPTED:
        return INTERRUPTED
    if row.status is None:
        return "" if unread(row) else UNKNOWN
    return row.status.value


def project_name(row: RunRow) -> str:
    """The last part of the project's path."""
    return row.project.rstrip("/").rpartition("/")[2] or row.project
