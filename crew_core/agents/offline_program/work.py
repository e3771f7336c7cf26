"""What a role is given: the packet, the directory, the tools, and the results of earlier tasks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from crew_core.agents.offline_program.earlier import Earlier
from crew_core.agents.offline_program.interruption import Interruption
from crew_core.agents.offline_program.page import Page
from crew_core.agents.offline_program.plain_text import shown
from crew_core.agents.offline_program.plan import Plan
from crew_core.agents.offline_program.stream import Stream
from crew_core.agents.offline_program.tool_run import Ended, Limits, ToolRun, run_tool
from crew_core.model.packet import TaskPacket


@dataclass(frozen=True, slots=True)
class Work:
    """One task at work. ``earlier_fault`` says why the inputs could not be read; empty when they could."""

    packet: TaskPacket
    root: Path
    page: Page
    stream: Stream
    interruption: Interruption
    earlier: tuple[Earlier, ...] = ()
    earlier_fault: str = ""

    @property
    def title(self) -> str:
        """What the directory is called; not where it is."""
        return shown(self.root.name or "/", 80)

    def tool(self, name: str, argv: Sequence[str], env: Mapping[str, str], limits: Limits, told: str = "") -> ToolRun:
        """Run a tool in the directory, and tell its start and end."""
        with self.stream.tool(name, shown(told or " ".join(argv[1:]), 400)) as use:
            run = run_tool(argv, cwd=self.root, env=env, limits=limits, interruption=self.interruption)
            use.failed = not run.ok and run.ended is not Ended.SAID_ENOUGH
            use.text = _ending(run)
        return run

    def probe(self, name: str, argv: Sequence[str], env: Mapping[str, str], limits: Limits, told: str = "") -> ToolRun:
        """The same for a question whose answer is the exit status: a no is no failure."""
        with self.stream.tool(name, shown(told or " ".join(argv[1:]), 400)) as use:
            run = run_tool(argv, cwd=self.root, env=env, limits=limits, interruption=self.interruption)
            use.text = "yes" if run.ok else "no"
        return run


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a role hands over besides its page: ``items`` for a list, ``verdict`` without its first word.

    ``verdict`` is empty for a role that verifies nothing by itself.
    """

    items: tuple[str, ...] = ()
    verdict: str = ""
    plan: Plan | None = None


def _ending(run: ToolRun) -> str:
    if run.ended is Ended.FINISHED:
        return f"exit status {run.status}" if run.status else ""
    return f"{run.ended}: {shown(run.error)}" if run.error else run.ended.value
