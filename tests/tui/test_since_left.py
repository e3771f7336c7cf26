"""Whoever comes back is told once what became of the runs meanwhile, and how to reach them."""

from __future__ import annotations

import os
import threading
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from textual import events as terminal

from crew_core.model.status import RunStatus
from crew_core.observe.alert_conditions import Severity, over
from crew_core.observe.since_left import Left, happened, left
from crew_core.observe.slices import Liveness, RunRow, SliceName
from crew_tui.alerting.absence import SHORT
from crew_tui.alerting.delivery import Alerting
from crew_tui.alerting.loudness import Loudness
from crew_tui.alerting.words import Toast, summary_of
from crew_tui.glyphs import UNICODE
from crew_tui.keymap.overrides import with_overrides
from crew_tui.keymap.reaching import how_to_reach
from crew_tui.keymap.table import DEFAULT
from crew_tui.left_file import MOST, LeftFile, left_path
from tests.tui.builders import LINK, NOW, ROOT, a_busy_project, ago, row, runs
from tests.tui.dashboard import ScriptedSource, dashboard
from tests.tui.test_alerting import Timers
from tests.tui.test_dashboard import ready, shown, until
from tests.tui.test_ui_state import Clockwork

HOUR = timedelta(hours=1)
THEN = NOW - HOUR


def working(number: int, **changes: Any) -> RunRow:
    return row(number, RunStatus.RUNNING, seconds=7200, **changes)


def needing(number: int, why: str = "02_ask waits for you") -> RunRow:
    return working(number, needs_you=True, why=why)


def ended(number: int, status: RunStatus = RunStatus.COMPLETED, *, ended_s: float = 60, **changes: Any) -> RunRow:
    return row(number, status, seconds=7200, finished_at=ago(ended_s), **changes)


def news(now: Sequence[RunRow], before: Sequence[RunRow]) -> list[str]:
    return [f"{each.run_id[-1]} {standing.text}" for each, standing in happened(now, left(before, THEN))]


# What happened


def test_an_end_and_a_need_are_news_and_what_was_so_before_is_not() -> None:
    before = (working(1), working(2), needing(3), working(4), ended(5, ended_s=7000))
    now = (ended(1), needing(2), needing(3), working(4), ended(5, ended_s=7000))
    assert news(now, before) == ["1 completed", "2 02_ask waits for you"]


def test_another_need_of_the_same_run_is_news() -> None:
    assert news([needing(1, "03_ask waits for you")], [needing(1)]) == ["1 03_ask waits for you"]


def test_an_interrupted_run_is_news() -> None:
    assert news([working(1, live=Liveness.INTERRUPTED)], [working(1)]) == ["1 interrupted: no coordinator works on it"]


def test_a_run_that_was_made_and_ended_meanwhile_is_news() -> None:
    made = row(2, RunStatus.FAILED, seconds=600, finished_at=ago(60))
    assert news([working(1), made], [working(1)]) == ["2 failed"]


def test_a_run_that_ended_again_is_news_and_a_foreign_one_only_when_it_was_open() -> None:
    assert news([ended(1)], [ended(1, ended_s=7000)]) == ["1 completed"]
    assert news([ended(1, foreign=True)], [ended(1, ended_s=7000, foreign=True)]) == []
    assert news([ended(1, foreign=True)], [working(1, foreign=True)]) == ["1 completed"]


def test_of_a_directory_that_nobody_has_left_nothing_is_news() -> None:
    assert happened([ended(1), needing(2)], {}) == ()
    assert happened([ended(1), needing(2)], {Path("/elsewhere"): Left(THEN)}) == ()


ROWS = st.lists(
    st.tuples(
        st.integers(1, 8),
        st.sampled_from([working, needing, ended, lambda n: ended(n, RunStatus.FAILED, foreign=True)]),
    ),
    max_size=8,
    unique_by=lambda each: each[0],
).map(lambda made: tuple(make(number) for number, make in made))


@given(ROWS, ROWS)
def test_whoever_leaves_and_comes_back_at_once_is_told_nothing(rows: tuple[RunRow, ...], others: Any) -> None:
    assert happened(rows, left(rows, NOW)) == ()
    told = {each.path for each, _ in happened(others, left(rows, NOW))}
    assert all(over(each) or each.needs_you for each in others if each.path in told)


def test_the_first_run_of_a_directory_is_news_to_whoever_has_been_there() -> None:
    made = row(2, RunStatus.FAILED, seconds=600, finished_at=ago(60))
    assert [each for each, _ in happened([made], left((), THEN, (ROOT,)))] == [made]


# What is kept


def test_it_is_kept_from_one_dashboard_to_the_next() -> None:
    assert left_path() == Path(os.environ["XDG_STATE_HOME"]) / "crew-tui" / "left.json"
    file = LeftFile(left_path(), clock=lambda: THEN)
    assert file.before == {}
    file.remember([needing(1), ended(2), working(3)])
    file.close()
    open_runs = {needing(1).path.name: "needs-you 02_ask waits", working(3).path.name: ""}
    assert LeftFile(left_path()).before == {ROOT: Left(THEN, open_runs)}
    assert left_path().stat().st_mode & 0o777 == 0o600


