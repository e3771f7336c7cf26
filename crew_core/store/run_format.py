"""The format of a run: one that a newer crew-tui has written can be read, and is never changed."""

from __future__ import annotations

from crew_core.store.errors import Corrupt, NewerFormat
from crew_core.store.layout import RunLayout
from crew_core.store.snapshot import check_format


def newer_format(layout: RunLayout) -> NewerFormat | None:
    """What says that the run is of a newer format than ours; None when nothing does, also where files are damaged.

    The manifest comes first: it is small, and written by every version that takes the run.
    """
    for path in (layout.manifest, layout.plan, layout.tasks, layout.agents):
        try:
            check_format(path, path.read_bytes())
        except NewerFormat as newer:
            return newer
        except (OSError, Corrupt):
            # What cannot be read says nothing of its format; whoever needs it tells that it is damaged.
            continue
    return None


def refuse_newer(layout: RunLayout) -> None:
    """:raises NewerFormat: the run may not be written to."""
    newer = newer_format(layout)
    if newer is not None:
        raise newer
