"""`teams`, `workflows`, `agents`, `skills`, `validate`: what is shown, what is changed, what is refused."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from crew_core.ops.trusting import trust
from crew_core.resources.catalogue import BUILTIN
from crew_core.store.layout import config_home
from tests.cli.conftest import Run
from tests.cli.program import Project


@pytest.fixture
def crewed(project: Project) -> Project:
    """The project with a team that runs, trusted."""
    project.workflow({"look": "true"})
    return project


def _editor(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, script: str) -> None:
    """``$EDITOR`` is a script that is given the file."""
    path = tmp_path / "an editor"
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setenv("EDITOR", f"'{path}'")


def test_the_list_says_where_each_comes_from(crewed: Project, crew: Run) -> None:
    crewed.write("agents/writer.md", "---\nname: writer\ndescription: ours\n---\n")
    trust(crewed.path)
    rows = [line.split(maxsplit=2) for line in crew("agents").out.splitlines()]
    assert rows[0] == ["NAME", "FROM", "DESCRIPTION"]
    assert ["worker", "project", "a shell agent"] in rows
    assert ["writer", "project", "ours"] in rows
    assert ["instead", "of", str(BUILTIN / "agents" / "writer.md")] in rows
    assert any(row[:1] == ["critic"] and row[2].startswith("in  Challenges") for row in rows)


@pytest.mark.parametrize("command", ["teams", "workflows", "agents", "skills"])
def test_json_has_every_one_with_its_provenance(crewed: Project, crew: Run, command: str) -> None:
    listed = crew(command, "--json").json[command]
    assert {each["layer"] for each in listed} == ({"builtin"} if command == "skills" else {"builtin", "project"})
    first = listed[0]
    shown = crew(command, first["name"], "--json").json
    assert shown[command[:-1]] == first
    assert shown["text"] == Path(first["path"]).read_text()


def test_one_is_shown_with_what_uses_it_and_its_text(crewed: Project, crew: Run) -> None:
    told = crew("agents", "WORKER").out
    assert "agent worker\n" in told
    assert f"from     project: {crewed.path}/.crew/agents/worker.md\n" in told
    assert "used by  team crew, role worker\n" in told
    assert told.endswith("---\nname: worker\ndescription: a shell agent\nprogram: shell\naccess: read\n---\n")


def test_what_an_untrusted_project_has_is_shown_and_said_not_to_be_used(crewed: Project, crew: Run) -> None:
    crewed.write("agents/critic.md", "---\nname: critic\n---\n")
    listed = {each["name"]: each for each in crew("agents", "--json").json["agents"]}
    assert (listed["worker"]["usable"], listed["worker"]["layer"]) == ("not trusted", "project")
    assert (listed["critic"]["layer"], listed["critic"]["withheld"]) == (
        "builtin",
        f"{crewed.path}/.crew/agents/critic.md",
    )
    assert "not trusted: the project is not trusted" in crew("agents").out


def test_an_unknown_one_is_not_found_with_what_was_probably_meant(crewed: Project, crew: Run) -> None:
    done = crew("agents", "criticc")
    assert (done.status, done.out) == (5, "")
    assert done.err == "crew-tui: agents: no agent 'criticc'; did you mean 'critic'?\n"


def test_making_renaming_deleting_and_taking_back(crewed: Project, crew: Run) -> None:
    made = crew("agents", "new", "helper")
    path = config_home() / "agents" / "helper.md"
    assert made.out == f"agents new helper\nmade     {path}\n"
    assert crew("agents", "rename", "worker", "hand").out.splitlines() == [
        "agents rename worker hand",
        f"made     {crewed.path}/.crew/agents/hand.md",
        f"changed  {crewed.path}/.crew/teams/crew.team.md",
        f"removed  {crewed.path}/.crew/agents/worker.md",
    ]
    refused = crew("agents", "delete", "hand")
    assert (refused.status, "team crew, role worker" in refused.err) == (2, True)
    deleted = crew("agents", "delete", "hand", "--force", "--json").json["change"]
    assert [file["how"] for file in deleted["files"]] == ["removed"]
    assert crew("agents", "undo").out.startswith("agents undo delete hand\n")
    assert crew("agents", "undo").out.startswith("agents undo rename worker hand\n")
    assert crew("agents", "undo").out == f"agents undo new helper\nremoved  {path}\n"
    assert crew("agents", "undo").status == 5
    trust(crewed.path)
    assert crew("run", "go", "--team", "crew", "--follow").status == 0


def test_a_change_to_the_project_says_what_it_does_to_its_trust(crewed: Project, crew: Run) -> None:
    done = crew("skills", "new", "house", "--project")
    assert done.status == 0
    said = "is not trusted any more, because its files have changed"
    assert done.err == f"crew-tui: {crewed.path} {said}; crew-tui trust {crewed.path}\n"


def test_editing_a_built_in_one_changes_a_copy_and_shows_what_is_wrong_with_it(
    crewed: Project, crew: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _editor(tmp_path, monkeypatch, "sed -i.bak 's/^access: read/access: all/' \"$1\"")
    done = crew("agents", "edit", "critic")
    copy = config_home() / "agents" / "critic.md"
    assert done.status == 1
    assert f"agents/critic.md stays as it is; what you change becomes {copy}" in done.err
    assert f"{copy}:4: error: access is 'all'; it must be read or write" in done.err
    assert "access: all" in copy.read_text()
    _editor(tmp_path, monkeypatch, "true")
    assert crew("agents", "edit", "critic").err == "crew-tui: agents edit critic: nothing was changed\n"
    assert crew("agents", "undo").out == f"agents undo edit critic\nremoved  {copy}\n"


def test_an_editor_that_fails_or_is_missing_changes_nothing(
    crewed: Project, crew: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("EDITOR", raising=False)
    done = crew("agents", "edit", "worker")
    assert (done.status, done.err) == (
        2, "crew-tui: agents edit: no editor is set; set EDITOR, for example: export EDITOR=nano\n",
    )  # fmt: skip
    _editor(tmp_path, monkeypatch, 'echo x >>"$1"; exit 3')
    before = (crewed.path / ".crew" / "agents" / "worker.md").read_text()
    done = crew("agents", "edit", "worker")
    assert (done.status, "the editor ended with 3; nothing was changed; your text is in" in done.err) == (1, True)
    monkeypatch.setenv("VISUAL", "vi 'x")
    done = crew("agents", "edit", "worker")
    assert (done.status, done.err.startswith("crew-tui: agents edit: VISUAL or EDITOR cannot be read: ")) == (2, True)
    monkeypatch.setenv("VISUAL", str(tmp_path / "nothing"))
    assert "nothing: No such file or directory" in crew("agents", "edit", "worker").err
    assert (crewed.path / ".crew" / "agents" / "worker.md").read_text() == before


def test_the_editor_is_the_one_that_the_dashboard_takes_and_is_told_to_wait(
    crewed: Project, crew: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _editor(tmp_path, monkeypatch, f'echo "$1" >{tmp_path}/told')
    monkeypatch.setenv("VISUAL", " ")
    (tmp_path / "an editor").rename(tmp_path / "code")
    monkeypatch.setenv("EDITOR", str(tmp_path / "code"))
    assert crew("agents", "edit", "worker").err == "crew-tui: agents edit worker: nothing was changed\n"
    assert (tmp_path / "told").read_text() == "--wait\n"


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("teams new", "teams new: NAME is missing; see: crew-tui teams --help"),
        ("teams rename a", "teams rename: NEW is missing; see: crew-tui teams --help"),
        ("teams undo a", "teams undo: too many words: a; one at a time"),
        ("teams a b", "teams: too many words: b; see: crew-tui teams --help"),
        ("teams a --force", "teams: --force goes with new, edit, rename and delete; leave it out"),
        ("teams new a --force", "teams new: --force goes with delete; leave it out"),
        ("teams undo --user", "teams undo: takes back the last change, wherever it was; leave out --project"),
        ("teams new edit", "teams new: 'edit' is a word of this command; choose another name"),
        ("teams new a --user --project", "teams: --project: not allowed with argument --user; see: crew-tui"),
        ("validate nowhere", "validate: nowhere is no resource of any layer"),
    ],
)  # fmt: skip
def test_wrong_words_are_one_line(crewed: Project, crew: Run, words: str, told: str) -> None:
    done = crew(*words.split())
    assert (done.status, done.out) == (2, "")
    assert done.err.startswith(f"crew-tui: {told}")
    assert len(done.err.splitlines()) == 1


@pytest.mark.parametrize("words", ["new x", "edit worker", "rename worker x", "delete worker", "undo"])
def test_read_only_changes_nothing(crewed: Project, crew: Run, words: str) -> None:
    before = sorted(crewed.path.rglob("*"))
    done = crew("--read-only", "agents", *words.split())
    assert (done.status, done.err) == (
        4, "crew-tui: agents: refused, because of --read-only; nothing was changed\n",
    )  # fmt: skip
    assert sorted(crewed.path.rglob("*")) == before
    assert crew("--read-only", "agents").status == crew("--read-only", "validate").status == 0


def test_validate_counts_and_fails_on_errors_only(crewed: Project, crew: Run) -> None:
    assert crew("validate").out.endswith(" files: nothing is wrong\n")
    crewed.write("agents/odd.md", "---\nmodel: a b\n---\n")
    path = crewed.path / ".crew" / "agents" / "odd.md"
    done = crew("validate")
    assert done.status == 0
    assert done.out.splitlines()[0] == (
        f"{path}:2: warning: model 'a b' has a space in it; write its id, like provider/model"
    )
    assert done.out.endswith(" files: 0 errors, 1 warning\n")
    crewed.write("agents/odd.md", "---\naccess: all\n---\n")
    told = crew("validate", str(path), "--json")
    (finding,) = told.json["validation"]["findings"]
    assert (told.status, finding) == (
        1,
        {
            "file": str(path),
            "line": 2,
            "level": "error",
            "problem": "access is 'all'",
            "remedy": "it must be read or write",
        },
    )


def test_validate_shows_what_hides_what(crewed: Project, crew: Run) -> None:
    crewed.write("agents/critic.md", "---\nname: critic\n---\n")
    said = f"{crewed.path}/.crew/agents/critic.md: agent critic is used instead of {BUILTIN}/agents/critic.md"
    assert said in crew("validate").out.splitlines()
