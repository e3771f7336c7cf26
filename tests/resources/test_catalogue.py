"""Which of several files a name means, and what stands in the way of one."""

from __future__ import annotations

from pathlib import Path

import pytest

from crew_core.model.status import Access
from crew_core.resources.catalogue import BUILTIN, Catalogue, Layer
from crew_core.resources.faults import Fault, ResourceError
from crew_core.resources.resolve import resolve
from crew_core.resources.runnable import unrunnable
from crew_core.resources.team_file import read_team
from tests.resources.resource_files import put

ASKED = Fault(Path("somewhere"), 7, "no agent ")


def _agent(directory: Path, name: str, more: str = "", file: str | None = None) -> Path:
    return put(directory / "agents" / f"{file or name}.md", f"---\nname: {name}\nprogram: shell\n{more}---\n")


def _crew(directory: Path, team: str = "- a: agent=a\n", workflow: str = "## s\nrole: a\n\necho\n") -> None:
    put(directory / "teams" / "t.team.md", f"---\ndefaultWorkflow: w\n---\n{team}")
    put(directory / "workflows" / "w.workflow.md", workflow)


def _why(catalogue: Catalogue, team: str = "t", workflow: str | None = None) -> list[str]:
    with pytest.raises(ResourceError) as caught:
        resolve(catalogue, team, workflow, Path("/"))
    return [str(fault) for fault in caught.value.faults]


def test_a_later_layer_is_taken_and_says_what_it_hides(tmp_path: Path) -> None:
    user, project = tmp_path / "user", tmp_path / "p" / ".crew"
    _agent(user, "mapper")
    mine = _agent(project, "Mapper", file="other")
    found = Catalogue(user, project).agents.get("MAPPER", ASKED)
    assert (found.resource.path, found.layer) == (mine, Layer.PROJECT)
    assert found.shadows == (BUILTIN / "agents" / "mapper.md", user / "agents" / "mapper.md")


def test_a_broken_file_is_an_error_for_whoever_asks_for_its_name_and_hides_the_one_below(tmp_path: Path) -> None:
    _agent(tmp_path, "mapper", "access: none\n", file="other")
    _agent(tmp_path, "fine")
    catalogue = Catalogue(tmp_path, None)
    assert catalogue.agents.get("fine", ASKED).resource.name == "fine"
    with pytest.raises(ResourceError, match=r"agents/other\.md:4: access is 'none'"):
        catalogue.agents.get("mapper", ASKED)
    with pytest.raises(ResourceError, match="somewhere:7: no agent 'quite'; there is: analyst, critic, executor"):
        catalogue.agents.get("quite", ASKED)


def test_a_good_file_in_a_later_layer_hides_a_broken_one(tmp_path: Path) -> None:
    _agent(tmp_path / "user", "a", "access: none\n")
    _agent(tmp_path / ".crew", "a")
    assert Catalogue(tmp_path / "user", tmp_path / ".crew").agents.get("a", ASKED).layer is Layer.PROJECT


def test_two_files_of_one_layer_with_one_name_are_refused(tmp_path: Path) -> None:
    first = _agent(tmp_path, "a", file="1")
    second = _agent(tmp_path, "A", file="2")
    with pytest.raises(ResourceError, match=f"{second}:1: agent 'A' is in {first} too; rename one of them"):
        Catalogue(tmp_path, None).agents.get("a", ASKED)


def test_what_is_no_resource_is_passed_over(tmp_path: Path) -> None:
    for name in (".hidden.md", "a.txt", "b.team.md", "c.md~"):
        put(tmp_path / "agents" / name, "x")
    (tmp_path / "agents" / "directory.md").mkdir()
    put(tmp_path / "agents" / "deeper" / "d.md", "x")
    catalogue = Catalogue(tmp_path, None)
    assert sorted(catalogue.agents.found) == sorted(path.stem for path in (BUILTIN / "agents").iterdir())
    with pytest.raises(ResourceError, match=r"directory\.md:1: is no regular file"):
        catalogue.agents.get("directory", ASKED)


