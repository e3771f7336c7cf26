"""What the parsers understand."""

from __future__ import annotations

from pathlib import Path

import pytest

from crew_core.agents.script import script_of
from crew_core.model.plan import Edge, VerifyCommand
from crew_core.model.status import Access, EdgePolicy
from crew_core.resources.agent_file import read_agent
from crew_core.resources.front_matter import split_csv
from crew_core.resources.team_file import Role, read_team
from crew_core.resources.workflow_file import read_workflow
from tests.resources.resource_files import put


def test_an_agent_has_its_front_matter_and_a_prompt(tmp_path: Path) -> None:
    agent = read_agent(
        put(
            tmp_path / "file.md",
            """\
            ---
            name: checker
            # a comment
            description: Checks: this, and that
            program: shell
            access: read
            tools: read, "a, b", read,, bash
            model: false
            maxTurns: 6
            ---

            You check.

            ---

            And check again.
            """,
        )
    )
    assert (agent.name, agent.description, agent.program) == ("checker", "Checks: this, and that", "shell")
    assert (agent.access, agent.tools, agent.model) == (Access.READ, ("read", "a, b", "bash"), None)
    assert agent.system_prompt == "You check.\n\n---\n\nAnd check again."
    assert (agent.unused, agent.program_line, agent.disabled) == (("maxTurns",), 5, False)


