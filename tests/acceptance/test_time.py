"""Time: whatever stands where a time should stand, the screen shows the right one or a dash, never a wrong one."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.acceptance.stage import LATER, over, playing
from tests.observe.picrew import written

TWO_HOURS_AGO = LATER - timedelta(hours=2)

RIGHT = {
    "ISO with Z": TWO_HOURS_AGO.isoformat().replace("+00:00", "Z"),
    "ISO with an offset": (TWO_HOURS_AGO + timedelta(hours=5)).isoformat().replace("+00:00", "+05:00"),
}
#: What pi-crew does not write: understood or not, but never something else.
ELSEWHERE = {
    "epoch in seconds": TWO_HOURS_AGO.timestamp(),
    "epoch in milliseconds": TWO_HOURS_AGO.timestamp() * 1000,
}
TIMES = frozenset({"createdAt", "updatedAt", "startedAt", "finishedAt", "lastSeenAt", "spawnedAt", "time"})

NONE = {
    "zero": 0,
    "negative": -5,
    "null": None,
    "true": True,
    "false": False,
    "text": "yesterday",
    "nothing": "",
    "infinite": 1e300,
    "list": [1],
}


def with_times(project: Path, time: object) -> None:
    """A run in which every time is this one."""
    run = written.completed(project)
    for path in run.run.rglob("*.json*"):
        lines = path.read_text().splitlines() if path.suffix == ".jsonl" else [path.read_text()]
        path.write_text("\n".join(json.dumps(timed(json.loads(line), time)) for line in lines) + "\n")


def timed(record: Any, time: object) -> Any:
    match record:
        case dict():
            return {name: time if name in TIMES else timed(each, time) for name, each in record.items()}
        case list():
            return [timed(each, time) for each in record]
        case _:
            return record


def age_of_run(text: str) -> str:
    """The last column of its row."""
    line = next(line for line in text.splitlines() if "8e8d69c2 completed" in line)
    return line.split("completed", 1)[1].split("┃")[0].split("│")[0].split()[-1]


@pytest.mark.parametrize("form", RIGHT)
async def test_every_form_of_a_time_is_understood(form: str, tmp_path: Path) -> None:
    with_times(tmp_path / "project", RIGHT[form])
    async with playing(over(tmp_path / "project")) as stage:
        await stage.sees("01_explore")
        assert age_of_run(stage.text()) == "2h"


@pytest.mark.parametrize("form", ELSEWHERE)
async def test_a_number_is_the_time_or_a_dash(form: str, tmp_path: Path) -> None:
    with_times(tmp_path / "project", ELSEWHERE[form])
    async with playing(over(tmp_path / "project")) as stage:
        await stage.sees("01_explore")
        assert age_of_run(stage.text()) in ("2h", "–")


@pytest.mark.parametrize("form", NONE)
async def test_what_is_no_time_is_a_dash(form: str, tmp_path: Path) -> None:
    with_times(tmp_path / "project", NONE[form])
    async with playing(over(tmp_path / "project")) as stage:
        await stage.sees("01_explore")
        assert age_of_run(stage.text()) == "–"
        rows = [line for line in stage.lines() if "_verify" in line]
        assert re.search(r"–\s*[│┃]$", rows[0])
        for key in "235784":
            await stage.press(key)
            assert "1970" not in stage.text()
            assert not re.search(r"\d{4,}d", stage.text()), "an age of thousands of days"
