"""Verdicts: every tab says of a run of pi-crew what its evidence says; of a damaged one never something better."""

from __future__ import annotations

import random
import re
import unicodedata
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import chain
from pathlib import Path

import pytest

from crew_core.observe.slices import Liveness
from crew_tui.glyphs import PLAIN
from crew_tui.panes.frame import Frame
from tests.acceptance.stage import over, playing
from tests.observe.picrew import written
from tests.observe.picrew.corpus import CORPUS, needs_corpus, runs_of
from tests.observe.picrew.test_corpus import TRUTHS, Truth
from tests.observe.picrew.test_damage import FOLDERS, MAKERS, Damage, _copy_of_run, cases
from tests.tui.painted_tabs import painted_tabs

#: What a normal run of the tests takes of each kind of damage; all of it is torture.
SAMPLED = 6

#: What the first line below the goal says of each of the runs that the tests make.
WORDS = {
    "completed": "completed",
    "failed": "failed",
    "orphaned": "interrupted",
    "in-background": "interrupted",
    "doubted": "completed?",
    "planned": "blocked",
}

_VERDICT = re.compile(
    r" \S (running|waiting|queued|blocked|completed|failed|cancelled|skipped|interrupted|unknown)(\?)?"
)
#: A file, and what is wrong with it.
_PROBLEM = re.compile(r" ! \S+\.jsonl?: \w")


@dataclass(frozen=True)
class Told:
    """What one tab says: the verdict in its head, `unknown` without one, and whether something could not be read."""

    verdict: str
    damaged: bool


def tabs_of(run: Path) -> dict[str, list[str]]:
    """Each tab as it is painted, without its borders."""
    frame = Frame(datetime.now(UTC), 100, 1_000_000, PLAIN)
    found = painted_tabs(run, frame)
    for line in chain.from_iterable(found.values()):
        assert not any(unicodedata.category(each) in ("Cc", "Cs") for each in line), f"raw: {line!r}"
    return {tab.value: lines for tab, lines in found.items()}


def told(lines: list[str]) -> Told:
    end = next((row for row, line in enumerate(lines) if re.search(r"1 ?Agents|\[1", line)), len(lines))
    verdict = next((match for line in lines[:end] if (match := _VERDICT.match(line))), None)
    said = f"{verdict[1]}{verdict[2] or ''}" if verdict else "unknown"
    return Told(said, any(_PROBLEM.match(line) for line in lines[:end]))


def check(run: Path, intact: str, what: str) -> None:
    for tab, lines in tabs_of(run).items():
        seen = told(lines)
        assert seen.verdict in (intact, "unknown") or seen.damaged, f"{what}: {tab} says {seen}, not {intact}"


def try_all(run: Path, intact: str, chosen: list[tuple[Path, str, Damage]]) -> None:
    for path, what, damage in chosen:
        whole = path.read_bytes()
        damage(path)
        check(run, intact, f"{path}: {what}")
        path.unlink(missing_ok=True)
        path.write_bytes(whole)


@pytest.mark.parametrize("name", MAKERS)
def test_every_tab_says_what_is_so(tmp_path: Path, name: str) -> None:
    run = MAKERS[name](tmp_path / "project").run
    assert {told(lines) for lines in tabs_of(run).values()} == {Told(WORDS[name], damaged=False)}


@pytest.mark.parametrize("name", MAKERS)
def test_no_tab_says_better_of_a_damaged_run(tmp_path: Path, name: str) -> None:
    run = MAKERS[name](tmp_path / "project").run
    everything = cases(tmp_path / "project")
    try_all(run, WORDS[name], random.Random(name).sample(everything, SAMPLED))


@pytest.mark.torture
@pytest.mark.parametrize("name", MAKERS)
def test_no_tab_says_better_of_any_damage(tmp_path: Path, name: str) -> None:
    run = MAKERS[name](tmp_path / "project").run
    try_all(run, WORDS[name], cases(tmp_path / "project"))


def word_of(truth: Truth) -> str:
    if truth.live is Liveness.INTERRUPTED:
        return "interrupted"
    return f"{truth.status}?" if truth.against else str(truth.status)


@pytest.mark.corpus
@needs_corpus
@pytest.mark.parametrize("name", TRUTHS)
def test_every_tab_of_a_real_run_says_what_is_so(name: str) -> None:
    for run in runs_of(CORPUS / name):
        assert {told(lines) for lines in tabs_of(run).values()} == {Told(word_of(TRUTHS[name]), damaged=False)}


@pytest.mark.torture
@pytest.mark.corpus
@needs_corpus
@pytest.mark.parametrize("name", FOLDERS)
def test_no_tab_says_better_of_a_damaged_real_run(tmp_path: Path, name: str) -> None:
    run = _copy_of_run(CORPUS / name, runs_of(CORPUS / name)[0], tmp_path / "project")
    try_all(run, word_of(TRUTHS[name]), cases(tmp_path / "project"))


async def test_the_dashboard_shows_the_same(tmp_path: Path) -> None:
    written.orphaned(tmp_path / "project")
    async with playing(over(tmp_path / "project"), (120, 30)) as stage:
        await stage.sees("01_explore")
        for tab in "1234578":
            await stage.press(tab)
            # In the list, and in the head of the tab.
            await stage.until(lambda: stage.text().count("interrupted") >= 2)
