"""A project with a crew of its own, as a person would have it on disk, and its real runs."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from crew_core.ops.start import StartedRun, StartRequest, start_run
from crew_core.ops.trusting import trust
from crew_core.store.layout import RunLayout
from tests.engine.real_run import RealRun
from tests.resources.resource_files import put


@dataclass(frozen=True)
class CrewProject:
    """``team`` t with ``workflow`` w and roles ``reader`` and ``writer``, whose agents have program shell."""

    root: Path

    @classmethod
    def make(cls, root: Path) -> CrewProject:
        crew = root / ".crew"
        for name, access in (("reader", "read"), ("scribe", "write")):
            put(crew / "agents" / f"{name}.md", f"---\nprogram: shell\naccess: {access}\n---\n")
        put(crew / "teams" / "t.team.md", "---\ndefaultWorkflow: w\n---\n- reader\n- writer: agent=scribe\n")
        return cls(root).with_steps("## only\nrole: reader\nretries: 0\n\n```sh\necho fine\n```\n")

    def with_steps(self, text: str) -> CrewProject:
        put(self.root / ".crew" / "workflows" / "w.workflow.md", text)
        return self

    def trusted(self) -> CrewProject:
        trust(self.root)
        return self

    def request(self, **other: object) -> StartRequest:
        fields = {"goal": "try it", "cwd": self.root, "team": "t"} | other
        return StartRequest(**fields)  # type: ignore[arg-type]

    def start(self, **other: object) -> RealRun:
        return run_of(start_run(self.request(**other)))


def run_of(started: StartedRun) -> RealRun:
    return RealRun(RunLayout(started.path))


def until_ended(run: RealRun) -> str:
    """Waits for the end; returns the status of the run."""
    run.until(lambda: run.state().run.status.ended)
    return str(run.state().run.status)
