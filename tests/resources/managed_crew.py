"""A person's own crew and a project's, for changes; and what is on disk, to compare."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from crew_core.store.layout import config_home
from tests.resources.resource_files import put


@dataclass(frozen=True)
class ManagedCrew:
    """``helper`` is an agent of the person, named by a team of theirs and by one of the project's."""

    project: Path

    @property
    def user(self) -> Path:
        return config_home()

    @property
    def crew(self) -> Path:
        return self.project / ".crew"

    @classmethod
    def make(cls, root: Path) -> ManagedCrew:
        made = cls(root)
        put(made.user / "agents" / "helper.md", "---\nname: helper\nskills: ways\n---\n\nHelp.\n")
        put(made.user / "teams" / "mine.team.md", "---\ndefaultWorkflow: flow\n---\n- helper: helps\n")
        put(made.user / "workflows" / "flow.workflow.md", "## s\nrole: helper\n\nHelp.\n")
        put(made.user / "skills" / "ways" / "SKILL.md", "---\nname: ways\n---\n\nSo.\n")
        put(made.user / "skills" / "ways" / "more" / "notes.txt", "notes\n")
        put(made.crew / "teams" / "theirs.team.md", "---\ndefaultWorkflow: flow\n---\n- helper: agent=helper\n")
        return made

    def everything(self) -> dict[str, str]:
        """Every file of both layers with its content."""
        files = [path for root in (self.user, self.crew) for path in root.rglob("*") if path.is_file()]
        return {str(path): path.read_text() for path in sorted(files)}