def test_names_of_files_may_have_any_characters_when_the_name_inside_is_an_id(tmp_path: Path) -> None:
    _agent(tmp_path, "a", file="o d\nd ü")
    assert Catalogue(tmp_path, None).agents.get("a", ASKED).resource.name == "a"


def test_a_directory_that_cannot_be_listed_is_told_to_whoever_misses_something(tmp_path: Path) -> None:
    put(tmp_path / "agents", "no directory")
    with pytest.raises(ResourceError, match=r"no agent 'a'.*\n.*agents cannot be read: Not a directory"):
        Catalogue(tmp_path, None).agents.get("a", ASKED)


def test_a_link_out_of_a_project_is_refused_and_one_inside_or_of_the_persons_own_is_followed(tmp_path: Path) -> None:
    outside = _agent(tmp_path / "elsewhere", "a")
    project = tmp_path / ".crew"
    _agent(project / "shared", "b")
    (project / "agents").mkdir()
    (project / "agents" / "a.md").symlink_to(outside)
    (project / "agents" / "b.md").symlink_to(Path("../shared/agents/b.md"))
    catalogue = Catalogue(tmp_path / "user", project)
    assert catalogue.agents.get("b", ASKED).layer is Layer.PROJECT
    with pytest.raises(ResourceError, match=r"a\.md:1: is a link that leads out of \.crew, to .*elsewhere"):
        catalogue.agents.get("a", ASKED)
    assert Catalogue(project, None).agents.get("a", ASKED).layer is Layer.USER


def test_a_linked_directory_of_a_project_is_not_looked_into(tmp_path: Path) -> None:
    _agent(tmp_path / "elsewhere", "a")
    (tmp_path / ".crew").mkdir()
    (tmp_path / ".crew" / "agents").symlink_to(tmp_path / "elsewhere" / "agents")
    with pytest.raises(ResourceError, match=r"agents is a link, which a project's may not be"):
        Catalogue(tmp_path / "user", tmp_path / ".crew").agents.get("a", ASKED)


def test_what_is_missing_is_said_where_it_is_asked_for(tmp_path: Path) -> None:
    _crew(tmp_path, "- a: agent=linterr\n- b: agent=mapper\n", "## s\nrole: c\n\n## t\nrole: a\n")
    catalogue = Catalogue(tmp_path, None)
    assert _why(catalogue, "demmo") == ["no team 'demmo'; did you mean 'demo'?"]
    (why,) = _why(catalogue, "t", "v")
    assert why.startswith("no workflow 'v'; there is: default, demo")
    team, flow = tmp_path / "teams" / "t.team.md", tmp_path / "workflows" / "w.workflow.md"
    assert _why(catalogue) == [
        f"{flow}:1: step 's' needs role 'c', which team 't' does not have; there is: a, b",
        f"{team}:4: role 'a': no agent 'linterr'; did you mean 'linter'?",
    ]
    put(team, "---\ndefaultWorkflow: demmo\n---\n- a\n")
    assert _why(Catalogue(tmp_path, None)) == [f"{team}:2: no workflow 'demmo'; did you mean 'demo'?"]


def test_only_agents_in_use_are_asked_for(tmp_path: Path) -> None:
    _crew(tmp_path, "- a: agent=mapper\n- b: agent=nobody\n")
    resolved = resolve(Catalogue(tmp_path, None), "t", None, Path("/"))
    assert list(resolved.agents) == ["mapper"]


def test_a_disabled_agent_cannot_be_used_and_hides_the_one_below(tmp_path: Path) -> None:
    _crew(tmp_path, "- a: agent=mapper\n")
    path = _agent(tmp_path, "mapper", "disabled: true\n")
    why = _why(Catalogue(tmp_path, None))
    assert why == [f"{tmp_path}/teams/t.team.md:4: role 'a': agent 'mapper' is disabled; enable it in {path}"]


