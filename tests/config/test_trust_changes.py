"""What has changed since a project was accepted is shown as text, and nothing in it reaches the terminal as it is."""

from __future__ import annotations

from pathlib import Path

import pytest

from crew_core.config.accepted_texts import LARGEST_PROJECT_BYTES, LARGEST_TEXT_BYTES
from crew_core.config.trust import Standing, TrustStore
from crew_core.config.trust_changes import LONGEST_LINE, MOST_LINES, MOST_LINES_IN_ALL, FileChange
from tests.seams.unsynced_fs import UnsyncedFs

AT = "2026-01-02T03:04:05.000Z"


@pytest.fixture
def store(tmp_path: Path) -> TrustStore:
    return TrustStore(UnsyncedFs(), tmp_path / "trust")


@pytest.fixture
def crew(tmp_path: Path) -> Path:
    _put(tmp_path / "p" / ".crew" / "agents" / "a.md", "one\ntwo\nthree\n")
    return tmp_path / "p" / ".crew"


def _put(path: Path, text: str | bytes) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return path


def _changes(store: TrustStore, crew: Path) -> dict[str, FileChange]:
    return {change.name: change for change in store.changes(store.standing(crew.parent))}


def test_a_changed_a_new_and_a_missing_file_are_a_diff(store: TrustStore, crew: Path) -> None:
    _put(crew / "config.toml", "[limits]\n")
    store.accept(crew.parent, AT)
    _put(crew / "agents" / "a.md", "one\n2\nthree\n")
    _put(crew / "agents" / "b.md", "new\n")
    (crew / "config.toml").unlink()
    changes = _changes(store, crew)
    assert changes["agents/a.md"].lines == ("@@ -1,3 +1,3 @@", " one", "-two", "+2", " three")
    assert (changes["agents/a.md"].before_bytes, changes["agents/a.md"].now_bytes) == (14, 12)
    assert changes["agents/b.md"].lines == ("@@ -0,0 +1 @@", "+new")
    assert changes["config.toml"].lines == ("@@ -1 +0,0 @@", "-[limits]")
    assert {change.mark + name for name, change in changes.items()} == {"~agents/a.md", "+agents/b.md", "-config.toml"}


def test_a_project_that_nobody_accepted_is_shown_in_full(store: TrustStore, crew: Path) -> None:
    assert _changes(store, crew)["agents/a.md"].lines == ("@@ -0,0 +1,3 @@", "+one", "+two", "+three")


def test_without_a_change_there_is_nothing_to_show(store: TrustStore, crew: Path) -> None:
    store.accept(crew.parent, AT)
    assert _changes(store, crew) == {}


def test_everything_invisible_is_spelled_out(store: TrustStore, crew: Path) -> None:
    _put(crew / "agents" / "a.md", "\x1b]0;evil\x07\n\u202egnp\u200b\r\n\ta\u00a0b\n\x9b2J")
    lines = _changes(store, crew)["agents/a.md"].lines
    assert all(line.isprintable() for line in lines)
    assert lines[1:] == (
        r"+\x1b]0;evil\x07",
        r"+\u202egnp\u200b\r",
        r"+    a\xa0b",
        r"+\x9b2J (without an end of line)",
    )


def test_a_missing_end_of_line_is_a_change(store: TrustStore, crew: Path) -> None:
    store.accept(crew.parent, AT)
    _put(crew / "agents" / "a.md", "one\ntwo\nthree")
    assert _changes(store, crew)["agents/a.md"].lines[-2:] == ("-three", "+three (without an end of line)")


