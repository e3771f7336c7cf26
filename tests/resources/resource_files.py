"""Writing resource files for a test, and reading what is wrong with one."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from textwrap import dedent

import pytest

from crew_core.resources.agent_file import AgentFile, read_agent
from crew_core.resources.faults import Fault, ResourceError
from crew_core.resources.team_file import TeamFile, read_team
from crew_core.resources.workflow_file import WorkflowFile, read_workflow

READERS: dict[str, Callable[[Path], AgentFile | TeamFile | WorkflowFile]] = {
    "x.md": read_agent,
    "x.team.md": read_team,
    "x.workflow.md": read_workflow,
}


def put(path: Path, content: str | bytes) -> Path:
    """Write a file with all directories above it; text loses its common indentation."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(dedent(content).encode() if isinstance(content, str) else content)
    return path


def faults_of(path: Path) -> list[Fault]:
    """What is wrong with the file, which must be something."""
    reader = next(read for suffix, read in reversed(READERS.items()) if path.name.endswith(suffix[1:]))
    with pytest.raises(ResourceError) as caught:
        reader(path)
    return list(caught.value.faults)


def told(path: Path) -> list[str]:
    """The same as a person reads it, without the directory."""
    return [str(fault).removeprefix(f"{path.parent}/") for fault in faults_of(path)]