@pytest.mark.parametrize("ends", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
def test_ends_of_lines_and_a_byte_order_mark_make_no_difference(tmp_path: Path, ends: str, mark: bytes) -> None:
    text = ends.join(["---", "name: a", "access: read", "--- ", "", "```sh", "x", "```"])
    agent = read_agent(put(tmp_path / "file.md", mark + text.encode()))
    assert (agent.name, agent.access, agent.system_prompt) == ("a", Access.READ, "```sh\nx\n```")


def test_an_agent_without_front_matter_is_its_prompt_and_may_write(tmp_path: Path) -> None:
    agent = read_agent(put(tmp_path / "helper.md", "\n---\n\nHelp.\n\n---\n"))
    assert (agent.name, agent.program, agent.access) == ("helper", None, Access.WRITE)
    assert agent.system_prompt == "---\n\nHelp.\n\n---"


def test_of_a_key_that_is_there_twice_the_last_one_counts(tmp_path: Path) -> None:
    assert read_agent(put(tmp_path / "a.md", "---\naccess: read\naccess: write\n---")).access is Access.WRITE


@pytest.mark.parametrize("line", ["disabled: true", "enabled: false"])
def test_an_agent_can_be_disabled_in_both_words(tmp_path: Path, line: str) -> None:
    assert read_agent(put(tmp_path / "a.md", f"---\n{line}\n---")).disabled


def test_a_team_has_the_list_items_that_begin_with_a_name(tmp_path: Path) -> None:
    team = read_team(
        put(
            tmp_path / "file.team.md",
            """\
            ---
            name: squad
            workflow: flow
            maxConcurrency: 2
            category: x
            ---
            Who we are:

            - lead: agent=boss  leads   the others  maxConcurrency=1
            - helper
            - tester : a=b tests model=fast skills=a,b
            - quiet: skills=false
            - this is prose
              - so is this
            ---

            ```
            - code: agent=none
            ```
            """,
        )
    )
    assert team.roles == (
        Role("lead", "boss", 9, workers=1, description="leads the others"),
        Role("helper", "helper", 10, names_agent=False),
        Role("tester", "tester", 11, model="fast", description="a=b tests", skills=("a", "b"), names_agent=False),
        Role("quiet", "quiet", 12, skills=None, names_agent=False),
    )
    assert (team.name, team.default_workflow, team.workflow_line, team.workers) == ("squad", "flow", 3, 2)
    assert team.unused == ("category", "model of role tester")


def test_a_step_has_settings_and_then_its_text(tmp_path: Path) -> None:
    flow = read_workflow(
        put(
            tmp_path / "file.workflow.md",
            """\
            About this workflow.

            ## first

            role: worker
            retries: 2
            timeout: 1.5m
            verify: test -e out
            verify: make check
            keepProcesses: true
            cwd: sub/dir
            output: false

            Text: with a colon

              indented
            ### deeper
            # higher

            ## second
            dependsOn: first
            """,
        )
    )
    first, second = flow.steps
    assert (first.id, first.line, first.role, first.retries, first.timeout_s) == ("first", 3, "worker", 2, 90.0)
    assert first.verify == (VerifyCommand("test -e out"), VerifyCommand("make check"))
    assert (first.keep_processes, first.cwd, first.unused) == (True, "sub/dir", ("output",))
    assert first.text == "Text: with a colon\n\n  indented\n### deeper\n# higher"
    assert (second.role, second.text, second.written) == ("second", "{goal}", False)
    assert (second.edges, second.edges_line) == ((Edge("first", EdgePolicy.SUCCESS),), 21)


@pytest.mark.parametrize(
    ("said", "seconds"), [("250ms", 0.25), ("90", 90), ("90s", 90), ("2 m", 120), ("8760h", 31_536_000)]
)
def test_times_have_units(tmp_path: Path, said: str, seconds: float) -> None:
    (step,) = read_workflow(put(tmp_path / "a.workflow.md", f"## a\ntimeout: {said}\n")).steps
    assert step.timeout_s == seconds


def test_every_edge_has_its_policy(tmp_path: Path) -> None:
    text = "## a\n\n## b\n\n## c\n\n## d\ndependsOn: a, b:any , c:optional, a:success\n"
    edges = read_workflow(put(tmp_path / "a.workflow.md", text)).steps[3].edges
    assert edges == (Edge("a"), Edge("b", EdgePolicy.ANY), Edge("c", EdgePolicy.OPTIONAL))


@pytest.mark.parametrize(
    ("opens", "closes"),
    [("```sh", "```"), ("~~~", "~~~"), ("````", "`````"), ("   ```", "``` "), ("~~~ a`b", "~~~"), ("~~~~", "  ~~~~")],
)
def test_a_heading_inside_a_fence_is_no_step_and_the_agent_runs_what_is_inside(
    tmp_path: Path, opens: str, closes: str
) -> None:
    code = "## no-step\nrole: x\n    ```\n``` x\n~~\n"
    text = f"## a\nrole: x\n\nSay this:\n\n{opens}\n{code}{closes}\n\n## b\nrole: x\n"
    steps = read_workflow(put(tmp_path / "a.workflow.md", text)).steps
    assert [step.id for step in steps] == ["a", "b"]
    assert "## no-step" in script_of(steps[0].text)
    assert "Say this" not in script_of(steps[0].text)


def test_backticks_in_a_line_open_no_block(tmp_path: Path) -> None:
    text = "## a\nrole: x\n\n```code``` in line\n    ```\n``\n\n## b\nrole: x\n"
    assert len(read_workflow(put(tmp_path / "a.workflow.md", text)).steps) == 2


def test_headings_without_settings_are_steps_when_they_look_like_ids_or_none_has_settings(tmp_path: Path) -> None:
    mixed = "## a\nrole: x\n\n## Notes\n\ntext\n\n## b-c\n\ntext\n"
    steps = read_workflow(put(tmp_path / "a.workflow.md", mixed)).steps
    assert [step.id for step in steps] == ["a", "b-c"]
    assert steps[0].text == "## Notes\n\ntext"
    plain = read_workflow(put(tmp_path / "b.workflow.md", "## One\n\nx\n\n## two\n\ny"))
    assert [(step.id, step.text) for step in plain.steps] == [("One", "x"), ("two", "y")]


def test_a_step_without_text_takes_its_task(tmp_path: Path) -> None:
    (step,) = read_workflow(put(tmp_path / "a.workflow.md", "## a\ntask: echo hi\n\n  \n")).steps
    assert (step.text, step.written) == ("echo hi", True)


def test_pi_crews_way_to_ask_for_a_verification_names_no_command(tmp_path: Path) -> None:
    (step,) = read_workflow(put(tmp_path / "a.workflow.md", "## a\nverify: true\n")).steps
    assert step.verify == ()


def test_quotes_protect_commas() -> None:
    assert split_csv(' a, "b, c" ,,a,"", d "e ') == ("a", "b, c", 'd "e')
