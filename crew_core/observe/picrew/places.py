"""Where the files of a run of pi-crew lie: paths only, nothing is touched.

``<crew>/state/runs/<run>/`` holds the state, ``<crew>/artifacts/<run>/`` the artifacts; ``<crew>`` is ``.crew`` or
``.pi/teams`` of a project, or pi-crew's own directory in the home directory.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from crew_core.store.layout import is_safe_id

MANIFEST = "manifest.json"
TASKS = "tasks.json"
EVENTS = "events.jsonl"
SEQUENCE = "events.jsonl.seq"
AGENTS = "agents.json"
ASYNC_PID = "async.pid"
MAILBOX = "mailbox"
DELIVERY = "delivery.json"

#: Where pi-crew keeps the runs of a project, below it.
IN_PROJECT = ((".crew", "state", "runs"), (".pi", "teams", "state", "runs"))

#: Where pi-crew keeps the runs that belong to no project, below the home directory.
USER_CREW = (".pi", "agent", "extensions", "pi-crew")


@dataclass(frozen=True, slots=True)
class PicrewPlaces:
    """Paths of one run. What a task id would lead out of the tree is no path at all."""

    run: Path

    @property
    def crew(self) -> Path | None:
        """The directory that holds state and artifacts; None when the run directory stands alone."""
        runs = self.run.parent
        return runs.parent.parent if (runs.name, runs.parent.name) == ("runs", "state") else None

    @property
    def project(self) -> Path | None:
        """The project that the run lies in now, which need not be where it was recorded."""
        crew = self.crew
        if crew is None or crew.parts[-len(USER_CREW) :] == USER_CREW:
            return None
        return crew.parent.parent if (crew.name, crew.parent.name) == ("teams", ".pi") else crew.parent

    @property
    def artifacts(self) -> Path | None:
        crew = self.crew
        return None if crew is None else crew / "artifacts" / self.run.name

    def below_artifacts(self, recorded: str) -> str | None:
        """A recorded absolute path as one relative to the artifacts of this run, wherever they lie now."""
        mark = f"/artifacts/{self.run.name}/"
        _, found, rest = recorded.replace("\\", "/").rpartition(mark)
        parts = rest.split("/")
        if not found or not rest or any(part in ("", ".", "..") for part in parts):
            return None
        return rest


def is_task_id(name: str) -> bool:
    """It can be part of a path."""
    return is_safe_id(name)