def test_a_change_is_written_after_a_while_and_nothing_else_before_the_end() -> None:
    later = Clockwork()
    file = LeftFile(left_path(), later=later, clock=lambda: THEN)
    file.remember([working(1)])
    assert not left_path().exists()
    later.strike()
    first = left_path().read_bytes()
    file.remember([working(1, done=2)])
    later.strike()
    assert left_path().read_bytes() == first
    file.remember([ended(1)])
    later.strike()
    assert left_path().read_bytes() != first


def test_a_dashboard_that_nobody_looked_at_has_seen_nothing() -> None:
    later = Clockwork()
    file = LeftFile(left_path(), later=later, clock=lambda: THEN)
    file.remember([working(1)])
    file.leave()
    later.strike()
    written = left_path().read_bytes()
    file.close()
    assert left_path().read_bytes() == written


def test_whoever_looks_away_does_not_wait_for_the_disk() -> None:
    later = Clockwork()
    file = LeftFile(left_path(), later=later, clock=lambda: THEN)
    file.remember([working(1)])
    file.leave()
    assert not left_path().exists()
    later.strike()
    assert LeftFile(left_path()).before == {ROOT: Left(THEN, {working(1).path.name: ""})}


def test_what_the_person_has_left_is_written_though_the_program_ends_at_once() -> None:
    file = LeftFile(left_path(), later=Clockwork(), clock=lambda: THEN)
    file.remember([working(1)])
    file.leave()
    file.close()
    assert LeftFile(left_path()).before == {ROOT: Left(THEN, {working(1).path.name: ""})}


def test_other_directories_stay_and_the_oldest_are_forgotten() -> None:
    def root(number: int) -> Path:
        return Path(f"/src/project-{number}/.crew/runs")

    for number in range(MOST + 2):
        file = LeftFile(left_path(), clock=lambda number=number: NOW + timedelta(seconds=number))  # type: ignore[misc]
        file.remember([working(1, path=root(number) / "team_1")])
        file.close()
    assert set(LeftFile(left_path()).before) == {root(number) for number in range(2, MOST + 2)}


@pytest.mark.parametrize("text", ["", "{", "[]", '{"/x": 3}', '{"/x": {"at": "soon"}}', '{"/x": {"at": "2026-01-01"}}'])
def test_a_damaged_file_says_nothing(text: str) -> None:
    left_path().parent.mkdir(parents=True)
    left_path().write_text(text)
    assert LeftFile(left_path()).before == {}


def test_a_home_that_cannot_be_written_is_no_reason_to_disturb_anybody() -> None:
    left_path().parent.parent.mkdir(parents=True, exist_ok=True)
    left_path().parent.write_text("in the way")
    file = LeftFile(left_path())
    file.remember([working(1)])
    file.close()


# What is told


def written(*rows: RunRow) -> None:
    file = LeftFile(left_path(), clock=lambda: THEN)
    file.remember(rows)
    file.close()


class Back:
    """A dashboard that is opened on `rows`."""

    def __init__(self, *rows: RunRow, loudness: Loudness | None = Loudness(), at_once_away: bool = False) -> None:
        self.timers = Timers()
        self.toasts: list[Toast] = []
        self.alerting = Alerting(
            toast=self.toasts.append,
            write=lambda sequences: None,
            clock=lambda: self.timers.now,
            later=self.timers.later,
            glyphs=UNICODE,
            how=how_to_reach(DEFAULT),
            environment={},
        )
        self.alerting.take(SliceName.LINK, LINK)
        self.list(*rows)
        if at_once_away:
            self.timers.run(1)
            self.alerting.look_away()
        self.file = LeftFile(left_path(), later=Clockwork())
        self.alerting.compare_with(self.file)
        if loudness is not None:
            self.alerting.use(loudness)
        self.timers.run(2)

    def list(self, *rows: RunRow) -> None:
        self.alerting.take(SliceName.RUNS, runs(*rows))


def test_one_summary_tells_of_all_what_needs_the_person_first() -> None:
    written(working(1), working(2), working(3), working(4), working(5))
    back = Back(ended(1), ended(2, RunStatus.FAILED, why="02_lint"), needing(3), ended(4), working(5))
    (toast,) = back.toasts
    assert toast.title == "since you left"
    assert toast.text.split("\n") == [
        "! run 00000003 02_ask waits for you",
        "✗ run 00000002 failed: 02_lint",
        "✓ run 00000001 completed",
        "and 1 more",
        "press ! to see them, there Enter to go to one",
    ]
    assert not toast.sticky
    listed = {each.key.path: each for each in back.alerting.alerts.alerts}
    assert set(listed) == {row(number).path for number in (1, 2, 3, 4)}
    assert all(each.unread for each in listed.values())


def test_it_is_told_once() -> None:
    written(working(1))
    back = Back(ended(1))
    assert len(back.toasts) == 1
    back.list(ended(1, why="again"))
    back.timers.run(5)
    assert len(back.toasts) == 1
    back.file.close()
    assert Back(ended(1)).toasts == []


