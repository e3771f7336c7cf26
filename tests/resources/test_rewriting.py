"""Replacing a name in a file changes that name and no other byte."""

from __future__ import annotations

from pathlib import Path

import pytest

from crew_core.resources.catalogue import Catalogue
from crew_core.resources.kinds import Kind
from crew_core.resources.references import references
from crew_core.resources.rewriting import with_own_name, with_references
from tests.resources.resource_files import put

TEAM = "teams/t.team.md"


def _renamed(tmp_path: Path, kind: Kind, file: str, text: str) -> str:
    """The text with every reference to a resource ``old`` of the kind led to ``new``."""
    path = put(tmp_path / file, text.encode())
    found = [each for each in references(Catalogue(tmp_path, None)) if each.path == path and each.name == "old"]
    found = [each for each in found if each.kind is kind]
    assert found
    return with_references(path.read_bytes().decode(), found, "new")


@pytest.mark.parametrize(
    ("kind", "file", "before", "after"),
    [
        (Kind.AGENT, TEAM, "- old: agent=old old\n- b: agent=older\n", "- old: agent=new old\n- b: agent=older\n"),
        (Kind.AGENT, TEAM, "- old\n", "- old: agent=new\n"),
        (Kind.AGENT, TEAM, "-  old :  does old x=1 \r\n", "-  old: agent=new  does old x=1 \r\n"),
        (Kind.AGENT, TEAM, "- old:does it\n", "- old: agent=new does it\n"),
        (Kind.AGENT, TEAM, "- a: skills=old agent=old", "- a: skills=old agent=new"),
        (Kind.SKILL, TEAM, "- old: agent=old skills=a,old,old-b\n", "- old: agent=old skills=a,new,old-b\n"),
        (
            Kind.WORKFLOW,
            TEAM,
            "\ufeff---\nname: old\n workflow :  old \n---\n- a\n",
            "\ufeff---\nname: old\n workflow :  new \n---\n- a\n",
        ),
        (Kind.SKILL, "agents/a.md", "---\nskills: x, old\n---\nold\n", "---\nskills: x, new\n---\nold\n"),
        (
            Kind.SKILL,
            "workflows/w.workflow.md",
            "## old\nrole: old\nskills: old,b\n\nold\n\n## s\nskills: c\n",
            "## old\nrole: old\nskills: new,b\n\nold\n\n## s\nskills: c\n",
        ),
    ],
)  # fmt: skip
def test_only_the_name_changes(tmp_path: Path, kind: Kind, file: str, before: str, after: str) -> None:
    assert _renamed(tmp_path, kind, file, before) == after


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("---\nname: t\n---\n- a\n", "---\nname: t\ndefaultWorkflow: new\n---\n- a\n"),
        ("- a\r\n", "---\r\ndefaultWorkflow: new\r\n---\r\n- a\r\n"),
        ("\ufeff- a\n", "\ufeff---\ndefaultWorkflow: new\n---\n- a\n"),
    ],
)
def test_a_team_that_meant_the_workflow_default_without_saying_so_says_it_now(
    tmp_path: Path, before: str, after: str
) -> None:
    path = put(tmp_path / "teams" / "t.team.md", before.encode())
    found = [each for each in references(Catalogue(tmp_path, None)) if each.path == path and each.name == "default"]
    assert with_references(before, found, "new") == after


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("---\nname: old\n---\nname: old\n", "---\nname: new\n---\nname: old\n"),
        ("---\r\nname:old \r\nname: older\r\n---\r\n", "---\r\nname:old \r\nname: new\r\n---\r\n"),
        ("---\nname:\n---\n", "---\nname:\n---\n"),
        ("name: old\n", "name: old\n"),
        ("", ""),
    ],
)
def test_a_file_that_says_its_name_says_the_new_one(before: str, after: str) -> None:
    assert with_own_name(before, "new") == after
