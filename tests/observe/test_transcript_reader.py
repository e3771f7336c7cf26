"""Reading a transcript while it is written, cut short, replaced, deleted: the screen is told what is true."""

from __future__ import annotations

import os
import queue
import threading
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crew_core.observe.text_file import Change
from crew_core.observe.transcript_reader import TranscriptReader
from crew_core.observe.transcript_told import Contents, Transcript, Wanted
from crew_tui.panes.transcript_texts import searched
from crew_tui.texts.searching import pattern_of
from tests.observe.test_text_reader import ends_when_closed_before_its_wake_up_is_cleared
from tests.observe.transcript_files import (
    PATIENCE_S,
    Following,
    Memory,
    Repeated,
    decode,
    end,
    entries,
    indexed,
    lines_of,
    start,
    text,
)

#: What happens to a file: bytes are appended, it is cut, it is replaced by another, it goes away.
CHANGES = st.lists(
    st.one_of(
        st.tuples(
            st.just("append"), st.sampled_from([b'{"kind":"text","text":"a"}\n', b'{"kind":"te', b'xt"}\n', b"no\n"])
        ),
        st.tuples(st.just("cut"), st.integers(0, 60)),
        st.tuples(st.just("replace"), st.sampled_from([b"", b'{"kind":"notice","text":"new"}\n', b"half"])),
        st.tuples(st.just("delete"), st.just(b"")),
    ),
    max_size=8,
)


def _happen(path: Path, change: str, what: object) -> None:
    match change, what:
        case "append", bytes(data):
            with path.open("ab") as file:
                file.write(data)
        case "cut", int(size) if path.exists():
            os.truncate(path, min(size, path.stat().st_size))
        case "replace", bytes(data):
            other = path.with_suffix(".new")
            other.write_bytes(data)
            other.rename(path)
        case "delete", _:
            path.unlink(missing_ok=True)


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(CHANGES)
def test_whatever_becomes_of_a_file_the_next_look_tells_what_is_there(tmp_path, changes):
    path = tmp_path / "events.jsonl"
    path.unlink(missing_ok=True)
    path.write_bytes(b'{"kind":"text","text":"first"}\n')
    with Following(path) as told:
        told.until(lambda told: told.contents.complete)
        for change, what in changes:
            _happen(path, change, what)
            told.look()
            if path.exists():
                assert told.entries() == entries(indexed(Memory(path.read_bytes())))


def test_a_file_that_is_deleted_stays_as_it_was(tmp_path):
    path = tmp_path / "events.jsonl"
    path.write_bytes(lines_of([text("kept")]))
    with Following(path) as told:
        told.until(lambda told: told.contents.complete)
        path.unlink()
        told.look()
        assert told.contents.change is Change.GONE
        assert [entry.text for entry in told.entries()] == ["kept"]


def test_a_file_that_is_not_there_yet_is_found_when_it_is(tmp_path):
    path = tmp_path / "events.jsonl"
    with Following(path) as told:
        told.until(lambda told: bool(told.contents.failed))
        assert told.contents.absent
        assert told.contents.path == path
        path.write_bytes(lines_of([text("here")]))
        told.look()
        assert [entry.text for entry in told.entries()] == ["here"]


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_file_that_may_not_be_read_says_so(tmp_path):
    path = tmp_path / "events.jsonl"
    path.write_bytes(b"")
    path.chmod(0)
    with Following(path) as told:
        told.until(lambda told: bool(told.contents.failed))
        assert not told.contents.absent
        assert "Permission denied" in told.contents.failed


def test_a_link_in_place_of_a_transcript_is_not_followed(tmp_path):
    (tmp_path / "secret").write_bytes(lines_of([text("secret")]))
    path = tmp_path / "events.jsonl"
    path.symlink_to("secret")
    with Following(path) as told:
        told.until(lambda told: bool(told.contents.failed))
        assert not told.contents.absent
        assert told.contents.count == 0


def test_a_pipe_in_place_of_a_transcript_holds_nobody(tmp_path):
    path = tmp_path / "events.jsonl"
    os.mkfifo(path)
    with Following(path) as told:
        told.until(lambda told: bool(told.contents.failed))


