"""Making, renaming, deleting and taking back: what follows, what is refused, what is kept."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from crew_core.ops.editing import begin_edit, finish_edit
from crew_core.ops.errors import InputWrong, NotFound, NotPermitted, OpsError
from crew_core.ops.managing import delete_resource, new_resource, rename_resource, undo
from crew_core.ops.resources import Usable, list_resources, show_resource
from crew_core.ops.trusting import trust
from crew_core.ops.validating import validate
from crew_core.resources.catalogue import BUILTIN, Layer
from crew_core.resources.kinds import Kind
from tests.resources.managed_crew import ManagedCrew
from tests.resources.resource_files import put


@pytest.fixture
def mine(tmp_path: Path) -> ManagedCrew:
    made = ManagedCrew.make(tmp_path / "p")
    trust(made.project)
    return made


@pytest.mark.parametrize("kind", list(Kind))
def test_what_is_made_is_right_as_it_stands_and_can_be_taken_back(mine: ManagedCrew, kind: Kind) -> None:
    before = mine.everything()
    changed = new_resource(mine.project, kind, "fresh", Layer.USER)
    (made,) = changed.files
    assert (made.path, made.how) == (kind.file(mine.user, "fresh"), "made")
    assert not validate(mine.project).failed
    assert show_resource(mine.project, kind, "fresh").entry.layer is Layer.USER
    assert undo(kind).name == "new fresh"
    assert mine.everything() == before
    assert not (mine.user / "skills" / "fresh").exists()


def test_a_change_to_a_project_ends_its_trust_and_says_so(mine: ManagedCrew) -> None:
    changed = new_resource(mine.project, Kind.AGENT, "explorer", Layer.PROJECT)
    assert changed.notices == (
        f"is used instead of {BUILTIN / 'agents' / 'explorer.md'}",
        f"{mine.project} is not trusted any more, because its files have changed; crew-tui trust {mine.project}",
    )
    entry = show_resource(mine.project, Kind.AGENT, "explorer").entry
    assert (entry.layer, entry.withheld) == (Layer.BUILTIN, mine.crew / "agents" / "explorer.md")
    trust(mine.project)
    entry = show_resource(mine.project, Kind.AGENT, "explorer").entry
    assert (entry.layer, entry.shadows) == (Layer.PROJECT, (BUILTIN / "agents" / "explorer.md",))


def test_a_change_to_a_skill_beside_the_crew_ends_the_trust_too(mine: ManagedCrew) -> None:
    put(mine.project / "skills" / "craft" / "SKILL.md", "---\nname: craft\n---\n\nSo.\n")
    trust(mine.project)
    changed = rename_resource(mine.project, Kind.SKILL, "craft", "trade")
    assert changed.notices == (
        f"{mine.project} is not trusted any more, because its files have changed; crew-tui trust {mine.project}",
    )


def test_a_change_to_a_skill_of_the_persons_is_no_matter_of_trust(mine: ManagedCrew) -> None:
    assert rename_resource(mine.project, Kind.SKILL, "ways", "means").notices == ()


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("undo", "'undo' is a word of this command"),
        ("a b", "'a b' is no name"),
        ("Helper", "agent 'Helper' is there already"),
        ("odd", "is there already"),
    ],
)
def test_names_that_no_new_one_can_have(mine: ManagedCrew, name: str, told: str) -> None:
    (mine.user / "agents" / "odd.md").symlink_to("nowhere")
    with pytest.raises(InputWrong, match=told):
        new_resource(mine.project, Kind.AGENT, name, Layer.USER)


def test_without_a_project_there_is_no_projects_layer(tmp_path: Path) -> None:
    with pytest.raises(InputWrong, match="--project: here is no project"):
        new_resource(tmp_path, Kind.AGENT, "a", Layer.PROJECT)


def test_references_follow_a_new_name_and_come_back_with_the_old_one(mine: ManagedCrew) -> None:
    before = mine.everything()
    changed = rename_resource(mine.project, Kind.AGENT, "HELPER", "hand")
    assert [(file.path.name, file.how) for file in changed.files] == [
        ("hand.md", "made"), ("mine.team.md", "changed"), ("theirs.team.md", "changed"), ("helper.md", "removed"),
    ]  # fmt: skip
    text = mine.everything()
    assert text[str(mine.user / "agents" / "hand.md")].startswith("---\nname: hand\n")
    assert text[str(mine.user / "teams" / "mine.team.md")].endswith("- helper: agent=hand helps\n")
    assert text[str(mine.crew / "teams" / "theirs.team.md")].endswith("- helper: agent=hand\n")
    assert validate(mine.project).findings == ()
    assert undo(Kind.AGENT).name == "rename helper hand"
    assert mine.everything() == before


def test_a_workflow_and_a_skill_with_all_its_files_are_renamed_too(mine: ManagedCrew) -> None:
    before = mine.everything()
    rename_resource(mine.project, Kind.WORKFLOW, "flow", "stream")
    rename_resource(mine.project, Kind.SKILL, "ways", "habits")
    text = mine.everything()
    assert "defaultWorkflow: stream" in text[str(mine.crew / "teams" / "theirs.team.md")]
    assert "skills: habits" in text[str(mine.user / "agents" / "helper.md")]
    assert text[str(mine.user / "skills" / "habits" / "more" / "notes.txt")] == "notes\n"
    assert not (mine.user / "skills" / "ways").exists()
    assert validate(mine.project).findings == ()
    undo(Kind.SKILL)
    undo(Kind.WORKFLOW)
    assert mine.everything() == before
    assert not (mine.user / "skills" / "habits").exists()


def test_a_persons_own_files_do_not_follow_a_project_when_they_find_another_one(mine: ManagedCrew) -> None:
    put(mine.crew / "agents" / "helper.md", "---\nname: helper\n---\n")
    changed = rename_resource(mine.project, Kind.AGENT, "helper", "hand")
    assert [file.path.name for file in changed.files] == ["hand.md", "theirs.team.md", "helper.md"]
    assert changed.notices[0] == f"{mine.user}/teams/mine.team.md:4 still names helper, which is there in another layer"


def test_what_is_built_in_or_a_link_or_taken_is_not_renamed(mine: ManagedCrew) -> None:
    with pytest.raises(NotPermitted, match=r"agent 'explorer' is built in; crew-tui agents edit explorer"):
        rename_resource(mine.project, Kind.AGENT, "explorer", "scout")
    (mine.user / "agents" / "link.md").symlink_to(put(mine.user / "elsewhere.md", "---\nname: link\n---\n"))
    with pytest.raises(NotPermitted, match="is a link to"):
        rename_resource(mine.project, Kind.AGENT, "link", "other")
    put(mine.user / "agents" / "second.md", "---\nname: second\n---\n")
    with pytest.raises(InputWrong, match="agent 'helper' is there already"):
        rename_resource(mine.project, Kind.AGENT, "second", "helper")
    with pytest.raises(NotFound, match="no agent 'helpr'; did you mean 'helper'"):
        rename_resource(mine.project, Kind.AGENT, "helpr", "x")
    with pytest.raises(NotFound, match="no agent 'helper' in the project layer; there is one in"):
        rename_resource(mine.project, Kind.AGENT, "helper", "x", layer=Layer.PROJECT)


def test_what_is_named_is_not_deleted_unless_forced_and_lies_in_the_trash(mine: ManagedCrew) -> None:
    before = mine.everything()
    with pytest.raises(InputWrong) as caught:
        delete_resource(mine.project, Kind.AGENT, "helper")
    assert "team mine, role helper" in str(caught.value)
    assert "team theirs, role helper" in str(caught.value)
    assert "--force" in str(caught.value)
    changed = delete_resource(mine.project, Kind.AGENT, "helper", force=True)
    assert changed.notices[0].endswith("mine.team.md:4: team mine, role helper names nothing now")
    assert validate(mine.project).failed
    kept = [path.read_text() for path in changed.trash.iterdir()]
    assert before[str(mine.user / "agents" / "helper.md")] in kept
    undo(Kind.AGENT)
    assert mine.everything() == before


def test_what_hides_another_is_deleted_without_ado(mine: ManagedCrew) -> None:
    put(mine.user / "agents" / "explorer.md", "---\nname: explorer\n---\n")
    delete_resource(mine.project, Kind.AGENT, "explorer")
    assert show_resource(mine.project, Kind.AGENT, "explorer").entry.layer is Layer.BUILTIN


def test_a_broken_one_can_be_deleted_and_comes_back_with_its_mode(mine: ManagedCrew) -> None:
    path = put(mine.user / "agents" / "bad.md", "---\nname: bad\naccess: all\n---\n")
    path.chmod(0o640)
    (entry,) = (each for each in list_resources(mine.project, Kind.AGENT) if each.name == "bad")
    assert (entry.usable, entry.problem) == (Usable.BROKEN, f"{path}:3: access is 'all'; it must be read or write")
    delete_resource(mine.project, Kind.AGENT, "bad")
    undo(Kind.AGENT)
    assert path.stat().st_mode & 0o777 == 0o640


def test_changes_are_taken_back_from_the_last_to_the_first_and_each_kind_by_itself(mine: ManagedCrew) -> None:
    new_resource(mine.project, Kind.AGENT, "one", Layer.USER)
    new_resource(mine.project, Kind.TEAM, "two", Layer.USER)
    rename_resource(mine.project, Kind.AGENT, "one", "three")
    assert [undo(Kind.AGENT).name, undo(Kind.AGENT).name] == ["rename one three", "new one"]
    with pytest.raises(NotFound, match="nothing to take back"):
        undo(Kind.AGENT)
    assert undo(Kind.TEAM).name == "new two"


def test_a_file_that_changed_since_is_not_overwritten_by_taking_back(mine: ManagedCrew) -> None:
    rename_resource(mine.project, Kind.AGENT, "helper", "hand")
    path = mine.user / "teams" / "mine.team.md"
    path.write_text(path.read_text() + "\nmore\n")
    before = mine.everything()
    with pytest.raises(InputWrong, match=r"mine\.team\.md has changed meanwhile; nothing was changed"):
        undo(Kind.AGENT)
    assert mine.everything() == before


def test_editing_what_is_built_in_makes_a_copy_of_ones_own_and_only_if_something_is_changed(mine: ManagedCrew) -> None:
    begun = begin_edit(mine.project, Kind.AGENT, "critic")
    assert (begun.source, begun.target) == (BUILTIN / "agents" / "critic.md", mine.user / "agents" / "critic.md")
    assert finish_edit(begun) is None
    assert not begun.copy.exists()
    begun = begin_edit(mine.project, Kind.AGENT, "critic", Layer.PROJECT)
    begun.copy.write_text(begun.copy.read_text() + "\nMore.\n")
    changed = finish_edit(begun)
    assert changed is not None
    assert [file.path for file in changed.files] == [mine.crew / "agents" / "critic.md"]
    assert undo(Kind.AGENT).name == "edit critic"
    assert not (mine.crew / "agents" / "critic.md").exists()


def test_an_edit_keeps_links_and_is_not_lost_when_the_file_changed_meanwhile(mine: ManagedCrew) -> None:
    real = put(mine.user / "dotfiles" / "x.md", "---\nname: x\n---\n")
    link = mine.user / "agents" / "x.md"
    link.symlink_to(real)
    begun = begin_edit(mine.project, Kind.AGENT, "x")
    begun.copy.write_text("---\nname: x\naccess: all\n---\n")
    assert finish_edit(begun) is not None
    assert (link.is_symlink(), "access: all" in real.read_text()) == (True, True)
    begun = begin_edit(mine.project, Kind.AGENT, "x")
    begun.copy.write_text("mine")
    real.write_text("theirs")
    with pytest.raises(InputWrong, match=f"has changed meanwhile.*; your text is in {begun.copy}"):
        finish_edit(begun)
    assert (real.read_text(), begun.copy.read_text()) == ("theirs", "mine")


def test_a_link_of_a_project_that_leads_out_of_it_is_not_edited(mine: ManagedCrew) -> None:
    (mine.crew / "agents").mkdir()
    (mine.crew / "agents" / "x.md").symlink_to(put(mine.project.parent / "secret.md", "secret"))
    with pytest.raises(NotPermitted, match="leads out of the project"):
        begin_edit(mine.project, Kind.AGENT, "x")
    (mine.crew / "agents" / "x.md").unlink()
    os.mkfifo(mine.crew / "agents" / "x.md")
    with pytest.raises(OpsError, match="no regular file"):
        begin_edit(mine.project, Kind.AGENT, "x")
    with pytest.raises(OpsError, match="no regular file"):
        delete_resource(mine.project, Kind.AGENT, "x")


def test_a_skill_with_links_inside_is_not_moved(mine: ManagedCrew) -> None:
    (mine.user / "skills" / "ways" / "link").symlink_to("SKILL.md")
    with pytest.raises(OpsError, match="is a link or no regular file"):
        rename_resource(mine.project, Kind.SKILL, "ways", "habits")
