"""Damaged copies: the same verdict, or unknown, or said to be damaged; never a completed that was not there."""

from __future__ import annotations

import random
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from crew_core.observe.picrew.contained import LONGEST_LINE
from crew_core.observe.picrew.outputs import output_sources
from crew_core.observe.picrew.reading import PicrewReader, PicrewReading
from crew_core.observe.picrew.row import PicrewRow
from crew_core.observe.picrew.stream import AgentStream
from crew_core.observe.slices import Liveness, RunRow
from tests.observe.picrew import written
from tests.observe.picrew.corpus import CORPUS, files_of, needs_corpus, runs_of, tree_hash
from tests.observe.picrew.written import ScriptedProcesses, epoch

#: Long after every run here was written.
NOW = epoch(365 * 86_400)
NOBODY = ScriptedProcesses()

#: What a normal run of the tests takes of each kind of damage; all of it is torture.
SAMPLED = 40

Damage = Callable[[Path], None]


@dataclass(frozen=True)
class Seen:
    """What a person sees of a run at a glance. ``well``: tasks that are shown as completed without a doubt."""

    status: str | None
    live: Liveness
    doubted: bool
    well: frozenset[str] = frozenset()


def reading_of(run: Path) -> PicrewReading:
    reader = PicrewReader(run, NOBODY, lambda: NOW)
    reading = reader.read()
    assert reader.read() is reading
    return reading


def seen(reading: PicrewReading) -> Seen:
    well = {task.id for task in reading.tasks if task.status == "completed" and task.id not in reading.task_doubts}
    return Seen(reading.run.status if reading.run else None, reading.live, bool(reading.against), frozenset(well))


def row_seen(row: RunRow) -> Seen:
    return Seen(row.status, row.live, bool(row.doubt))


def check(run: Path, intact: Seen, what: str) -> None:
    """Read everything of a damaged run, and judge what is seen."""
    reading = reading_of(run)
    for task in reading.tasks:
        for path in output_sources(run, task.id):
            stream = AgentStream(path)
            for line in path.read_bytes().split(b"\n"):
                stream.feed(line)
    told = bool(reading.problems)
    row = PicrewRow(run, NOBODY).read(NOW)
    assert told or seen(reading).well <= intact.well, what
    for now, damaged in ((seen(reading), told), (row_seen(row), bool(row.problem) or told)):
        same = (now.status, now.live, now.doubted) == (intact.status, intact.live, intact.doubted)
        assert same or now.live is Liveness.UNKNOWN or damaged, what
        well = now.status == "completed" and not now.doubted
        assert not well or (intact.status == "completed" and not intact.doubted) or damaged, what


def cut(path: Path, sixteenth: int) -> None:
    data = path.read_bytes()
    path.write_bytes(data[: len(data) * sixteenth // 16])


def flip(path: Path, seed: int) -> None:
    data = bytearray(path.read_bytes())
    chance = random.Random(seed)
    for _ in range(1 + len(data) // 4096):
        if data:
            data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
    path.write_bytes(bytes(data))


def escape(path: Path) -> None:
    """Text that would take over a terminal, wherever text stands."""
    path.write_bytes(path.read_bytes().replace(b': "', b': "\\u001b]0;owned\\u0007\\u001b[2J'))


def long_line(path: Path) -> None:
    data = path.read_bytes()
    middle = data.find(b"\n", len(data) // 2) + 1
    path.write_bytes(data[:middle] + b'{"type":"' + b"x" * (LONGEST_LINE + 10) + b'"}\n' + data[middle:])


def lead_out(path: Path) -> None:
    """A link to a file outside, which says that all is well."""
    outside = path.parents[6] / "outside"
    outside.write_bytes(path.read_bytes().replace(b"running", b"completed").replace(b"failed", b"completed"))
    path.unlink()
    path.symlink_to(outside)


def damages(seed: int) -> Iterator[tuple[str, Damage]]:
    for sixteenth in range(16):
        yield f"cut at {sixteenth}/16", lambda path, at=sixteenth: cut(path, at)
    for number in range(4):
        yield f"flipped {number}", lambda path, at=seed + number: flip(path, at)
    yield "missing", Path.unlink
    yield "escapes", escape
    yield "long line", long_line
    yield "linked out", lead_out


MAKERS = {
    "completed": written.completed,
    "failed": written.failed,
    "orphaned": written.orphaned,
    "in-background": lambda project: written.orphaned(project, background=True),
    "doubted": written.doubted,
    "planned": written.planned,
}


#: Artifacts that nothing here reads.
UNREAD = frozenset({"prompts", "metadata", "batches", "diffs", "export", "group-joins"})


def cases(project: Path) -> list[tuple[Path, str, Damage]]:
    """Each file with each damage."""
    files = files_of(project, lambda path: UNREAD.isdisjoint(path.parts))
    return [(path, what, damage) for number, path in enumerate(files) for what, damage in damages(number * 100)]


def try_all(run: Path, chosen: list[tuple[Path, str, Damage]]) -> None:
    intact = seen(reading_of(run))
    assert row_seen(PicrewRow(run, NOBODY).read(NOW)) == replace(intact, well=frozenset())
    for path, what, damage in chosen:
        whole = path.read_bytes()
        damage(path)
        check(run, intact, f"{path}: {what}")
        path.unlink(missing_ok=True)
        path.write_bytes(whole)
    assert seen(reading_of(run)) == intact


@pytest.mark.parametrize("name", MAKERS)
def test_a_sample_of_damage(tmp_path: Path, name: str) -> None:
    run = MAKERS[name](tmp_path / "project").run
    everything = cases(tmp_path / "project")
    chosen = random.Random(name).sample(everything, min(SAMPLED, len(everything)))
    try_all(run, chosen)


@pytest.mark.torture
@pytest.mark.parametrize("name", MAKERS)
def test_all_damage(tmp_path: Path, name: str) -> None:
    run = MAKERS[name](tmp_path / "project").run
    try_all(run, cases(tmp_path / "project"))


FOLDERS = sorted(path.name for path in CORPUS.iterdir() if runs_of(path)) if CORPUS.is_dir() else ["none"]


def _copy_of_run(folder: Path, run: Path, target: Path) -> Path:
    """The run with its artifacts and nothing else of the project, where it would lie in a project."""
    crew = run.parents[2]
    for below in (run, crew / "artifacts" / run.name):
        shutil.copytree(below, target / below.relative_to(folder), symlinks=True)
    return target / run.relative_to(folder)


@pytest.mark.corpus
@needs_corpus
def test_a_sample_of_damage_to_real_runs(tmp_path: Path) -> None:
    chance = random.Random(4)
    for name in chance.sample(FOLDERS, 8):
        run = _copy_of_run(CORPUS / name, runs_of(CORPUS / name)[0], tmp_path / name)
        try_all(run, chance.sample(cases(tmp_path / name), 12))


@pytest.mark.torture
@pytest.mark.corpus
@needs_corpus
@pytest.mark.parametrize("name", FOLDERS)
def test_all_damage_to_real_runs(tmp_path: Path, name: str) -> None:
    run = _copy_of_run(CORPUS / name, runs_of(CORPUS / name)[0], tmp_path / "project")
    try_all(run, cases(tmp_path / "project"))


@pytest.mark.parametrize("name", MAKERS)
def test_reading_writes_nothing(tmp_path: Path, name: str) -> None:
    run = MAKERS[name](tmp_path / "project").run
    before = tree_hash(tmp_path)
    check(run, seen(reading_of(run)), name)
    assert tree_hash(tmp_path) == before
