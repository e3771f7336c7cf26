"""Files of any size and kind, read in parts of whole lines."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crew_core.observe.text_file import Change, TextFile, _whole_characters, open_below, open_file


def parts_of(file: TextFile) -> list[tuple[int, tuple[str, ...], bool]]:
    found = []
    offset = 0
    while (lines := file.lines_at(offset)) is not None:
        found.append((offset, lines.texts, lines.continued))
        offset += lines.size_bytes
    return found


def all_lines(file: TextFile) -> list[str]:
    """The lines put together again from their parts."""
    lines: list[str] = []
    inside = False
    for _, texts, continued in parts_of(file):
        first, rest = texts[:1], texts[1:]
        if inside and lines:
            lines[-1] += "".join(first)
            lines += rest
        else:
            lines += texts
        inside = continued
    return lines


def test_lines_are_what_stands_between_newlines(tmp_path: Path) -> None:
    path = tmp_path / "a"
    path.write_bytes(b"one\r\ntwo\n\nlast without end")
    file = open_file(path)
    assert parts_of(file) == [(0, ("one", "two", "", "last without end"), False)]
    file.close()


def test_an_empty_file_has_no_part(tmp_path: Path) -> None:
    (tmp_path / "a").touch()
    file = open_file(tmp_path / "a")
    assert file.lines_at(0) is None
    file.close()


def test_a_line_longer_than_a_part_is_continued(tmp_path: Path) -> None:
    path = tmp_path / "a"
    path.write_text("short\n" + "é" * 500_000 + "\nend\n")
    file = open_file(path)
    assert len(parts_of(file)) > 10
    assert [continued for _, _, continued in parts_of(file)][1:-1] == [True] * (len(parts_of(file)) - 2)
    assert all_lines(file) == ["short", "é" * 500_000, "end"]
    assert all("\ufffd" not in text for _, texts, _ in parts_of(file) for text in texts)
    file.close()


def test_what_is_no_utf8_is_replaced_not_refused(tmp_path: Path) -> None:
    path = tmp_path / "a"
    path.write_bytes(b"half \xe2\x82\nfine\n")
    file = open_file(path)
    assert parts_of(file) == [(0, ("half \ufffd", "fine"), False)]
    file.close()


@given(st.text(max_size=40), st.integers(0, 3))
def test_a_cut_never_splits_a_character(text: str, less: int) -> None:
    data = text.encode("utf-8", "replace")
    data = data[: max(0, len(data) - less)]
    kept = data[: _whole_characters(data)]
    assert kept == kept.decode("utf-8").encode()
    assert len(data) - len(kept) < 4


@settings(max_examples=30)
@given(st.lists(st.integers(0, 200_000), max_size=6))
def test_every_byte_is_in_exactly_one_part(lengths: list[int]) -> None:
    descriptor = os.memfd_create("lines") if hasattr(os, "memfd_create") else pytest.skip("no memfd")
    lines = ["x" * length for length in lengths]
    os.write(descriptor, "".join(f"{line}\n" for line in lines).encode())
    file = TextFile(Path("/proc/self/fd"), descriptor)
    assert all_lines(file) == lines
    file.close()


def test_a_nul_makes_it_binary(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"PNG\0\1\2")
    file = open_file(tmp_path / "a")
    assert file.binary
    assert file.head(3) == b"PNG"
    file.close()


def test_changes_are_told_apart(tmp_path: Path) -> None:
    path = tmp_path / "a"
    path.write_text("one\n")
    file = open_file(path)
    assert file.look_again() is Change.NONE
    with path.open("a") as more:
        more.write("two\n")
    assert file.look_again() is Change.GREW
    assert file.size_bytes == 8
    path.write_text("x")
    assert file.look_again() is Change.OTHER, "cut short"
    (tmp_path / "b").write_text("another")
    (tmp_path / "b").rename(path)
    assert file.look_again() is Change.OTHER, "replaced"
    path.unlink()
    assert file.look_again() is Change.GONE
    file.close()


def test_only_regular_files_are_opened(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(OSError, match="no regular file"):
        open_file(tmp_path / "pipe")
    with pytest.raises(OSError):
        open_file(tmp_path)


def test_below_a_directory_no_link_is_followed(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("secret")
    root = tmp_path / "run"
    root.mkdir()
    (root / "link").symlink_to(tmp_path / "secret")
    (root / "there").symlink_to(tmp_path)
    (root / "plain").write_text("plain")
    open_below(root, "plain").close()
    for parts in (("link",), ("there", "secret")):
        with pytest.raises(OSError, match="symbolic link"):
            open_below(root, *parts)
