"""The pass over all files: bounded, honest about what it left out, right about lines."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from crew_core.agents.offline_program.interruption import Interruption
from crew_core.agents.offline_program.page import Page
from crew_core.agents.offline_program.stream import Stream
from crew_core.agents.offline_program.survey.listing import Listing
from crew_core.agents.offline_program.survey.scan import ScanLimits, scan
from crew_core.agents.offline_program.survey.words import pattern_of, significant_words
from crew_core.agents.offline_program.work import Work
from tests.offline import repositories
from tests.offline.offline_run import NEVER_INTERRUPTED, packet


def work_in(root: Path) -> Work:
    stream = Stream(lambda data: None)
    return Work(packet(root, "explorer"), root, Page(stream), stream, NEVER_INTERRUPTED)


def listing_of(root: Path) -> Listing:
    paths = sorted(str(path.relative_to(root)) for path in root.rglob("*") if path.is_file())
    return Listing(tuple(paths), len(paths), "test")


def test_a_limit_of_files_is_kept_and_told(tmp_path: Path) -> None:
    repositories.write(tmp_path, {f"f{number}.py": "x = 1\n" for number in range(9)})
    scanned = scan(work_in(tmp_path), listing_of(tmp_path), (), ScanLimits(files=4))
    assert (len(scanned.files), scanned.cut) == (4, "limit of 4 files: read the first 4 of 9")


def test_a_limit_of_bytes_is_kept_and_told(tmp_path: Path) -> None:
    repositories.write(tmp_path, {f"f{number}.py": "x" * 100 for number in range(9)})
    scanned = scan(work_in(tmp_path), listing_of(tmp_path), (), ScanLimits(size_bytes=150))
    assert (len(scanned.files), scanned.cut) == (2, "limit of 150 bytes: read the first 2 of 9")


def test_an_interruption_ends_it_with_what_there_is(tmp_path: Path) -> None:
    repositories.write(tmp_path, {"a.py": "x"})
    interruption = Interruption()
    interruption.asked = True
    work = replace(work_in(tmp_path), interruption=interruption)
    assert scan(work, listing_of(tmp_path), ()).cut == "interrupted: read the first 0 of 1"


def test_source_is_read_before_everything_else(tmp_path: Path) -> None:
    repositories.write(tmp_path, {"a.json": "{}", "b.md": "b", "c.dat": "c", "vendor/d.py": "d", "z.py": "z"})
    scanned = scan(work_in(tmp_path), listing_of(tmp_path), (), ScanLimits(files=2))
    assert [file.path for file in scanned.files] == ["b.md", "z.py"]


def test_words_are_whole_and_an_underscore_divides_them(tmp_path: Path) -> None:
    repositories.write(tmp_path, {"a.py": "price = 1\nunit_price = 2\nprices = 3\nPRICE = 4\n"})
    scanned = scan(work_in(tmp_path), listing_of(tmp_path), ("price",))
    assert scanned.files[0].hits == {"price": (1, 2, 4)}


@given(st.text())
def test_words_of_any_goal_are_few_and_can_be_looked_for(goal: str) -> None:
    words = significant_words(goal)
    assert len(words) <= 12
    assert pattern_of(words) is None if not words else pattern_of(words) is not None


def test_small_words_of_a_sentence_are_not_looked_for() -> None:
    assert significant_words("Why does the Scheduler of this repository start foo_bar twice?") == (
        "scheduler",
        "start",
        "foo_bar",
        "twice",
    )