@pytest.mark.parametrize("before", [(), (ended(1),)])
def test_where_nothing_happened_or_nobody_has_been_nothing_is_told(before: tuple[RunRow, ...]) -> None:
    if before:
        written(*before, needing(2))
    back = Back(ended(1, ended_s=7000), needing(2))
    assert back.toasts == []


def test_a_run_that_begins_and_ends_while_one_is_there_is_told_by_its_alert_alone() -> None:
    written(working(1))
    back = Back(working(1))
    back.list(working(1), row(2, seconds=-3, finished_at=ago(-4)))
    back.timers.run(3)
    assert [each.title for each in back.toasts] == ["✓ run 00000002: Goal number 2"]


def test_it_waits_until_it_is_known_how_loud_it_may_be() -> None:
    written(working(1))
    back = Back(ended(1), loudness=None)
    assert back.toasts == []
    back.alerting.use(Loudness())
    assert [each.title for each in back.toasts] == ["since you left"]
    written(working(1))
    assert Back(ended(1), loudness=Loudness(toast=Severity.ERROR)).toasts == []


@pytest.mark.parametrize(("away", "told"), [(HOUR, True), (SHORT - timedelta(seconds=1), False)])
def test_who_comes_back_to_an_open_dashboard_is_told_if_they_were_long_away(away: timedelta, told: bool) -> None:
    back = Back(working(1))
    back.alerting.look_away()
    back.list(ended(1, ended_s=-5))
    back.timers.run(away.total_seconds())
    del back.toasts[:]
    back.alerting.come_back()
    back.timers.run(1)
    assert [each.title for each in back.toasts] == (["since you left"] if told else [])
    del back.toasts[:]
    back.alerting.come_back()
    back.timers.run(1)
    assert back.toasts == []


def test_a_program_that_is_stopped_has_written_before_what_was_seen() -> None:
    back = Back(working(1))
    back.alerting.suspend()
    assert LeftFile(left_path()).before[ROOT].open == {working(1).path.name: ""}


def test_who_looks_away_before_it_is_known_how_they_left_is_away() -> None:
    written(working(1), working(2))
    back = Back(ended(1), working(2), at_once_away=True)
    assert [each.title for each in back.toasts] == ["since you left"]
    del back.toasts[:]
    back.list(ended(1), ended(2, ended_s=-5))
    back.timers.run(HOUR.total_seconds())
    del back.toasts[:]
    back.alerting.come_back()
    back.timers.run(1)
    assert [each.text.split("\n")[0] for each in back.toasts] == ["✓ run 00000002 completed"]


def test_it_names_the_keys_of_the_person() -> None:
    other, _ = with_overrides(DEFAULT, {"alerts": "f7"})
    assert how_to_reach(other).startswith("press F7 to see them")
    none, _ = with_overrides(DEFAULT, {"alerts": []})
    assert how_to_reach(none) == ""


def test_where_no_key_leads_to_them_it_says_nothing_of_a_way() -> None:
    gone = ended(1)
    told = happened([gone], left([working(1)], THEN))
    assert summary_of(told, "", UNICODE).text == "✓ run 00000001 completed"


# On the screen


async def test_it_blocks_no_key_and_its_way_leads_to_the_run() -> None:
    project = a_busy_project()
    listed = project[SliceName.RUNS]
    gone = next(each for each in listed.rows if each.status is RunStatus.FAILED)  # type: ignore[attr-defined]
    file = LeftFile(left_path(), clock=lambda: datetime.fromisoformat(gone.created_at) + timedelta(seconds=1))
    file.remember([working(1, path=gone.path)])
    file.close()
    app = dashboard(ScriptedSource(project), find_left=lambda: LeftFile(left_path()))
    async with app.run_test(size=(120, 30), notifications=True) as pilot:
        await ready(pilot, app)
        await until(pilot, lambda: "since you left" in shown(app) and f"run {gone.run_id[-8:]} failed" in shown(app))
        assert app.screen is app.main
        before = app.main.runs.selected
        await pilot.press("down")
        await until(pilot, lambda: app.main.runs.selected != before)
        await pilot.press("exclamation_mark")
        await until(pilot, lambda: "failed" in shown(app) and "alerts" in shown(app).split("\n")[1])


async def test_a_terminal_that_tells_of_focus_is_enough() -> None:
    app = dashboard(ScriptedSource(a_busy_project()))
    async with app.run_test(size=(120, 30)) as pilot:
        await ready(pilot, app)
        await until(pilot, lambda: "alerting" in app.__dict__ and app.alerting._absence._runs is not None)
        app.post_message(terminal.AppBlur())
        await until(pilot, lambda: app.alerting._absence._left_at is not None)
        app.post_message(terminal.AppFocus())
        await until(pilot, lambda: app.alerting._absence._left_at is None)


def test_writes_of_two_dashboards_do_not_lose_each_other() -> None:
    files = [LeftFile(left_path()) for _ in range(2)]
    for number, file in enumerate(files):
        file.remember([working(1, path=Path(f"/src/{number}/.crew/runs/team_1"))])
    threads = [threading.Thread(target=file.close) for file in files]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(LeftFile(left_path()).before) == 2