def test_a_growing_file_is_read_without_any_hint(tmp_path):
    path = tmp_path / "events.jsonl"
    path.write_bytes(lines_of([text("one\n")]))
    with Following(path, grows=True) as told:
        told.until(lambda told: told.contents.complete)
        with path.open("ab") as file:
            file.write(lines_of([text("two")]))
        told.until(lambda told: told.contents.rest_bytes == 0 and told.contents.size_bytes == path.stat().st_size)
        assert [entry.text for entry in told.entries()] == ["one\ntwo"]


class _Counted(Memory):
    looks = 0

    def look_again(self) -> Change:
        self.looks += 1
        return super().look_again()


@pytest.mark.parametrize("grows", [False, True])
def test_only_a_transcript_that_grows_is_looked_at_again(monkeypatch, grows):
    monkeypatch.setattr("crew_core.observe.reading_thread.LOOK_AGAIN_S", 0.0)
    file = _Counted(lines_of([text("all")]))
    complete = queue.SimpleQueue[Contents]()
    reader: TranscriptReader[object] = TranscriptReader(
        searched, contents=lambda told: complete.put(told) if told.complete else None, made=print, found=print
    )
    reader.start()
    reader.open(1, lambda: Transcript(file.path, lambda: file, decode), grows=grows)
    index = complete.get(timeout=PATIENCE_S).index
    # Each answer is a turn; between two of them it would have looked.
    for _ in range(2):
        answered = threading.Event()
        reader.whole(index, 0, lambda entry, path, answered=answered: answered.set())
        assert answered.wait(PATIENCE_S)
    assert bool(file.looks) is grows
    reader.close()


def test_the_end_of_a_large_file_is_told_before_the_rest_is_read():
    block = lines_of([text("word " * 40, id=str(number)) for number in range(500)])
    file = Repeated(block, 24 << 20)
    told: list[tuple[Contents, int]] = []
    complete = threading.Event()

    def take(contents: Contents) -> None:
        told.append((contents, file.read_bytes))
        if contents.complete:
            complete.set()

    reader: TranscriptReader[object] = TranscriptReader(searched, contents=take, made=print, found=print)
    reader.start()
    reader.open(1, lambda: Transcript(file.path, lambda: file, decode), grows=False)
    assert complete.wait(PATIENCE_S)
    reader.close()
    first, read_bytes = told[0]
    assert first.count > 500
    assert first.earlier_bytes > 20 << 20
    assert read_bytes < 1 << 20
    last = told[-1][0]
    assert last.index is not first.index
    assert last.earlier_bytes == 0
    assert last.count > first.count


def test_what_is_wanted_is_made_of_the_entry_in_the_thread(tmp_path):
    path = tmp_path / "events.jsonl"
    path.write_bytes(lines_of([start("bash", "npm test"), end("bash", "ok")]))
    with Following(path) as told:
        told.until(lambda told: told.contents.complete)
        index = told.contents.index
        assert index is not None
        told.reader.want([Wanted(7, True, index, 0, lambda entry: (entry.text, threading.current_thread().name))])
        told.until(lambda told: bool(told.made))
        assert (told.made[0].look, told.made[0].what) == (7, ("npm test", "crew-io"))


def test_a_search_goes_on_in_what_is_appended(tmp_path):
    path = tmp_path / "events.jsonl"
    path.write_bytes(lines_of([text("token one", id="1")]))
    with Following(path) as told:
        told.until(lambda told: told.contents.complete)
        told.reader.search(1, pattern_of("token"))
        told.until(lambda told: told.hits is not None and not told.hits.searching)
        assert len(told.hits.hits) == 1
        with path.open("ab") as file:
            file.write(lines_of([text("token two", id="2"), text("none", id="3")]))
        told.reader.look_again()
        told.until(lambda told: len(told.hits.hits) == 2 and not told.hits.searching)


def test_that_nothing_was_found_is_told_also_of_an_empty_file(tmp_path):
    path = tmp_path / "events.jsonl"
    path.write_bytes(b"")
    with Following(path) as told:
        told.until(lambda told: told.contents.complete)
        told.reader.search(3, pattern_of("token"))
        told.until(lambda told: told.hits is not None and not told.hits.searching)
        assert (told.hits.search, told.hits.hits) == (3, ())


def test_a_reader_that_is_closed_just_before_it_falls_asleep_ends():
    def nothing(told: object) -> None:
        raise AssertionError(told)

    reader = TranscriptReader(lambda entry: (), contents=nothing, made=nothing, found=nothing)
    assert ends_when_closed_before_its_wake_up_is_cleared(reader)
