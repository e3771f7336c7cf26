"""A whole run by the command line: a crew whose members are different programs, and what is shown of each."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from crew_core.model.state import RunState
from crew_core.model.status import RunStatus, TaskStatus
from crew_core.observe.reading import RunReader
from crew_core.ops.trusting import trust
from tests.agents_real.programs import PROGRAMS, Program
from tests.agents_real.trial import Gate
from tests.cli.program import Project
from tests.model_server import Bill, ModelServer, total
from tests.model_server.conversation import Speaker
from tests.worker.real_attempt import wait_until

pytestmark = [pytest.mark.agents, pytest.mark.timeout(400), pytest.mark.usefixtures("no_process_left")]

PATIENCE_S = 180.0

#: Fewer are no mixture.
LEAST = 4

#: Theirs is known: Claude Code tells its cost, pi and opencode have been told a price, and Gemini's is in our table.
WITHOUT_A_PRICE = ("builtin", "codex")


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


def _set_up(programs: Sequence[Program], url: str, home: Path, patch: pytest.MonkeyPatch) -> None:
    """As a person does: programs in the settings, their own files at home, keys in the environment."""
    settings = ""
    for program in programs:
        variables = ", ".join(f"{name} = {json.dumps(value)}" for name, value in program.env(url).items())
        command = f"command = {json.dumps(program.command)}\n" if program.command else ""
        settings += f"[programs.{program.name}]\n{command}env = {{ {variables} }}\n"
        for path, content in program.state(url).items():
            _write(home / f"{program.home}{path}", content)
        for name, value in program.environment.items():
            patch.setenv(name, value)
    _write(home / ".config" / "crew-tui" / "config.toml", settings)


def _crew(project: Project, programs: Sequence[Program]) -> dict[str, Gate]:
    """A team with one member for each, who work one after the other, each with a tool that waits at a gate."""
    roles, steps, gates, before = "", "", {}, ""
    for program in programs:
        name = program.name
        gates[name] = Gate(project.path / "gates" / name)
        agent = f"name: {name}\ndescription: works with it\nprogram: {name}\nmodel: {program.model}\naccess: write"
        project.write(f"agents/{name}.md", f"---\n{agent}\n---\n\nYou are one of a crew.\n")
        roles += f"- {name}: agent={name} works\n"
        waits = f"dependsOn: {before}\n" if before else ""
        steps += f"\n## {name}\nrole: {name}\n{waits}\nWait. [[scn:bash who={name} cmd={gates[name].command}]]\n"
        before = name
    head = "---\nname: mixed\ndescription: all kinds of programs\n"
    project.write("teams/mixed.team.md", f"{head}defaultWorkflow: mixed\n---\n\n{roles}")
    project.write("workflows/mixed.workflow.md", f"{head}---\n{steps}")
    trust(project.path)
    return gates


def _state(run_dir: Path) -> RunState | None:
    return RunReader(run_dir).read().state


def _billed(server: ModelServer, name: str) -> Bill:
    """For the requests of this one's conversation."""
    theirs = [one for one in server.served if f"who={name} " in "\n".join(one.conversation.said_by(Speaker.USER))]
    return total(one.bill for one in theirs if not one.aside)


def _row(page: str, name: str) -> str:
    """The dashboard's line about the member of that name."""
    (line,) = [line for line in page.splitlines() if line.split()[1:2] == [name]]
    return line


def test_a_crew_of_different_programs(tmp_path: Path, own_home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    programs = [program for program in PROGRAMS if program.missing() is None]
    if len(programs) < LEAST:
        pytest.skip(f"only these are there: {', '.join(program.name for program in programs)}")
    project = Project(tmp_path / "project")
    (project.path / ".crew").mkdir(parents=True)
    with ModelServer() as server:
        _set_up(programs, server.url, own_home, monkeypatch)
        gates = _crew(project, programs)
        started = project.crew("run", "Show that they work together", "--team", "mixed", "--detach")
        assert started.status == 0, started.err
        run_dir = project.run_dir(started.out.strip())
        for name, gate in gates.items():
            _until_its_tool_runs(run_dir, name)
            print(project.crew("--plain").out, file=sys.stderr)
            gate.open()
        wait_until(lambda: (state := _state(run_dir)) is not None and state.run.status.ended)
    state = _state(run_dir)
    assert state is not None
    assert state.run.status is RunStatus.COMPLETED
    page = project.crew("--plain").out
    print(page, file=sys.stderr)


def _until_its_tool_runs(run_dir: Path, name: str) -> None:
    def runs() -> bool:
        state = _state(run_dir)
        task = state.tasks.get(name) if state else None
        assert task is None or task.status is not TaskStatus.FAILED, task
        return bool(task and task.agent_progress and task.agent_progress.current_tool)

    wait_until(runs)
