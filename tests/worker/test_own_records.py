"""What programs keep on disk about their own work: read as it grows, whatever is done to it."""

from __future__ import annotations

import logging
import sqlite3
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crew_core.agents.protocol import LinesRecord, Place, TableRecord
from crew_core.worker.own_records import OwnRecords

QUERY = "SELECT rowid, text FROM said WHERE who = ?1 AND rowid > ?2 ORDER BY rowid"


def lines_in(directory: Path, mark: bytes = b"") -> LinesRecord:
    return LinesRecord(Place("*/s-*.jsonl", str(directory)), mark)


@given(st.lists(st.binary(max_size=12).map(lambda line: line.replace(b"\n", b"")), max_size=12), st.data())
def test_each_whole_line_is_read_once_however_it_is_written(
    tmp_path_factory: pytest.TempPathFactory, lines: list[bytes], data: st.DataObject
) -> None:
    directory = tmp_path_factory.mktemp("records")
    (directory / "a").mkdir()
    whole = b"".join(line + b"\n" for line in lines)
    places = sorted(data.draw(st.lists(st.integers(0, len(whole)), max_size=5)))
    records, found = OwnRecords(), list[bytes]()
    with (directory / "a" / "s-1.jsonl").open("wb", buffering=0) as file:
        for start, end in pairwise([0, *places, len(whole)]):
            file.write(whole[start:end])
            found += records.new(lines_in(directory))
    assert found == [line for line in lines if line]


def test_a_file_that_is_replaced_or_cut_is_read_anew(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    file = tmp_path / "a" / "s-1.jsonl"
    records = OwnRecords()
    file.write_bytes(b"1\n2\n")
    assert records.new(lines_in(tmp_path)) == [b"1", b"2"]
    (tmp_path / "new").write_bytes(b"3\n4\n")
    (tmp_path / "new").rename(file)
    assert records.new(lines_in(tmp_path)) == [b"3", b"4"]
    file.write_bytes(b"5\n")
    assert records.new(lines_in(tmp_path)) == [b"5"]
    assert records.new(lines_in(tmp_path)) == []


def test_lines_without_the_mark_are_passed_over(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "s-1.jsonl").write_bytes(b"x\nmarked y\nz\n")
    assert OwnRecords().new(lines_in(tmp_path, b"mark")) == [b"marked y"]


def test_all_files_of_the_pattern_are_read(tmp_path: Path) -> None:
    records = OwnRecords()
    assert records.new(lines_in(tmp_path)) == []
    for name in ("b", "a"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "s-1.jsonl").write_text(f"{name}\n")
    (tmp_path / "a" / "other.jsonl").write_text("no\n")
    assert records.new(lines_in(tmp_path)) == [b"a", b"b"]


def test_a_record_is_where_the_environment_says_that_the_program_has_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("home", "a[1]"):
        (tmp_path / name / "a").mkdir(parents=True)
        (tmp_path / name / "a" / "s-1.jsonl").write_text(f"{name}\n")
        with sqlite3.connect(tmp_path / name / "db") as database:
            database.execute("CREATE TABLE said (who TEXT, text TEXT)")
            database.execute("INSERT INTO said VALUES ('me', ?)", (name,))
        database.close()
    lines = LinesRecord(Place("*/s-*.jsonl", "~", "TRIAL_HOME"), b"")
    table = TableRecord(Place("db", "~", "TRIAL_HOME"), QUERY, ("me",))
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setenv("TRIAL_HOME", "")
    assert OwnRecords().new(lines) == OwnRecords().new(table) == [b"home"]
    monkeypatch.setenv("TRIAL_HOME", str(tmp_path / "a[1]"))
    assert OwnRecords().new(lines) == OwnRecords().new(table) == [b"a[1]"]


def test_rows_of_a_table_are_read_while_another_writes_them(tmp_path: Path) -> None:
    path = tmp_path / "db # 1.sqlite"
    record = TableRecord(Place(path.name, str(tmp_path)), QUERY, ("me",))
    records = OwnRecords()
    assert records.new(record) == []
    writer = sqlite3.connect(path)
    writer.execute("PRAGMA journal_mode=WAL")
    writer.execute("CREATE TABLE said (who TEXT, text TEXT)")
    writer.executemany("INSERT INTO said VALUES (?, ?)", [("me", "1"), ("you", "2"), ("me", "3")])
    writer.commit()
    assert records.new(record) == [b"1", b"3"]
    writer.execute("INSERT INTO said VALUES ('me', '4')")
    assert records.new(record) == []
    writer.commit()
    assert records.new(record) == [b"4"]
    writer.close()
    assert records.new(record) == []


def test_what_is_no_database_is_empty_and_said_once(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    (tmp_path / "db").write_bytes(b"not a database at all\n" * 100)
    record = TableRecord(Place("db", str(tmp_path)), QUERY, ("me",))
    records = OwnRecords()
    with caplog.at_level(logging.WARNING):
        assert records.new(record) == records.new(record) == []
    assert [entry.getMessage() for entry in caplog.records] == [
        "the program's own record cannot be read: file is not a database"
    ]
