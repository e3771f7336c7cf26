"""Steps whose answers are verdicts, plans and lists, and the skills of a task: from files to what a run is told."""

from __future__ import annotations

from pathlib import Path

import pytest

from crew_core.model.plan import Edge, Wants
from crew_core.resources.catalogue import BUILTIN, Catalogue
from crew_core.resources.faults import ResourceError
from crew_core.resources.resolve import Resolved, resolve
from crew_core.resources.skill_choice import ROLE_SKILLS, chosen_skills
from crew_core.resources.skill_file import TOLD_CHARS, read_skill
from crew_core.resources.workflow_file import read_workflow
from tests.resources.resource_files import put, told


def _wants(tmp_path: Path, step: str) -> Wants:
    return read_workflow(put(tmp_path / "w.workflow.md", f"## a\n{step}")).steps[0].wants


@pytest.mark.parametrize("wants", list(Wants))
def test_a_step_wants_what_it_says(tmp_path: Path, wants: Wants) -> None:
    assert _wants(tmp_path, f"wants: {wants}\nverify: true\n") is wants


def test_pi_crews_words_for_a_verdict_and_a_plan_are_understood(tmp_path: Path) -> None:
    assert _wants(tmp_path, "verify: true\n\ntext\n") is Wants.VERDICT
    assert _wants(tmp_path, "verify: make test\n\ntext\n") is Wants.ANSWER
    marks = "role: x\n\nADAPTIVE_PLAN_JSON_START\n{}\nADAPTIVE_PLAN_JSON_END\n"
    assert _wants(tmp_path, marks) is Wants.PLAN
    assert _wants(tmp_path, f"wants: answer\n{marks}") is Wants.ANSWER


def test_a_fan_out_depends_on_the_step_whose_list_it_takes(tmp_path: Path) -> None:
    text = "## find\nwants: list\n\n## b\n\n## each\ndependsOn: b:any\nforEach: find\nmax: 50\n\n## same\n"
    text += "dependsOn: find\nforEach: find\n"
    _, _, each, same = read_workflow(put(tmp_path / "w.workflow.md", text)).steps
    assert [str(edge.policy) for edge in each.edges] == ["any", "success"]
    assert (each.edges[1], each.for_each, each.max_items) == (Edge("find"), "find", 50)
    assert (same.edges, same.max_items) == ((Edge("find"),), 12)


def test_a_fan_out_of_itself_is_told_at_its_own_line(tmp_path: Path) -> None:
    path = put(tmp_path / "x.workflow.md", "## a\nrole: b\nforEach: a\n")
    assert told(path) == ["x.workflow.md:3: step 'a' depends on itself; remove this dependency"]


def _crew(root: Path, team: str, workflow: str, agent: str = "") -> Resolved:
    put(root / "agents" / "x.md", f"---\nprogram: shell\n{agent}---\n")
    put(root / "teams" / "t.team.md", f"---\ndefaultWorkflow: w\n---\n{team}")
    put(root / "workflows" / "w.workflow.md", workflow)
    return resolve(Catalogue(root, None), "t", None, Path("/"))


def test_tasks_are_told_what_is_wanted_of_them(tmp_path: Path) -> None:
    resolved = _crew(
        tmp_path,
        "- a: agent=x\n- b: agent=x does b\n- c: agent=nobody\n",
        "## f\nrole: a\nwants: list\n\nx\n\n## e\nrole: a\nforEach: f\nmax: 4\n\nx\n",
    )
    find, each = resolved.tasks
    assert (find.wants, find.for_each, each.for_each, each.max_items) == (Wants.LIST, None, "01_f", 4)
    assert [(role.name, role.agent, role.description) for role in resolved.roles] == [
        ("a", "x", ""), ("b", "x", "does b"), ("c", "nobody", ""),
    ]  # fmt: skip
    assert list(resolved.agents) == ["x"]


def test_a_plan_may_use_every_role_so_all_their_agents_must_be_there(tmp_path: Path) -> None:
    with pytest.raises(ResourceError, match="role 'c': no agent 'nobody'"):
        _crew(tmp_path, "- a: agent=x\n- c: agent=nobody\n", "## p\nrole: a\nwants: plan\n\nx\n")
    resolved = _crew(tmp_path, "- a: agent=x\n- c: agent=writer\n", "## p\nrole: a\nwants: plan\n\nx\n")
    assert sorted(resolved.agents) == ["writer", "x"]


def test_skills_are_those_of_the_role_then_of_agent_team_and_step_each_once() -> None:
    own = ROLE_SKILLS["writer"]
    assert chosen_skills("writer", ["a"], ["b", "a"], ["c"]) == (*own, "a", "b", "c")
    assert chosen_skills("writer", ["a"], None, ["c"]) == ("a", "c")
    assert chosen_skills("writer", ["a"], ["b"], None) == ("a", "b")
    assert chosen_skills("nobody", [], [], []) == ()
    assert ROLE_SKILLS["writer"] == own


def test_a_run_takes_the_skills_along_and_says_which_are_missing(tmp_path: Path) -> None:
    mine = put(tmp_path / "skills" / "mine" / "SKILL.md", "---\ndescription: my way\n---\n\nDo it.\n")
    resolved = _crew(
        tmp_path,
        "- writer: agent=x skills=mine\n- a: agent=x skills=false\n",
        "## one\nrole: writer\nskills: safe-bash, saf-bash\n\nx\n\n## two\nrole: a\nskills: false\n\nx\n",
        "skills: MINE\n",
    )
    one, two = resolved.tasks
    assert one.skills == ("writing-reports", "mine", "safe-bash")
    assert two.skills == ("mine",)
    assert resolved.roles[0].skills == ("writing-reports", "mine")
    assert resolved.agents["x"].skills == ("mine",)
    assert (resolved.skills["mine"].text, resolved.skills["mine"].description) == ("Do it.", "my way")
    assert f"user: {mine}" in resolved.sources
    (notice,) = resolved.notices
    assert notice.endswith("step 'one': no skill 'saf-bash' (left out); did you mean 'safe-bash'?")


def test_front_matter_that_other_tools_write_into_skills_is_passed_over(tmp_path: Path) -> None:
    text = (
        "---\nname: x\ndescription: >-\n  Folded\n  lines\nlicense: MIT\nallowed-tools:\n  - a: b\n  - c\n"
        "metadata: {a: 1}\n---\n\nBody: text\n"
    )
    skill = read_skill(put(tmp_path / "x" / "SKILL.md", text))
    assert (skill.name, skill.description, skill.text, skill.line) == ("x", "Folded lines", "Body: text", 12)
    quoted = read_skill(put(tmp_path / "y" / "SKILL.md", '---\ndescription: "a: b"\n---\ntext'))
    assert (quoted.name, quoted.description) == ("y", "a: b")


def test_skills_that_are_built_in_fit_into_what_an_agent_is_told() -> None:
    found = [read_skill(path) for path in sorted((BUILTIN / "skills").glob("*/SKILL.md"))]
    assert {name for names in ROLE_SKILLS.values() for name in names} <= {skill.name for skill in found}
    for skill in found:
        assert len(skill.text) <= TOLD_CHARS
        assert skill.description