def test_binary_and_large_files_are_named_with_their_sizes(store: TrustStore, crew: Path) -> None:
    _put(crew / "skills" / "s" / "logo.png", b"\x89PNG\0")
    _put(crew / "skills" / "s" / "latin.md", b"\xe9")
    _put(crew / "skills" / "s" / "large.md", b"x" * (LARGEST_TEXT_BYTES + 1))
    store.accept(crew.parent, AT)
    _put(crew / "skills" / "s" / "logo.png", b"\x89PNG\0\0")
    _put(crew / "skills" / "s" / "latin.md", b"now it is UTF-8")
    _put(crew / "skills" / "s" / "large.md", b"x" * (LARGEST_TEXT_BYTES + 2))
    shown = {
        name: (change.before_bytes, change.now_bytes, change.lines, change.why)
        for name, change in _changes(store, crew).items()
    }
    assert shown == {
        "skills/s/logo.png": (5, 6, (), "binary"),
        "skills/s/latin.md": (1, 15, (), "binary"),
        "skills/s/large.md": (LARGEST_TEXT_BYTES + 1, LARGEST_TEXT_BYTES + 2, (), "too large to be shown"),
    }


def test_what_is_not_shown_is_counted(store: TrustStore, crew: Path) -> None:
    for n in range(12):
        _put(crew / "agents" / f"{n}.md", "x\n" * 1000)
    _put(crew / "agents" / "0.md", f"{'y' * (LONGEST_LINE + 100)}\n")
    changes = _changes(store, crew)
    assert changes["agents/0.md"].lines[1].endswith(" … 101 more characters")
    assert (len(changes["agents/1.md"].lines), changes["agents/1.md"].omitted) == (MOST_LINES, 1001 - MOST_LINES)
    assert sum(len(change.lines) for change in changes.values()) == MOST_LINES_IN_ALL
    assert changes["agents/a.md"].why == f"more than {MOST_LINES_IN_ALL} lines stand above"


def test_no_more_than_some_megabytes_of_a_project_are_kept(store: TrustStore, crew: Path, tmp_path: Path) -> None:
    for n in range(20):
        _put(crew / "skills" / f"{n}", b"x" * LARGEST_TEXT_BYTES)
    store.accept(crew.parent, AT)
    (kept,) = (tmp_path / "trust" / "texts").iterdir()
    assert kept.stat().st_size < LARGEST_PROJECT_BYTES + 10_000


def test_a_link_out_of_the_project_is_named_and_what_it_leads_to_is_not_shown(
    store: TrustStore, crew: Path, tmp_path: Path
) -> None:
    secret = _put(tmp_path / "secret", "hunter2\n")
    (crew / "agents" / "link.md").symlink_to(secret)
    (crew / "skills").symlink_to("/etc")
    changes = _changes(store, crew)
    assert (changes["agents/link.md"].lines, changes["agents/link.md"].why) == ((), "a link that leads out of .crew")
    assert changes["skills"].lines == ("@@ -0,0 +1 @@", "+link to /etc")
    store.accept(crew.parent, AT)
    assert not any(b"hunter2" in path.read_bytes() for path in (tmp_path / "trust").rglob("*.json"))


def test_what_was_accepted_before_texts_were_kept_is_told(store: TrustStore, crew: Path, tmp_path: Path) -> None:
    store.accept(crew.parent, AT)
    (texts,) = (tmp_path / "trust" / "texts").iterdir()
    _put(crew / "agents" / "a.md", "1\n")
    for damage in (b"{", b'{"files": {"agents/a.md": {"sizeBytes": 4, "text": "forged"}}}'):
        texts.write_bytes(damage)
        change = _changes(store, crew)["agents/a.md"]
        assert (change.lines, change.why) == ((), "what was accepted is not known any more")
    assert store.standing(crew.parent).standing is Standing.CHANGED


def test_what_is_accepted_is_what_was_seen(store: TrustStore, crew: Path) -> None:
    seen = store.standing(crew.parent)
    _put(crew / "agents" / "a.md", "slipped in\n")
    store.accept(crew.parent, AT, seen)
    assert store.standing(crew.parent).standing is Standing.CHANGED
    assert _changes(store, crew)["agents/a.md"].why == "what was accepted is not known any more"


def test_taking_trust_back_forgets_the_texts(store: TrustStore, crew: Path, tmp_path: Path) -> None:
    store.accept(crew.parent, AT)
    assert store.remove(crew.parent)
    assert [path for path in (tmp_path / "trust").rglob("*") if path.is_file()] == []
