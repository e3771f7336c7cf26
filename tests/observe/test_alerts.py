"""Alerts: one for each episode of a condition, told once, whatever comes and goes meanwhile."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from msgspec.structs import replace

from crew_core.model.asks import Ask, AskKind
from crew_core.model.attempt import PauseCause
from crew_core.model.progress import Activity, Progress
from crew_core.model.snapshots import Manifest
from crew_core.model.status import RunStatus, TaskStatus
from crew_core.observe import alert_episodes
from crew_core.observe.alert_conditions import (
    LEADER,
    SETTLES_S,
    Condition,
    Key,
    Severity,
    Standing,
    in_row,
    is_paused,
    waits_for_you,
)
from crew_core.observe.alert_episodes import Episodes, Watched
from crew_core.observe.alerts import GATHER_S, KEPT, Alert, AlertBook, Bundle
from crew_core.observe.run_row import row_of
from crew_core.observe.slices import LinkSlice, LinkState, Liveness, Problem, RunRow, RunSlice, SliceState
from crew_core.observe.tab_slices import Box, HealthSlice, Letter, MailSlice, Worker
from crew_core.store.fs import RealFs
from crew_core.store.snapshot import read_snapshot, write_snapshot
from tests.engine.run_builders import plan
from tests.engine.run_builders import task as planned
from tests.observe.written_run import WrittenRun
from tests.tui.builders import LINK, NOW, ago, row, run_of, run_slice, runs, task, tasks

PATH = row(1).path


def later(seconds: float) -> datetime:
    return NOW + timedelta(seconds=seconds)


def running(number: int = 1, **changes: Any) -> RunRow:
    return row(number, RunStatus.RUNNING, **changes)


def ended(of: RunRow, status: RunStatus, **changes: Any) -> RunRow:
    given: dict[str, Any] = {"status": status, "live": Liveness.ENDED, "finished_at": ago(0), "done": of.total}
    return replace(of, **{**given, **changes})


def watched(of: RunRow, **parts: Any) -> Watched:
    return Watched(run_slice(of), **parts)


def health(*dead: str, alive: tuple[str, ...] = ()) -> HealthSlice:
    workers = [Worker(each, 1, 7, ago(60), ago(40), each not in dead) for each in (*dead, *alive)]
    return HealthSlice(SliceState.READY, tuple(workers), "")


class Open:
    """Episodes of a dashboard that is open and has seen `first`; `at` is the present second."""

    def __init__(self, *first: RunRow) -> None:
        self.episodes = Episodes(NOW)
        self.at = 0.0
        self.rows = first
        self.list(*first)

    @property
    def now(self) -> datetime:
        return later(self.at)

    def list(self, *rows: RunRow) -> None:
        self.rows = rows
        self.episodes.take_runs(runs(*rows), self.now)

    def watch(self, of: RunRow, **parts: Any) -> None:
        self.episodes.take_watched(watched(of, **parts), self.now)

    def after(self, seconds: float) -> tuple[Bundle, ...]:
        self.at += seconds
        return self.episodes.book.due(self.now)

    @property
    def alerts(self) -> tuple[Alert, ...]:
        return self.episodes.book.alerts.alerts

    def standing(self) -> list[str]:
        return [each.text for each in self.alerts if each.over_at is None]


# What is told


@pytest.mark.parametrize(
    ("status", "condition", "severity"),
    [
        (RunStatus.FAILED, Condition.FAILED, Severity.ERROR),
        (RunStatus.COMPLETED, Condition.COMPLETED, Severity.INFO),
        (RunStatus.CANCELLED, Condition.CANCELLED, Severity.INFO),
    ],
)
def test_the_end_of_a_run_is_told_once(status: RunStatus, condition: Condition, severity: Severity) -> None:
    seen = Open(running())
    over = ended(running(), status, why=f"{status}: 02_lint")
    seen.list(over)
    (bundle,) = seen.after(1)
    assert (bundle.path, bundle.severity) == (PATH, severity)
    assert [(each.key.condition, each.text, each.goal) for each in bundle.alerts] == [
        (condition, f"{status}: 02_lint", "Goal number 1")
    ]
    for age in range(3):
        seen.list(replace(over, updated_at=ago(-age)))
        assert seen.after(400) == ()
    assert len(seen.alerts) == 1


def test_what_was_so_when_the_dashboard_opened_is_not_told_and_only_what_needs_you_is_listed() -> None:
    seen = Open(
        row(1, RunStatus.FAILED),
        row(2),
        running(3, needs_you=True, why=waits_for_you("02_ask")),
        running(4, live=Liveness.INTERRUPTED, needs_you=True),
    )
    assert seen.after(60) == ()
    assert sorted(each.key.condition for each in seen.alerts) == [Condition.INTERRUPTED, Condition.NEEDS_YOU]
    assert seen.episodes.book.alerts.unread == 2


def test_a_run_that_began_later_and_failed_at_once_is_told() -> None:
    seen = Open(running())
    new = ended(running(2, created_at=ago(-5)), RunStatus.FAILED)
    seen.list(new, *seen.rows)
    assert [each.path for each in seen.after(1)] == [new.path]


def test_older_runs_that_come_into_sight_later_are_not_told() -> None:
    seen = Open(running())
    seen.list(*seen.rows, row(2, RunStatus.FAILED), replace(row(3), created_at="?"), row(4, None, problem="damaged"))
    assert seen.after(60) == ()
    assert seen.alerts == ()


def test_a_run_that_fails_again_after_a_retry_is_another_episode() -> None:
    seen = Open(running())
    seen.list(ended(running(), RunStatus.FAILED))
    assert len(seen.after(1)) == 1
    # The retry was too quick to be seen as running.
    seen.list(ended(running(), RunStatus.FAILED, finished_at=ago(-9)))
    assert len(seen.after(1)) == 1
    assert [each.over_at is None for each in seen.alerts] == [True, False]


def test_the_end_of_a_foreign_run_is_told_once_though_its_record_is_written_anew() -> None:
    seen = Open(running(foreign=True))
    for second in range(3):
        seen.list(ended(running(foreign=True), RunStatus.FAILED, finished_at=ago(-second)))
    assert len(seen.after(1)) == 1
    assert len(seen.alerts) == 1


def test_a_doubt_that_comes_later_is_an_escalation() -> None:
    seen = Open(running())
    over = ended(running(), RunStatus.COMPLETED, foreign=True)
    seen.list(over)
    seen.after(1)
    seen.episodes.book.dismiss(seen.alerts[0].id)
    seen.list(replace(over, doubt="two workers were killed"))
    (bundle,) = seen.after(1)
    assert bundle.severity is Severity.WARNING
    assert [each.text for each in seen.alerts] == ["completed; in doubt: two workers were killed"]
    seen.list(over)
    seen.list(replace(over, doubt="two workers were killed"))
    assert seen.after(1) == ()


def test_a_moment_without_a_coordinator_is_no_news() -> None:
    seen = Open(running())
    lost = running(live=Liveness.INTERRUPTED, needs_you=True, why="no coordinator works on it: resume")
    seen.list(lost)
    assert seen.after(SETTLES_S - 0.1) == ()
    seen.list(running())
    assert seen.after(60) == ()
    seen.list(lost)
    assert seen.after(SETTLES_S) == ()
    (bundle,) = seen.after(GATHER_S)
    assert [each.text for each in bundle.alerts] == ["interrupted: no coordinator works on it: resume"]


def test_a_run_that_waits_for_the_next_task_is_told_anew() -> None:
    seen = Open(running())
    for each in ("02_ask", "03_ask"):
        seen.list(running(needs_you=True, why=waits_for_you(each)))
        (bundle,) = seen.after(1)
        assert [(alert.text, alert.task_id) for alert in bundle.alerts] == [(waits_for_you(each), each)]
    assert seen.standing() == [waits_for_you("03_ask")]


def test_what_the_list_and_the_tasks_both_say_is_one_alert() -> None:
    seen = Open(running())
    seen.watch(running(), tasks=tasks())
    asks = tasks(task("02_ask", TaskStatus.WAITING), task("03_ask", TaskStatus.WAITING))
    waiting = running(needs_you=True, why=waits_for_you("02_ask"))
    seen.watch(running(), tasks=asks)
    seen.list(waiting)
    assert [len(each.alerts) for each in seen.after(1)] == [2]
    seen.watch(waiting, tasks=tasks())
    assert seen.standing() == [waits_for_you("02_ask")]
    seen.list(running())
    assert seen.standing() == []


def test_a_task_that_waits_is_one_alert_in_whatever_words_the_list_says_so() -> None:
    seen = Open(running())
    seen.watch(running(), tasks=tasks())
    seen.watch(running(), tasks=tasks(task("02_ask", TaskStatus.WAITING)))
    seen.list(running(needs_you=True, why="02_ask waits for an answer", foreign=True))
    assert [len(each.alerts) for each in seen.after(1)] == [1]
    assert seen.alerts[0].task_id == "02_ask"


def test_a_full_disk_makes_a_paused_task_worse() -> None:
    seen = Open(running(needs_you=True, why=is_paused("02_x")))
    paused = task("02_x", TaskStatus.RUNNING)
    attempt = replace_attempt(paused, PauseCause.STORAGE_FULL)
    seen.watch(running(), tasks=tasks())
    seen.watch(running(), tasks=tasks(attempt))
    (bundle,) = seen.after(1)
    assert bundle.severity is Severity.ERROR
    assert len(seen.alerts) == 1


def replace_attempt(of: Any, pause: PauseCause) -> Any:
    (attempt,) = of.attempts
    return msgspec.structs.replace(of, attempts=(msgspec.structs.replace(attempt, pause=pause),))


def quiet_task() -> Any:
    silent = Progress(activity_state=Activity.NEEDS_ATTENTION, last_activity_at=ago(300))
    return task("06_sec", TaskStatus.RUNNING, agent="sec-reviewer", agent_progress=silent)


def test_an_agent_that_goes_quiet_is_told_and_over_when_it_speaks() -> None:
    seen = Open(running())
    seen.watch(running(), tasks=tasks(task("06_sec", TaskStatus.RUNNING)))
    seen.watch(running(), tasks=tasks(quiet_task()))
    (bundle,) = seen.after(1)
    assert [(each.text, each.severity) for each in bundle.alerts] == [
        ("06_sec is quiet: sec-reviewer", Severity.WARNING)
    ]
    seen.watch(running(), tasks=tasks(task("06_sec", TaskStatus.RUNNING)))
    assert seen.standing() == []


def test_a_letter_to_the_leader_is_told_until_somebody_acknowledges_it() -> None:
    def mail(status: str, **changes: Any) -> MailSlice:
        letter = Letter("m1", Box.OUTBOX, "question", "02_x", LEADER, ago(1), "which one?", status=status)
        return MailSlice(SliceState.READY, (replace(letter, **changes),))

    seen = Open(running())
    seen.watch(running(), mail=MailSlice(SliceState.READY, ()))
    seen.watch(running(), mail=mail("delivered"))
    (bundle,) = seen.after(1)
    assert (bundle.severity, bundle.alerts[0].text) == (Severity.INFO, "02_x writes: which one?")
    seen.watch(running(), mail=mail("acknowledged"))
    assert seen.standing() == []
    for other in (mail("delivered", to="03_y"), mail("delivered", box=Box.INBOX)):
        seen.watch(running(), mail=other)
        assert seen.standing() == []


def letters(*ids: str) -> MailSlice:
    made = (Letter(each, Box.OUTBOX, "group_join", "group-join", LEADER, ago(4 * 86_400), each) for each in ids)
    return MailSlice(SliceState.READY, tuple(made))


def unreadable(of: RunRow) -> RunSlice:
    """What is left of a run whose manifest is gone."""
    problem = Problem(of.path / "manifest.json", "is missing")
    return RunSlice(SliceState.PARTIAL, of.path, None, Liveness.UNKNOWN, problems=(problem,), foreign=True)


def test_old_letters_of_a_run_that_is_over_are_no_news_when_its_status_cannot_be_read() -> None:
    over = ended(running(), RunStatus.COMPLETED, foreign=True)
    lost = replace(over, status=None, live=Liveness.UNKNOWN, problem="manifest.json is missing")
    seen = Open(over)
    seen.watch(over, mail=letters("m1", "m2"))
    seen.list(lost)
    waiting = tasks(task("02_ask", TaskStatus.WAITING))
    for _ in range(2):
        seen.episodes.take_watched(Watched(unreadable(over), waiting, mail=letters("m1", "m2")), seen.now)
        seen.after(10)
    assert seen.standing() == ["manifest.json: is missing", "manifest.json is missing"]


@pytest.mark.parametrize(("finished", "told"), [(ago(86_400), []), (ago(-5), ["completed"])])
def test_an_end_that_can_be_read_again_is_news_only_if_it_is_one(finished: str, told: list[str]) -> None:
    over = ended(running(), RunStatus.COMPLETED, finished_at=finished, foreign=True)
    seen = Open(replace(over, status=None, live=Liveness.UNKNOWN, created_at="", problem="manifest.json is missing"))
    seen.after(10)
    seen.list(over)
    assert [each.text for bundle in seen.after(1) for each in bundle.alerts] == told


def test_only_letters_that_come_when_a_run_goes_on_are_news() -> None:
    over = ended(running(), RunStatus.FAILED, foreign=True)
    seen = Open(over)
    seen.watch(over, mail=letters("m1"))
    seen.after(10)
    seen.list(running(foreign=True))
    seen.watch(running(), mail=letters("m1", "m2"))
    assert [each.text for bundle in seen.after(1) for each in bundle.alerts] == ["group-join writes: m2"]


def test_damage_is_told_once_for_each_file() -> None:
    seen = Open(running())
    seen.watch(running())
    broken = [Problem(PATH / "events.jsonl", f"line {number} is no event") for number in range(50)]
    damaged = replace(run_slice(running()), problems=(*broken, Problem(PATH / "tasks.json", "is damaged")))
    seen.episodes.take_watched(Watched(damaged), seen.now)
    seen.after(2)
    (bundle,) = seen.after(1)
    assert [each.text for each in bundle.alerts] == ["events.jsonl: line 0 is no event", "tasks.json: is damaged"]


def test_a_directory_that_cannot_be_read_and_a_store_that_stopped_are_told() -> None:
    seen = Open(running())
    root = Path("/other/.crew/runs")
    seen.episodes.take_runs(replace(runs(running()), problems=(Problem(root, "cannot be read"),)), seen.now)
    seen.episodes.take_link(LINK, seen.now)
    stale = LinkSlice("inotify", LinkState.STALE, ago(0), (Problem(PATH.parent, "reading stopped: boom"),))
    seen.episodes.take_link(stale, seen.now)
    seen.after(2)
    assert [(each.path, each.severity) for each in seen.after(1)] == [
        (root, Severity.WARNING),
        (PATH.parent, Severity.ERROR),
    ]


def test_loading_is_no_observation() -> None:
    seen = Open(running(needs_you=True, why="blocked by you"))
    seen.episodes.take_runs(runs(state=SliceState.LOADING), seen.now)
    assert seen.standing() == ["blocked by you"]
    seen.watch(running(), tasks=tasks())
    seen.watch(running(), tasks=tasks(quiet_task()))
    seen.after(1)
    loading = RunSlice(SliceState.LOADING, PATH, None, Liveness.UNKNOWN)
    seen.episodes.take_watched(Watched(loading, replace(tasks(), state=SliceState.LOADING)), seen.now)
    seen.watch(running(), tasks=tasks(quiet_task()))
    assert seen.after(60) == ()
    assert len(seen.alerts) == 2


# Memory that is stale


@pytest.mark.parametrize("list_first", [True, False])
def test_a_run_that_is_over_raises_nothing_from_what_was_read_before(list_first: bool) -> None:
    seen = Open(running())
    asks = {"tasks": tasks(quiet_task(), task("02_ask", TaskStatus.WAITING)), "health": health("06_sec")}
    letter = Letter("m1", Box.OUTBOX, "note", "02_x", LEADER, ago(1), "hello")
    mail = MailSlice(SliceState.READY, (letter,))
    over = ended(running(), RunStatus.COMPLETED)
    seen.watch(running(), tasks=tasks(), health=health(), mail=MailSlice(SliceState.READY, ()))
    last = Watched(replace(run_slice(running()), run=run_of(running() if list_first else over)), **asks, mail=mail)
    if list_first:
        seen.list(over)
    seen.episodes.take_watched(last, seen.now)
    seen.list(over)
    told = [each.text for bundle in (*seen.after(5), *seen.after(5)) for each in bundle.alerts]
    assert told == ["completed"]
    assert seen.standing() == ["completed"]


def test_the_end_of_a_run_ends_what_its_tasks_needed() -> None:
    seen = Open(running())
    seen.watch(running(), tasks=tasks(), health=health())
    seen.watch(running(), tasks=tasks(quiet_task()), health=health("06_sec"))
    seen.after(5)
    assert len(seen.standing()) == 2
    seen.list(ended(running(), RunStatus.FAILED))
    assert seen.standing() == ["failed"]


def test_a_run_that_comes_back_goes_on_with_its_episodes() -> None:
    failed, asking = row(1, RunStatus.FAILED), running(2, needs_you=True, why=waits_for_you("02_ask"))
    seen = Open(running(1), running(2))
    seen.list(failed, asking)
    assert len(seen.after(1)) == 2
    seen.episodes.book.dismiss(seen.alerts[-1].id)
    seen.list(row(3))
    assert seen.standing() == []
    seen.list(failed, asking)
    assert seen.after(60) == ()
    assert seen.standing() == [waits_for_you("02_ask")]
    seen.list(failed, running(2))
    seen.list(failed, asking)
    assert len(seen.after(1)) == 1


def test_what_left_the_list_is_forgotten_in_the_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(alert_episodes, "REMEMBERED", 2)
    seen = Open()
    for number in range(9):
        seen.list(running(number, needs_you=True, why="x"))
        seen.list()
    assert len(seen.episodes._left) == 2
    assert len(seen.episodes.book._open) == 2


# The person


def test_read_and_dismissed_alerts_are_not_told_any_more() -> None:
    seen = Open(running(1), running(2), running(3))
    seen.list(*(ended(running(number), RunStatus.FAILED) for number in (1, 2, 3)))
    third, second, _ = seen.alerts
    seen.episodes.book.read(second.id)
    seen.episodes.book.dismiss(third.id)
    assert [each.path for each in seen.after(1)] == [PATH]
    assert seen.episodes.book.alerts.unread == 1
    seen.episodes.book.read_all()
    assert seen.episodes.book.alerts.unread == 0


def test_the_list_is_the_same_object_while_nothing_in_it_changes() -> None:
    seen = Open(running(needs_you=True, why="x"))
    before = seen.episodes.book.alerts
    seen.list(running(needs_you=True, why="x", done=2))
    seen.after(60)
    assert seen.episodes.book.alerts is before


DAYS = 4 * 86_400


@pytest.mark.parametrize(
    ("found", "parts", "began"),
    [
        (running(live=Liveness.INTERRUPTED, updated_at=ago(DAYS)), {}, DAYS),
        (row(1, RunStatus.BLOCKED, needs_you=True, updated_at=ago(60)), {}, 60),
        (running(needs_you=True, why=waits_for_you("a"), running=0, updated_at=ago(90)), {}, 90),
        # Others work: what changed last says nothing about the one that waits.
        (running(needs_you=True, why=waits_for_you("a"), running=1, updated_at=ago(90)), {}, None),
        (running(live=Liveness.INTERRUPTED, updated_at="nonsense"), {}, None),
        (running(live=Liveness.INTERRUPTED, updated_at="0001-01-01T00:00:00+05:00"), {}, None),
        (running(live=Liveness.INTERRUPTED, updated_at=ago(-DAYS)), {}, None),
        (running(), {"health": health("a")}, 40),
        (running(), {"mail": MailSlice(SliceState.READY, (Letter("1", Box.OUTBOX, "", "a", LEADER, ago(7), ""),))}, 7),
    ],
)
def test_what_was_so_before_anybody_looked_is_as_old_as_its_record_says(
    found: RunRow, parts: dict[str, Any], began: float | None
) -> None:
    seen = Open(found)
    if parts:
        seen.watch(found, **parts)
    seen.after(10)
    (alert,) = seen.alerts
    assert alert.before is (began is None)
    if began is not None:
        assert alert.at == later(-began)


@pytest.mark.parametrize("others", [1, 0])
def test_an_ask_is_as_old_as_the_task_says_though_the_list_was_read_first(others: int) -> None:
    of = running(needs_you=True, why=waits_for_you("a"), running=others, updated_at=ago(90))
    seen = Open(of)
    seen.after(120)
    ask = Ask(id="p", kind=AskKind.PERMISSION, since=ago(1680))
    seen.watch(of, tasks=tasks(task("a", TaskStatus.WAITING, asks=(ask,))))
    (alert,) = seen.alerts
    assert (alert.at, alert.before) == (later(-1680), False)


def test_what_began_while_somebody_looked_is_not_dated_back() -> None:
    seen = Open(running())
    of = running(needs_you=True, why=waits_for_you("a"), running=1)
    seen.after(5)
    seen.list(of)
    ask = Ask(id="p", kind=AskKind.PERMISSION, since=ago(1680))
    seen.watch(of, tasks=tasks(task("a", TaskStatus.WAITING, asks=(ask,))))
    (alert,) = seen.alerts
    assert alert.at == later(5)


def test_what_begins_while_somebody_looks_began_now_and_the_list_has_the_newest_first() -> None:
    seen = Open(running(), running(2, live=Liveness.INTERRUPTED, updated_at=ago(DAYS)), running(3, **_waits(60)))
    seen.after(10)
    seen.list(ended(running(), RunStatus.FAILED), *seen.rows[1:])
    assert [(each.at, each.before) for each in seen.alerts] == [
        (later(10), False),
        (later(-60), False),
        (later(-DAYS), False),
    ]


def _waits(seconds: float) -> dict[str, Any]:
    return {"needs_you": True, "why": "x", "running": 0, "updated_at": ago(seconds)}


def test_no_more_alerts_are_kept_than_anybody_reads() -> None:
    book = AlertBook()
    for number in range(KEPT + 20):
        key = Key(Condition.FAILED, PATH, str(number))
        book.begin(Standing(key, Severity.ERROR, str(number)), later(number))
        if number == 100:
            book.end(key, later(number))
    kept = [int(each.text) for each in book.alerts.alerts]
    assert len(kept) == KEPT
    assert 100 not in kept
    assert kept[0] == KEPT + 19
    # What was dropped while it stands is no news.
    book.begin(Standing(Key(Condition.FAILED, PATH, "0"), Severity.ERROR, "0"), later(9999))
    assert int(book.alerts.alerts[0].text) == KEPT + 19


@pytest.mark.parametrize(("field", "words"), [("waiting", waits_for_you), ("paused", is_paused)])
def test_the_words_of_the_list_are_those_of_the_tasks(tmp_path: Path, field: str, words: Callable[[str], str]) -> None:
    run = WrittenRun(tmp_path, plan(planned("ask")))
    manifest = read_snapshot(run.layout.manifest, Manifest)
    write_snapshot(RealFs(), run.layout.manifest, msgspec.structs.replace(manifest, **{field: "ask"}))
    found = row_of(run.path)
    assert found.why == words("ask")
    assert [(each.text, each.task_id) for each in in_row(found)] == [(words("ask"), "ask")]


def test_a_worker_that_dies_lives_and_dies_again_is_told_twice() -> None:
    seen = Open(running())
    seen.watch(running(), health=health(alive=("02_x",)))
    told = []
    for dead in (True, False, True, True):
        seen.watch(running(), health=health("02_x") if dead else health(alive=("02_x",)))
        told += [bundle.alerts[0].text for bundle in (*seen.after(SETTLES_S), *seen.after(1))]
    assert told == ["the worker of 02_x is gone (pid 7)"] * 2
    assert [each.over_at is None for each in seen.alerts] == [True, False]


# Told together


moves = st.lists(
    st.tuples(st.integers(0, 2), st.integers(0, 3), st.sampled_from(["begin", "end"]), st.floats(0, 1.5)), max_size=40
)


@given(moves)
@example([(1, 0, "begin", 0.0), (1, 0, "end", 0.5), (1, 0, "begin", 0.5)])
def test_nothing_is_lost_where_alerts_are_told_together(moves: list[tuple[int, int, str, float]]) -> None:
    book, now = AlertBook(), NOW
    begun: dict[Key, datetime] = {}
    waiting: dict[int, datetime] = {}
    #: By run, when the first began that is told with the next ones, also if that one is over by then.
    gathering: dict[Path, datetime] = {}
    told: Counter[int] = Counter()

    def take(bundles: tuple[Bundle, ...], now: datetime) -> None:
        due = {path for path, first in gathering.items() if now - first >= timedelta(seconds=GATHER_S)}
        assert {bundle.path for bundle in bundles} <= due
        for path in due:
            del gathering[path]
        for bundle in bundles:
            assert len({each.key.path for each in bundle.alerts}) == 1
            told.update(each.id for each in bundle.alerts)
            for each in bundle.alerts:
                del waiting[each.id]

    for run, about, move, pause in moves:
        key = Key(Condition.NEEDS_YOU, row(run).path, str(about))
        if move == "begin" and key not in begun:
            begun[key] = now
            book.begin(Standing(key, Severity.WARNING, "x"), now)
            waiting[book.alerts.alerts[0].id] = now
            gathering.setdefault(key.path, now)
        elif move == "end" and key in begun:
            del begun[key]
            book.end(key, now)
            over = {each.id for each in book.alerts.alerts if each.over_at is not None}
            for each in over & waiting.keys():
                del waiting[each]
        now += timedelta(seconds=pause)
        take(book.due(now), now)
        # Whoever waits, waits no longer than that.
        assert all(now - since < timedelta(seconds=GATHER_S) for since in waiting.values())
    take(book.due(now + timedelta(seconds=1)), now + timedelta(seconds=1))
    assert not waiting
    assert book.next_at is None
    assert all(count == 1 for count in told.values())


class WorkersThatDie(RuleBasedStateMachine):
    """A run whose workers die and come back, that ends and goes on, that is looked at or not, listed or not."""

    WORKERS = ("01_a", "02_b")

    @initialize()
    def begin(self) -> None:
        self.seen = Open(running())
        self.dead: set[str] = set()
        self.over = False
        self.looking = False
        self.listed = True
        self.looked_before = False
        self.open: dict[str, bool] = {}
        self.episodes: Counter[str] = Counter()
        self.loud: Counter[str] = Counter()
        self.told: Counter[int] = Counter()
        self.raised: dict[int, str] = {}
        self.dismissed: set[int] = set()

    def observe(self) -> None:
        """Feed the slices, let everything settle, and follow in the model."""
        row_now = ended(running(), RunStatus.COMPLETED, foreign=True) if self.over else running(foreign=True)
        self.seen.list(*((row_now,) if self.listed else ()))
        looking = self.looking and self.listed
        if looking:
            alive = tuple(set(self.WORKERS) - self.dead)
            self.seen.watch(row_now, health=health(*sorted(self.dead), alive=alive))
        else:
            self.seen.episodes.take_watched(Watched(RunSlice(SliceState.EMPTY, None, None, Liveness.UNKNOWN)), NOW)
        self.follow(looking=looking)
        told = [each for _ in range(3) for bundle in self.seen.after(2) for each in bundle.alerts]
        for each in self.seen.alerts:
            if each.key.condition is Condition.DEAD_WORKER and each.task_id:
                self.raised[each.id] = each.task_id
        dead = [each for each in told if each.key.condition is Condition.DEAD_WORKER]
        self.told.update(each.id for each in dead)
        assert Counter(each.task_id for each in dead) == self.loud
        self.loud.clear()

    def follow(self, *, looking: bool) -> None:
        if self.listed and self.over:
            self.open.clear()
        elif looking:
            for each in self.WORKERS:
                if each in self.dead and each not in self.open:
                    self.open[each] = True
                    self.episodes[each] += 1
                    if self.looked_before:
                        self.loud[each] += 1
                elif each not in self.dead:
                    self.open.pop(each, None)
        self.looked_before = looking

    @rule(worker=st.sampled_from(WORKERS))
    def die(self, worker: str) -> None:
        self.dead.add(worker)
        self.observe()

    @rule(worker=st.sampled_from(WORKERS))
    def live_again(self, worker: str) -> None:
        self.dead.discard(worker)
        self.observe()

    @rule()
    def end_or_go_on(self) -> None:
        self.over = not self.over
        self.observe()

    @rule()
    def look_or_look_away(self) -> None:
        self.looking = not self.looking
        self.observe()

    @rule()
    def leave_or_come_back(self) -> None:
        self.listed = not self.listed
        self.looking = False
        self.observe()

    @precondition(lambda self: self.seen.alerts)
    @rule(data=st.data())
    def dismiss(self, data: st.DataObject) -> None:
        chosen = data.draw(st.sampled_from(self.seen.alerts))
        self.dismissed.add(chosen.id)
        self.seen.episodes.book.dismiss(chosen.id)

    @invariant()
    def each_episode_is_one_alert(self) -> None:
        assert Counter(self.raised.values()) == self.episodes
        assert all(count == 1 for count in self.told.values())

    @invariant()
    def dismissed_stays_dismissed(self) -> None:
        assert self.dismissed.isdisjoint(each.id for each in self.seen.alerts)

    @invariant()
    def what_stands_is_what_holds(self) -> None:
        standing = [
            each for each in self.seen.alerts if each.over_at is None and each.key.condition is Condition.DEAD_WORKER
        ]
        assert {each.task_id for each in standing} <= (set(self.open) if self.listed else set())


TestWorkersThatDie: Callable[[], None] = WorkersThatDie.TestCase
