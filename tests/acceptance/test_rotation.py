"""Rotation and truncation: what happens to files under an open dashboard is told, and it recovers by itself."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest

from crew_core.model import events as e
from tests.acceptance.stage import Stage, over, playing
from tests.acceptance.written_runs import OwnRun, interrupted
from tests.observe.picrew import written
from tests.observe.picrew.written import WrittenPicrew


async def problem_is_told(stage: Stage, name: str) -> None:
    """With the file's name, above what could be read."""
    await stage.until(lambda: any("!" in line and name in line for line in stage.lines()), f"a problem of {name}")


# A run of ours


def own(tmp_path: Path) -> OwnRun:
    return interrupted(tmp_path / "runs", says="it was said")


def line_of(run: OwnRun, text: str) -> bytes:
    """What an event would be in the journal."""
    return msgspec.json.encode(run.book.record(e.CoordinatorDetached(reason=text))) + b"\n"


async def test_a_half_written_event_is_shown_when_it_is_whole(tmp_path: Path) -> None:
    run = own(tmp_path)
    async with playing(over(tmp_path / "runs")) as stage:
        await stage.sees("01_look")
        await stage.press("2")
        whole, half = line_of(run, "in one piece"), line_of(run, "in two pieces")
        append(run.layout.journal, whole + half[:-30])
        await stage.sees("in one piece")
        assert "in two pieces" not in stage.text()
        append(run.layout.journal, half[-30:])
        await stage.sees("in two pieces")


async def test_a_truncated_journal_is_told_and_read_anew(tmp_path: Path) -> None:
    run = own(tmp_path)
    async with playing(over(tmp_path / "runs")) as stage:
        await stage.sees("01_look")
        await stage.press("2")
        await stage.sees("message.received")
        whole = run.layout.journal.read_bytes()
        lines = whole.splitlines(keepends=True)
        run.layout.journal.write_bytes(b"".join(lines[:4]))
        await stage.until(lambda: "message.received" not in stage.text(), "the shorter journal")
        run.layout.journal.write_bytes(whole)
        await stage.sees("message.received")


async def test_a_replaced_journal_is_read_anew(tmp_path: Path) -> None:
    run = own(tmp_path)
    async with playing(over(tmp_path / "runs")) as stage:
        await stage.sees("01_look")
        await stage.press("2")
        replace_file(run.layout.journal, run.layout.journal.read_bytes() + line_of(run, "in the other file"))
        await stage.sees("in the other file")
        append(run.layout.journal, line_of(run, "behind it"))
        await stage.sees("behind it")


@pytest.mark.parametrize("name", ["manifest.json", "tasks.json", "events.jsonl"])
async def test_a_corrupt_file_is_told_until_it_is_whole_again(name: str, tmp_path: Path) -> None:
    run = own(tmp_path)
    async with playing(over(tmp_path / "runs")) as stage:
        await stage.sees("01_look")
        path = run.path / name
        whole = path.read_bytes()
        replace_file(path, b"{" + whole[:40] + b"\n" + whole[60:])
        if name != "events.jsonl":
            # What stands there is from the journal; the others are looked at when everything is read.
            await stage.press("r")
        await problem_is_told(stage, name)
        assert stage.app.failure is None
        replace_file(path, whole)
        await stage.until(lambda: name not in stage.text(), "no problem any more")
        assert "01_look" in stage.text()


def replace_file(path: Path, data: bytes) -> None:
    """As all writers of whole files do."""
    temporary = path.with_suffix(".tmp")
    temporary.write_bytes(data)
    os.replace(temporary, path)


async def test_a_run_that_vanishes_while_it_is_looked_at_is_told(tmp_path: Path) -> None:
    run = own(tmp_path)
    async with playing(over(tmp_path / "runs"), toasts=True) as stage:
        await stage.sees("01_look")
        await stage.press("4")
        shutil.rmtree(run.path)
        await stage.sees("is gone")
        await stage.sees("No runs here yet")


async def test_output_that_is_cut_goes_on(tmp_path: Path) -> None:
    run = own(tmp_path)
    said = run.layout.attempt("02_change", 1).events
    async with playing(over(tmp_path / "runs")) as stage:
        await stage.sees("01_look")
        await stage.press("4")
        await stage.sees("02_change has seen it")
        said.write_bytes(said.read_bytes().splitlines(keepends=True)[0])
        run.say("02_change", 1, "said after the cut")
        await stage.sees("said after the cut")


# A run of pi-crew


async def test_a_growing_run_of_picrew_is_followed(tmp_path: Path) -> None:
    run = written.orphaned(tmp_path / "project")
    async with playing(over(tmp_path / "project")) as stage:
        await stage.sees("01_explore")
        await stage.press("2")
        run.event("task.note", "02_execute", message="one more event")
        await stage.sees("one more event")


DAMAGES: dict[str, Callable[[WrittenPicrew], None]] = {
    "truncated": lambda run: run_file(run).write_bytes(run_file(run).read_bytes()[:300]),
    "half-written": lambda run: append(run_file(run), b'{"time": "2026-05-15T'),
    "replaced": lambda run: replace_file(run_file(run), run_file(run).read_bytes()[:-200] + b"\n"),
}


def run_file(run: WrittenPicrew) -> Path:
    return run.run / "events.jsonl"


def append(path: Path, data: bytes) -> None:
    with path.open("ab") as file:
        file.write(data)


@pytest.mark.parametrize("damage", DAMAGES)
async def test_a_damaged_journal_of_picrew_goes_on_when_it_is_written_again(damage: str, tmp_path: Path) -> None:
    run = written.orphaned(tmp_path / "project")
    whole = run_file(run).read_bytes()
    async with playing(over(tmp_path / "project")) as stage:
        await stage.sees("01_explore")
        await stage.press("2")
        await stage.sees("worker.spawned")
        DAMAGES[damage](run)
        await stage.press("1", "2")
        replace_file(run_file(run), whole)
        run.event("task.note", "02_execute", message="one more event")
        await stage.sees("one more event")
        assert stage.app.failure is None


@pytest.mark.parametrize("name", ["manifest.json", "tasks.json"])
async def test_a_damaged_record_of_picrew_is_told_until_it_is_whole_again(name: str, tmp_path: Path) -> None:
    run = written.completed(tmp_path / "project")
    async with playing(over(tmp_path / "project")) as stage:
        await stage.sees("01_explore")
        whole = (run.run / name).read_bytes()
        replace_file(run.run / name, whole[:50])
        await stage.until(lambda: name in stage.text(), "the problem")
        assert "is damaged" in stage.text()
        replace_file(run.run / name, json.dumps(json.loads(whole)).encode())
        await stage.until(lambda: name not in stage.text() and "✓ completed" in stage.text(), "the whole run")
