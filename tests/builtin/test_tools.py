"""Reading, listing and searching: what the model is shown of a directory."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from crew_core.agents.builtin_program.attention import Attention
from crew_core.agents.builtin_program.children import Children
from crew_core.agents.builtin_program.failure import ToolFailed
from crew_core.agents.builtin_program.limits import Limits
from crew_core.agents.builtin_program.tools import grep, read
from crew_core.agents.builtin_program.tools import list as listing
from crew_core.agents.builtin_program.tools.catalogue import TOOLS, granted
from crew_core.agents.builtin_program.tools.tool import Bench, Tool


def bench(cwd: Path, search_timeout_s: float = 30.0) -> Bench:
    limits = Limits(search_timeout_s=search_timeout_s)
    return Bench(str(cwd), Nobody(), Children(), {}, limits, lambda text: None)


class Nobody(Attention):
    """Nobody says anything."""

    def look(self) -> None:
        pass


def said(tool: Tool, cwd: Path, **arguments: object) -> str:
    return tool.run(bench(cwd), dict(arguments)).text


def test_lines_are_numbered_and_a_range_can_be_asked_for(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"one\ntwo\r\nthr\xffee\nfour")
    assert said(read.TOOL, tmp_path, path="a") == "1\tone\n2\ttwo\r\n3\tthr\ufffdee\n4\tfour"
    assert (
        said(read.TOOL, tmp_path, path="a", offset=2, limit=1) == "2\ttwo\r\n[more lines follow: go on with offset 3]"
    )
    assert said(read.TOOL, tmp_path, path="a", offset="4") == "4\tfour"


def test_a_long_file_is_read_in_parts_that_join(tmp_path: Path) -> None:
    lines = [f"line {n}" for n in range(1, 4_501)]
    (tmp_path / "a").write_text("\n".join(lines))
    found: list[str] = []
    while True:
        *told, last = said(read.TOOL, tmp_path, path="a", offset=len(found) + 1).split("\n")
        found += [line.partition("\t")[2] for line in told]
        if not last.startswith("[more"):
            found.append(last.partition("\t")[2])
            break
        assert last == f"[more lines follow: go on with offset {len(found) + 1}]"
    assert found == lines


def test_a_line_of_any_length_is_cut(tmp_path: Path) -> None:
    (tmp_path / "a").write_text("x" * 3_000_000 + "\nnext\n")
    first, second = said(read.TOOL, tmp_path, path="a").split("\n")
    assert first == "1\t" + "x" * 2_000 + " [… 2998001 bytes of this line left out]"
    assert second == "2\tnext"


@pytest.mark.parametrize(
    ("content", "offset", "words"),
    [(b"", 1, "is empty"), (b"a\n", 5, "has 1 lines only"), (b"\0", 1, "binary file of 1")],
)
def test_what_cannot_be_shown_is_said(tmp_path: Path, content: bytes, offset: int, words: str) -> None:
    (tmp_path / "a").write_bytes(content)
    with pytest.raises(ToolFailed, match=words):
        said(read.TOOL, tmp_path, path="a", offset=offset)


def furnished(root: Path) -> Path:
    for name in ("b.py", "src/a.py", "src/deep/c.py", "src/deep/c.txt", ".git/x.py", "node_modules/m/x.py"):
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text("import os\nfind me\n")
    (root / "src" / "again").symlink_to(root)
    return root


def test_a_directory_is_listed(tmp_path: Path) -> None:
    root = furnished(tmp_path / "work")
    assert said(listing.TOOL, root).split() == [".git/", "b.py", "node_modules/", "src/"]
    assert said(listing.TOOL, root, path="src").split() == ["a.py", "again", "deep/"]
    with pytest.raises(ToolFailed, match="is no directory"):
        said(listing.TOOL, root, path="b.py")


@pytest.mark.parametrize(
    ("pattern", "found"),
    [
        ("*.py", ["b.py", "src/a.py", "src/deep/c.py"]),
        ("src/*.py", ["src/a.py", "src/deep/c.py"]),
        ("**/*.py", ["b.py", "src/a.py", "src/deep/c.py"]),
        ("src/**/*.txt", ["src/deep/c.txt"]),
        ("*.rs", ["no", "file", "matches"]),
    ],
)
def test_a_pattern_finds_files_that_somebody_wrote(tmp_path: Path, pattern: str, found: list[str]) -> None:
    assert sorted(said(listing.TOOL, furnished(tmp_path), pattern=pattern).split()) == sorted(found)


def test_a_search_names_file_and_line(tmp_path: Path) -> None:
    root = furnished(tmp_path)
    (root / "binary").write_bytes(b"find me\0")
    os.mkfifo(root / "pipe")
    assert said(grep.TOOL, root, pattern="^find") == "\n".join(
        f"{name}:2: find me" for name in ("b.py", "src/a.py", "src/deep/c.py", "src/deep/c.txt")
    )
    assert said(grep.TOOL, root, pattern="FIND", ignore_case=True, glob="*.txt") == "src/deep/c.txt:2: find me"
    assert said(grep.TOOL, root, pattern="os", path="src/a.py") == "src/a.py:1: import os"
    assert said(grep.TOOL, root, pattern="nowhere") == "nothing matches"


@pytest.mark.parametrize(
    ("content", "pattern", "found"),
    [
        ("foo\r\nbar\r\n", "foo$", "a:1: foo"),
        ("a\n", "^$", "nothing matches"),
        ("a\n\nb", "^$", "a:2: "),
        ("", "^$", "nothing matches"),
        ("a\nb", "b", "a:2: b"),
    ],
)
def test_lines_are_what_an_editor_shows_as_lines(tmp_path: Path, content: str, pattern: str, found: str) -> None:
    (tmp_path / "a").write_bytes(content.encode())
    assert said(grep.TOOL, tmp_path, pattern=pattern) == found


def test_a_search_is_bounded(tmp_path: Path) -> None:
    (tmp_path / "a").write_text("x\n" * 1_000)
    found = said(grep.TOOL, tmp_path, pattern="x").split("\n")
    assert (len(found), found[-1]) == (201, "[there are more: search for something that says more]")
    (tmp_path / "a").write_text("x\n" * 200)
    assert said(grep.TOOL, tmp_path, pattern="x").split("\n") == [f"a:{at}: x" for at in range(1, 201)]
    (tmp_path / "a").write_text("a" * 60 + "b")
    with pytest.raises(ToolFailed, match=r"the search took more than 0.05 s"):
        grep.TOOL.run(bench(tmp_path, search_timeout_s=0.05), {"pattern": "(a+)+$"})


def test_a_role_gets_what_its_access_allows() -> None:
    assert list(granted((), writes=False)[0]) == ["read", "grep", "list"]
    assert list(granted((), writes=True)[0]) == [tool.name for tool in TOOLS]
    assert list(granted(("Edit", "WRITE", "bash", "ls"), writes=False)[0]) == ["list"]
    grants, unknown = granted(("Bash(git:*)", "exec(make *)", "browser"), writes=True)
    assert (grants["shell"].patterns, unknown) == (("git*", "make *"), ["browser"])
    assert granted(("bash(git *)", "bash"), writes=True)[0]["shell"].patterns == ()


def test_a_narrowed_path_cannot_be_left() -> None:
    grant = granted(("write(src/*)",), writes=True)[0]["write"]
    grant.check({"path": "src/a"})
    for path in ("a", "src/../a", "/src/a"):
        with pytest.raises(ToolFailed, match="not allowed"):
            grant.check({"path": path})
