"""A whole run by the command line: a crew whose members are different programs, and what is shown of each."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import pytest

from crew_core.model.state import RunState, Task
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

#: Fewer are no mixture.
LEAST = 4

#: Of these models nobody has told a price, and the programs tell no cost.
WITHOUT_A_PRICE = ("builtin", "codex", "acp:codex", "acp:qwen", "acp:copilot")


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


def _set_up(programs: Sequence[Program], url: str, home: Path, patch: pytest.MonkeyPatch) -> None:
    """As a person does: programs in the settings, their own files at home, keys in the environment."""
    settings = ""
    for program in programs:
        variables = ", ".join(f"{name} = {json.dumps(value)}" for name, value in program.env(url).items())
        command = f"command = {json.dumps(program.command)}\n" if program.command else ""
        settings += f"[programs.{json.dumps(program.name)}]\n{command}env = {{ {variables} }}\n"
        for path, content in program.state(url).items():
            _write(home / f"{program.home}{path}", content)
        for name, value in program.environment.items():
            patch.setenv(name, value)
    _write(home / ".config" / "crew-tui" / "config.toml", settings)


def _member(program: Program) -> str:
    """What it is called in the crew."""
    return program.name.replace(":", "-")


def _crew(project: Project, programs: Sequence[Program]) -> dict[str, Gate]:
    """A team with one member for each, who work one after the other, each with a tool that waits at a gate."""
    roles, steps, gates, before = "", "", {}, ""
    for program in programs:
        name = _member(program)
        gates[name] = Gate(project.path / "gates" / name)
        agent = f"program: {program.name}\nmodel: {program.model}\naccess: write"
        project.write(f"agents/{name}.md", f"---\nname: {name}\n{agent}\n---\n\nYou are one of a crew.\n")
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


def _task(state: RunState, name: str) -> Task:
    """The one whose step has that name."""
    (task,) = [task for task in state.tasks.values() if task.step_id == name]
    return task


def _billed(server: ModelServer, name: str) -> Bill:
    """For the requests of this one's conversation."""
    theirs = [one for one in server.main if f"who={name} " in "\n".join(one.conversation.said_by(Speaker.USER))]
    return total(one.bill for one in theirs)


def _row(project: Project, task: Task) -> str:
    """The dashboard's line about it, among the agents."""
    shown = project.crew("--plain").out.partition("\nAgents of ")[2].partition("\nProgress of ")[0]
    (line,) = [line for line in shown.splitlines() if line.split()[1:2] == [task.id]]
    return line


def test_a_crew_of_different_programs(tmp_path: Path, own_home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    programs = [program for program in PROGRAMS if program.missing() is None and program.abilities.usage]
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
            working = _with_its_tool_at_work(run_dir, name)
            row = _row(project, working)
            assert "running" in row
            # The adapter of Codex says what a command does, where it knows it.
            assert any(f" {_tool_of(working)} {told} " in row for told in ("cat", "Read file")), row
            gate.open()
        wait_until(lambda: (state := _state(run_dir)) is not None and state.run.status.ended)
    state = _state(run_dir)
    assert state is not None
    assert state.run.status is RunStatus.COMPLETED
    for program in programs:
        task = _task(state, _member(program))
        _accounted(program, task, _billed(server, _member(program)))
        _shown(task, _row(project, task))


def _with_its_tool_at_work(run_dir: Path, name: str) -> Task:
    seen: list[Task] = []

    def at_work() -> bool:
        state = _state(run_dir)
        seen[:] = [_task(state, name)] if state else []
        assert not any(task.status is TaskStatus.FAILED for task in seen), seen
        return any(_tool_of(task) for task in seen)

    wait_until(at_work, lambda: str(seen))
    return seen[0]


def _tool_of(task: Task) -> str | None:
    return task.agent_progress.current_tool if task.agent_progress else None


def _accounted(program: Program, task: Task, billed: Bill) -> None:
    """Model and tokens of the task are what the server billed; the cost is unknown where nobody knows a price."""
    assert task.status is TaskStatus.COMPLETED
    assert task.attempts[-1].model
    used = task.used
    assert not used.tokens_unknown
    assert bool(used.cost_unknown) is (program.name in WITHOUT_A_PRICE)
    assert bool(used.cost_nano) is (program.name not in WITHOUT_A_PRICE)
    assert (used.input, used.cache_read, used.output) == (billed.input, billed.cache_read, billed.output)


def _shown(task: Task, row: str) -> None:
    model = task.attempts[-1].model
    assert model is not None
    assert model.rpartition("/")[2] in row
    *_, tokens, cost, _took = row.split()
    assert tokens != "?"
    assert (cost == "?") is bool(task.used.cost_unknown)
