"""The table of the benches: what was measured is shown, whatever fails after it."""

from __future__ import annotations

import io
from collections.abc import Iterator

from bench.baseline import verdict
from bench.measure import Judged, Measure
from bench.table import Table


def report(name: str, *samples: float) -> Measure:
    return Measure(name, samples, "ms", Judged.REPORT)


def fails_after_two() -> Iterator[Measure]:
    yield report("first", 1.0)
    yield report("second", 2.0)
    raise TimeoutError("'line 00050' did not come;\nthe end: …")


def test_a_measure_is_shown_before_the_next_one_is_taken() -> None:
    table = Table({}, out := io.StringIO())

    def looks_at_the_table() -> Iterator[Measure]:
        yield report("first", 1.0)
        yield report("rows so far", out.getvalue().count("\n"))

    table.fill("some", looks_at_the_table)
    assert [measure.value for measure in table.measures] == [1.0, 1.0]


def test_what_fails_is_a_row_at_its_place_and_takes_no_other_away() -> None:
    table = Table({}, out := io.StringIO())
    table.fill("broken", fails_after_two)
    table.fill("nothing to show", lambda: [Measure("empty", (), "ms", Judged.REPORT)])
    table.fill("whole", lambda: [report("third", 3.0)])
    rows = out.getvalue().splitlines()
    assert [row.split()[0] for row in rows] == ["first", "second", "broken", "nothing", "third"]
    assert rows[2].endswith("failed  TimeoutError: 'line 00050' did not come; the end: …")
    assert (table.failed, table.worse) == (2, 0)


def test_what_is_worse_than_recorded_is_counted() -> None:
    table = Table({"slow": {"value": 1.0, "noise": 0.0}}, out := io.StringIO())
    table.fill("some", lambda: [Measure("slow", (2.0,), "×", Judged.RATIO)])
    assert table.worse == 1
    assert "worse than 1 by more than 25%" in out.getvalue()


def test_a_row_over_its_budget_says_so_and_fails_nothing() -> None:
    table = Table({}, out := io.StringIO())
    names = ("within", "over")
    table.fill(
        "some",
        lambda: [Measure(n, (v,), "ms", Judged.REPORT, budget=200) for n, v in zip(names, (200.0, 900.0), strict=True)],
    )
    within, over = out.getvalue().splitlines()
    assert within.endswith("  within its budget of 200 ms")
    assert over.endswith("  OVER ITS BUDGET of 200 ms, 350% more")
    assert table.worse == 0


def test_no_noise_lets_everything_pass() -> None:
    restless = {"value": 1.0, "noise": 0.92}
    assert verdict(Measure("slow", (1.49,), "×", Judged.RATIO), {"slow": restless}) == ""
    assert verdict(Measure("slow", (1.1, 1.6, 9.0), "×", Judged.RATIO), {"slow": restless}) != ""
    assert verdict(Measure("gain", (0.6,), "×", Judged.RATIO, higher_is_better=True), {"gain": restless}) != ""