def test_tasks_have_everything_of_steps_roles_and_agents(tmp_path: Path) -> None:
    _agent(tmp_path, "x", "access: read\ntools: a, b\n")
    _crew(
        tmp_path,
        "- a: agent=X maxConcurrency=2\n- b: agent=x model=big\n",
        "## one\nrole: a\nretries: 0\ncwd: sub\n\nx\n\n## two\nrole: b\ndependsOn: one:any\nreads: y\n\ny\n",
    )
    resolved = resolve(Catalogue(tmp_path, None), "t", None, Path("/repo"))
    one, two = resolved.tasks
    assert (one.id, one.agent, one.cwd, one.max_retries) == ("01_one", "x", "/repo/sub", 0)
    assert (two.id, two.max_retries, two.edges[0].task, two.edges[0].policy) == ("02_two", 1, "01_one", "any")
    assert (resolved.agents["x"].access, resolved.agents["x"].tools) == (Access.READ, ("a", "b"))
    assert resolved.role_workers == {"a": 2}
    assert resolved.layers == {Layer.USER}
    assert resolved.notices == (
        f"{tmp_path}/teams/t.team.md: no effect here: model of role b",
        f"{tmp_path}/workflows/w.workflow.md: no effect here: reads",
    )


def test_what_a_team_says_about_when_to_take_it_has_an_effect(tmp_path: Path) -> None:
    front = "---\ntriggers: a\nuseWhen: b\navoidWhen: c\ncost: d\n---\n"
    path = put(tmp_path / "teams" / "t.team.md", f"{front}- explorer\n")
    assert read_team(path).unused == ("cost",)


def test_hiding_another_file_is_a_notice(tmp_path: Path) -> None:
    mine = _agent(tmp_path, "mapper")
    resolved = resolve(Catalogue(tmp_path, None), "demo", None, Path("/"))
    assert resolved.notices == (f"{mine} is used instead of {BUILTIN}/agents/mapper.md",)


def test_what_no_program_can_carry_out_is_said_with_its_line(tmp_path: Path) -> None:
    put(tmp_path / "agents" / "odd.md", "---\nname: odd\nprogram: shel\n---\n")
    _agent(tmp_path, "sh")
    roles = "- b: agent=odd\n- c: agent=sh\n"
    _crew(tmp_path, roles, "## t\nrole: b\n\n## u\nrole: c\nverify: true\n")
    resolved = resolve(Catalogue(tmp_path, None), "t", None, Path("/"))
    assert [str(fault).removeprefix(f"{tmp_path}/") for fault in unrunnable(resolved, ["shell"])] == [
        "agents/odd.md:3: agent 'odd': program 'shel' is not known; did you mean 'shell'?",
        "workflows/w.workflow.md:4: step 'u' gives its shell agent no script; "
        "add a fenced code block below its settings",
    ]


def test_everything_built_in_resolves_without_a_notice(tmp_path: Path) -> None:
    catalogue = Catalogue(tmp_path, None)
    assert catalogue.teams.names() == [
        "default", "demo", "fast-fix", "implementation", "parallel-research", "research", "review",
    ]  # fmt: skip
    for team in catalogue.teams.names():
        resolved = resolve(catalogue, team, None, tmp_path)
        assert resolved.notices == ()
        assert unrunnable(resolved, ["shell"]) == []


CORPUS = Path(__file__).parents[3] / "shared" / "fixtures" / "picrew" / "init-project"


@pytest.mark.corpus
@pytest.mark.skipif(not CORPUS.is_dir(), reason="the corpus is not here")
def test_a_pi_crew_project_loads_as_it_is(tmp_path: Path) -> None:
    catalogue = Catalogue(tmp_path, CORPUS / ".crew")
    for shelf in (catalogue.teams, catalogue.workflows, catalogue.agents):
        assert shelf.broken == {}
    assert sum(found.layer is Layer.PROJECT for found in catalogue.agents.found.values()) == 10
    for team in catalogue.teams.names():
        resolved = resolve(catalogue, team, None, tmp_path)
        assert len(resolved.tasks) == len(resolved.workflow.steps) > 0
    implementation = resolve(catalogue, "implementation", None, tmp_path)
    assert implementation.workers == 3
    assert "\n- Include verification/review tasks" in implementation.tasks[0].text
