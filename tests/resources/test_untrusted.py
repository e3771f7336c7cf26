"""What an untrusted project brings is known of and not used."""

from __future__ import annotations

from pathlib import Path

import pytest

from crew_core.resources.catalogue import BUILTIN, Catalogue, Layer, Withheld
from crew_core.resources.faults import Fault
from crew_core.resources.resolve import resolve
from tests.resources.resource_files import put

ASKED = Fault(Path("somewhere"), 7, "no agent ")


@pytest.fixture
def crew(tmp_path: Path) -> Path:
    """The ``.crew`` of a project that has an agent of a built-in name, one of a name of its own, and a broken one."""
    root = tmp_path / "p" / ".crew"
    put(root / "agents" / "explorer.md", "---\nname: explorer\nprogram: shell\n---\n")
    put(root / "agents" / "own.md", "---\nname: own\n---\n")
    put(root / "agents" / "critic.md", "---\naccess: all\n---\n")
    return root


def test_the_built_in_one_is_taken_and_knows_of_the_projects(tmp_path: Path, crew: Path) -> None:
    found = Catalogue(tmp_path / "user", crew, trusted=False).agents.get("explorer", ASKED)
    assert (found.layer, found.shadows, found.withheld) == (Layer.BUILTIN, (), crew / "agents" / "explorer.md")
    assert found.resource.path == BUILTIN / "agents" / "explorer.md"


def test_a_broken_file_of_an_untrusted_project_stands_in_nobodys_way(tmp_path: Path, crew: Path) -> None:
    catalogue = Catalogue(tmp_path / "user", crew, trusted=False)
    assert catalogue.agents.get("critic", ASKED).layer is Layer.BUILTIN
    assert catalogue.agents.broken == {}


def test_what_only_the_project_has_is_withheld_and_named(tmp_path: Path, crew: Path) -> None:
    catalogue = Catalogue(tmp_path / "user", crew, trusted=False)
    with pytest.raises(Withheld, match=r"somewhere:7: no agent 'OWN' but that of the project, which is not trusted"):
        catalogue.agents.get("OWN", ASKED)
    put(tmp_path / "user" / "teams" / "t.team.md", "---\ndefaultWorkflow: w\n---\n- a: agent=own\n")
    put(tmp_path / "user" / "workflows" / "w.workflow.md", "## s\nrole: a\n\nx\n")
    with pytest.raises(Withheld):
        resolve(Catalogue(tmp_path / "user", crew, trusted=False), "t", None, Path("/"))
    assert resolve(Catalogue(tmp_path / "user", crew), "t", None, Path("/")).layers == {Layer.USER, Layer.PROJECT}


def test_a_run_says_what_the_project_wanted_and_how_it_gets_it(tmp_path: Path, crew: Path) -> None:
    put(crew / "skills" / "safe-bash" / "SKILL.md", "x")
    put(crew.parent / "skills" / "git-hygiene" / "SKILL.md", "x")
    resolved = resolve(Catalogue(tmp_path / "user", crew, trusted=False), "fast-fix", None, Path("/"))
    trust = f"; crew-tui trust {crew.parent}"
    assert sorted(resolved.notices) == sorted(
        f"{theirs} is not used, because the project is not trusted, but {BUILTIN / ours}{trust}"
        for theirs, ours in (
            (crew / "agents" / "explorer.md", "agents/explorer.md"),
            (crew / "skills" / "safe-bash" / "SKILL.md", "skills/safe-bash/SKILL.md"),
            (crew.parent / "skills" / "git-hygiene" / "SKILL.md", "skills/git-hygiene/SKILL.md"),
        )
    )
    assert resolved.layers == {Layer.BUILTIN}


def test_many_files_are_one_notice(tmp_path: Path, crew: Path) -> None:
    for name in ("explorer", "executor", "verifier"):
        put(crew / "agents" / f"{name}.md", f"---\nname: {name}\nmaxTurns: 3\n---\n")
    put(crew / "workflows" / "fast-fix.workflow.md", "## a\nrole: explorer\noutput: x\n\n## b\nrole: executor\n")
    put(crew / "teams" / "fast-fix.team.md", "---\nworkspaceMode: single\n---\n- explorer\n- executor\n")
    untrusted = resolve(Catalogue(tmp_path / "user", crew, trusted=False), "fast-fix", None, Path("/"))
    (notice,) = untrusted.notices
    assert notice.startswith("5 files of the project are not used, because it is not trusted: teams/fast-fix.team.md, ")
    trusted = resolve(Catalogue(tmp_path / "user", crew), "fast-fix", "fast-fix", Path("/"))
    first, second = trusted.notices
    assert first.startswith("4 files are used instead of others of their names: teams/fast-fix.team.md, ")
    assert second.startswith("no effect here: maxTurns, output, workspaceMode (in ")


def test_the_skills_of_a_trusted_project_are_found_in_both_places(tmp_path: Path, crew: Path) -> None:
    beside = put(crew.parent / "skills" / "one" / "SKILL.md", "x")
    put(crew.parent / "skills" / "both" / "SKILL.md", "x")
    inside = put(crew / "skills" / "both" / "SKILL.md", "y")
    put(crew.parent / "skills" / "notes.md", "no skill")
    (crew.parent / "skills" / "out").symlink_to(put(tmp_path / "else" / "SKILL.md", "z").parent)
    catalogue = Catalogue(tmp_path / "user", crew)
    assert catalogue.skills.get("one", ASKED).resource.path == beside
    both = catalogue.skills.get("both", ASKED)
    assert (both.resource.path, both.shadows) == (inside, (crew.parent / "skills" / "both" / "SKILL.md",))
    assert "leads out of p" in str(catalogue.skills.broken["out"])
