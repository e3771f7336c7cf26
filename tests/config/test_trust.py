"""Trust goes by path and by content: whatever is not exactly what was accepted is not trusted."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from crew_core.config.trust import LARGEST_BYTES, Standing, TrustStore
from tests.seams.faulty_fs import Fault, FaultyFs
from tests.seams.unsynced_fs import UnsyncedFs

AT = "2026-01-02T03:04:05.000Z"


def _put(path: Path, text: str | bytes = "x") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return path


@pytest.fixture
def store(tmp_path: Path) -> TrustStore:
    return TrustStore(UnsyncedFs(), tmp_path / "trust")


@pytest.fixture
def project(tmp_path: Path) -> Path:
    _put(tmp_path / "p" / ".crew" / "agents" / "a.md")
    _put(tmp_path / "p" / ".crew" / "config.toml")
    return tmp_path / "p"


def test_a_project_is_untrusted_until_it_is_accepted(store: TrustStore, project: Path) -> None:
    before = store.accept(project, AT)
    assert (before.standing, before.holds) == (Standing.UNTRUSTED, False)
    assert before.changes == ("+ agents/a.md", "+ config.toml")
    after = store.standing(project)
    assert (after.standing, after.holds, after.changes, after.at) == (Standing.TRUSTED, True, (), AT)


def test_a_project_that_brings_nothing_needs_no_trust(store: TrustStore, tmp_path: Path) -> None:
    _put(tmp_path / "q" / ".crew" / "runs" / "team_1" / "workflow.json")
    assert store.standing(tmp_path / "q").standing is Standing.NOTHING
    assert store.standing(tmp_path / "q").holds
    store.accept(tmp_path / "q", AT)
    assert store.standing(tmp_path / "q").standing is Standing.TRUSTED


def test_one_changed_byte_ends_trust_until_it_is_changed_back(store: TrustStore, project: Path) -> None:
    store.accept(project, AT)
    _put(project / ".crew" / "agents" / "a.md", "y")
    changed = store.standing(project)
    assert (changed.standing, changed.holds, changed.changes) == (Standing.CHANGED, False, ("~ agents/a.md",))
    _put(project / ".crew" / "agents" / "a.md", "x")
    assert store.standing(project).holds


def test_a_new_and_a_missing_file_end_trust(store: TrustStore, project: Path) -> None:
    store.accept(project, AT)
    _put(project / ".crew" / "skills" / "s" / "deep" / "SKILL.md")
    (project / ".crew" / "config.toml").unlink()
    assert store.standing(project).changes == ("+ skills/s/deep/SKILL.md", "- config.toml")
    store.accept(project, AT)
    assert store.standing(project).holds


def test_runs_and_other_files_do_not_touch_trust(store: TrustStore, project: Path) -> None:
    store.accept(project, AT)
    _put(project / ".crew" / "runs" / "x" / "events.jsonl")
    _put(project / ".crew" / "notes.md")
    assert store.standing(project).holds


def test_the_same_content_elsewhere_is_not_trusted(store: TrustStore, project: Path) -> None:
    store.accept(project, AT)
    moved = project.rename(project.with_name("moved"))
    assert store.standing(moved).standing is Standing.UNTRUSTED
    gone = store.standing(project)
    assert (gone.standing, gone.holds, gone.at) == (Standing.MISSING, False, AT)


def test_a_link_to_a_project_is_that_project(store: TrustStore, project: Path, tmp_path: Path) -> None:
    link = tmp_path / "link"
    link.symlink_to(project)
    store.accept(link, AT)
    assert store.standing(project).holds
    assert [trust.project for trust in store.everything()] == [project]
    assert store.remove(link)
    assert not store.remove(project)
    assert store.standing(link).standing is Standing.UNTRUSTED


def test_a_linked_file_counts_by_what_it_leads_to_and_a_linked_directory_is_not_entered(
    store: TrustStore, project: Path, tmp_path: Path
) -> None:
    target = _put(tmp_path / "outside" / "b.md")
    agents = project / ".crew" / "agents"
    (agents / "b.md").symlink_to(target)
    (agents / "gone.md").symlink_to("nowhere")
    (project / ".crew" / "skills").symlink_to("/")
    store.accept(project, AT)
    _put(target, "y")
    (agents / "gone.md").unlink()
    (agents / "gone.md").symlink_to("elsewhere")
    assert store.standing(project).changes == ("~ agents/b.md", "~ agents/gone.md")


def test_what_cannot_be_read_is_never_trusted(store: TrustStore, project: Path) -> None:
    large = _put(project / ".crew" / "skills" / "large")
    store.accept(project, AT)
    with large.open("wb") as file:
        file.truncate(LARGEST_BYTES + 1)
    assert store.standing(project).changes == ("~ skills/large",)
    with pytest.raises(OSError, match="skills/large: unreadable: larger than"):
        store.accept(project, AT)
    assert store.standing(project).changes == ("~ skills/large",)


def test_names_of_any_bytes_are_told_apart(store: TrustStore, project: Path) -> None:
    agents = os.fsencode(project / ".crew" / "agents")
    for name in (b"\xff.md", rb"\udcff.md", b"a\nb.md"):
        with open(os.path.join(agents, name), "wb"):
            pass
    store.accept(project, AT)
    trust = store.standing(project)
    assert trust.holds
    assert len(trust.files) == 5


def test_a_project_whose_path_is_no_text_cannot_be_trusted(store: TrustStore, tmp_path: Path) -> None:
    project = Path(os.fsdecode(os.fsencode(tmp_path) + b"/p\xff"))
    _put(project / ".crew" / "agents" / "a.md")
    with pytest.raises(OSError, match="not UTF-8"):
        store.accept(project, AT)
    assert store.standing(project).standing is Standing.UNTRUSTED


def test_odd_files_and_very_deep_directories_are_seen(store: TrustStore, project: Path) -> None:
    os.mkfifo(project / ".crew" / "agents" / "pipe.md")
    deep = project / ".crew" / "skills" / "/".join(["d"] * 200)
    deep.mkdir(parents=True)
    store.accept(project, AT)
    _put(deep / "f")
    assert len(store.standing(project).changes) == 1


@pytest.mark.parametrize("damage", [b"{", b'{"schemaVersion": 99}', b"[]", b""])
def test_a_record_that_cannot_be_read_accepts_nothing(
    store: TrustStore, project: Path, tmp_path: Path, damage: bytes
) -> None:
    store.accept(project, AT)
    (record,) = (tmp_path / "trust").glob("*.json")
    record.write_bytes(damage)
    assert store.standing(project).standing is Standing.UNTRUSTED
    assert store.everything() == []
    store.accept(project, AT)
    assert store.standing(project).holds


def test_trust_that_could_not_be_written_down_is_not_given(project: Path, tmp_path: Path) -> None:
    fs = FaultyFs(UnsyncedFs())
    TrustStore(fs, tmp_path / "counted").accept(project, AT)
    for at in range(1, len(fs.operations)):
        store = TrustStore(FaultyFs(UnsyncedFs(), [Fault(at=at)]), tmp_path / f"trust-{at}")
        with pytest.raises(OSError):
            store.accept(project, AT)
        assert not store.standing(project).holds


def test_records_are_for_the_person_only(store: TrustStore, project: Path, tmp_path: Path) -> None:
    store.accept(project, AT)
    for record in (tmp_path / "trust").rglob("*.json"):
        assert (record.stat().st_mode & 0o777, record.parent.stat().st_mode & 0o777) == (0o600, 0o700)


def test_a_changed_skill_beside_the_crew_directory_ends_trust_too(store: TrustStore, project: Path) -> None:
    skill = _put(project / "skills" / "s" / "SKILL.md")
    store.accept(project, AT)
    assert store.standing(project).holds
    _put(skill, "y")
    assert store.standing(project).changes == ("~ ../skills/s/SKILL.md",)
    assert not store.standing(project).holds
