"""How alerts reach the person: toast, bell, desktop, title, and the screen that lists them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace
from textual.app import App
from textual.pilot import Pilot

from crew_core.model.status import RunStatus, TaskStatus
from crew_core.observe.alert_conditions import Condition, Key, Severity
from crew_core.observe.alerts import Alert, AlertsSlice
from crew_core.observe.bus import Bus
from crew_core.observe.slices import RunRow, SliceName
from crew_core.store.layout import config_home
from crew_tui.actions import Action
from crew_tui.alerting.delivery import Alerting
from crew_tui.alerting.loudness import QUIET, Loudness, configured
from crew_tui.alerting.sequences import BELL, POP_TITLE, PUSH_TITLE, desktop_notification, title
from crew_tui.alerting.words import Toast, notification_of, title_of, toast_of
from crew_tui.glyphs import ASCII, PLAIN, UNICODE
from crew_tui.keymap.table import DEFAULT
from crew_tui.lines import Kept, Line
from crew_tui.palette import palette_of
from crew_tui.panes.alerts import alerts_lines, alerts_title
from crew_tui.panes.standing import Standing
from crew_tui.screens.alerts import AlertsScreen
from crew_tui.theme_files import themes
from tests.resources.resource_files import put
from tests.tui.builders import LINK, NOW, ago, frame, row, run_slice, runs, task, tasks
from tests.tui.grid import grid

LOUD = Loudness(Severity.INFO, Severity.ERROR, Severity.WARNING, title=True)
XTERM = {"TERM": "xterm-256color"}


@dataclass
class Timers:
    """The clock and the timers of a loop that stands still until `run` lets time pass."""

    now: datetime = NOW
    waiting: list[tuple[datetime, Callable[[], None]]] = field(default_factory=list)

    def later(self, seconds: float, callback: Callable[[], None]) -> Any:
        entry = (self.now + timedelta(seconds=seconds), callback)
        self.waiting.append(entry)
        waiting = self.waiting

        class Timer:
            def stop(self) -> None:
                if entry in waiting:
                    waiting.remove(entry)

        return Timer()

    def run(self, seconds: float) -> None:
        until = self.now + timedelta(seconds=seconds)
        while due := [each for each in self.waiting if each[0] <= until]:
            entry = min(due, key=lambda each: each[0])
            self.waiting.remove(entry)
            self.now = max(self.now, entry[0])
            entry[1]()
        self.now = until


class Told:
    """An `Alerting` with what it has told. It sees the slices of a dashboard that was opened on `first`."""

    def __init__(self, *first: RunRow, loudness: Loudness | None = LOUD, environment: dict[str, str] = XTERM) -> None:
        self.timers = Timers()
        self.toasts: list[Toast] = []
        self.written: list[str] = []
        self.alerting = Alerting(
            toast=self.toasts.append,
            write=self.written.append,
            clock=lambda: self.timers.now,
            later=self.timers.later,
            glyphs=UNICODE,
            environment=environment,
        )
        self.alerting.take(SliceName.LINK, LINK)
        self.list(*first)
        if loudness is not None:
            self.alerting.use(loudness)
        self.timers.run(1)

    def list(self, *rows: RunRow) -> None:
        self.alerting.take(SliceName.RUNS, runs(*rows))


def running(number: int = 1, **changes: Any) -> RunRow:
    return row(number, RunStatus.RUNNING, **changes)


def failed(number: int = 1, **changes: Any) -> RunRow:
    return row(number, RunStatus.FAILED, finished_at=ago(-1), **{"why": "failed: 02_lint", **changes})


def completed(number: int = 1) -> RunRow:
    return row(number, finished_at=ago(-1))


def alert(number: int = 1, condition: Condition = Condition.FAILED, **changes: Any) -> Alert:
    given: dict[str, Any] = {
        "id": number,
        "key": Key(condition, row(number).path),
        "severity": Severity.ERROR,
        "text": "failed: 02_lint",
        "at": NOW - timedelta(minutes=number),
        "goal": "Goal",
    }
    return Alert(**{**given, **changes})


# Delivery


def test_each_channel_begins_with_its_own_severity() -> None:
    told = Told(running(1), running(2), running(3))
    del told.written[:]
    waiting = running(2, needs_you=True, why="02_ask waits for you")
    told.list(completed(1), waiting, running(3))
    told.timers.run(2)
    assert [each.text for each in told.toasts] == ["completed", "02_ask waits for you"]
    assert [each for each in told.written if each.startswith("\x1b]9")] == [
        "\x1b]9;crew: run 00000002 02_ask waits for you\a"
    ]
    told.list(completed(1), waiting, failed(3))
    told.timers.run(2)
    assert (told.toasts[-1].severity, told.toasts[-1].sticky) == (Severity.ERROR, True)
    assert told.written.count(BELL) == 1


def test_off_is_off() -> None:
    told = Told(running(), loudness=Loudness(None, None, None, title=False))
    told.list(failed())
    told.timers.run(5)
    assert (told.toasts, told.written) == ([], [])
    assert len(told.alerting.alerts.alerts) == 1


def test_an_episode_is_told_once_and_nothing_waits_when_all_is_told() -> None:
    told = Told(running())
    for _ in range(3):
        told.list(failed())
        told.timers.run(5)
    assert len(told.toasts) == 1
    assert told.timers.waiting == []


def test_what_happens_to_one_run_at_once_is_one_toast() -> None:
    told = Told(running())
    told.alerting.take(SliceName.RUN, run_slice(running()))
    told.alerting.take(SliceName.TASKS, tasks())
    told.timers.run(1)
    asking = [task(f"0{number}_ask", TaskStatus.WAITING) for number in range(5)]
    for count in range(1, 6):
        told.alerting.take(SliceName.TASKS, tasks(*asking[:count]))
        told.timers.run(0.1)
    told.timers.run(5)
    (toast,) = told.toasts
    assert toast.text.splitlines() == [
        "00_ask waits for you",
        "01_ask waits for you",
        "02_ask waits for you",
        "and 2 more",
    ]


def test_nothing_is_told_before_it_is_known_how_loud_and_nothing_is_lost() -> None:
    told = Told(running(), loudness=None)
    told.list(failed())
    told.timers.run(5)
    assert (told.toasts, told.written, told.timers.waiting) == ([], [], [])
    told.alerting.use(LOUD)
    assert len(told.toasts) == 1


def test_slices_of_a_bus_are_taken() -> None:
    told = Told()
    calls: list[Callable[[], None]] = []
    bus = Bus(calls.append)
    told.alerting.subscribe(bus)
    bus.publish({SliceName.RUNS: runs(failed(created_at=ago(-1)))})
    calls.pop()()
    told.timers.run(5)
    assert len(told.toasts) == 1


def test_the_alerts_of_the_former_run_do_not_come_from_the_slices_of_the_next() -> None:
    told = Told(running(1), running(2))
    waiting = tasks(task("02_ask", TaskStatus.WAITING))
    told.alerting.take(SliceName.RUN, run_slice(running(1)))
    told.alerting.take(SliceName.TASKS, waiting)
    told.timers.run(1)
    told.alerting.take(SliceName.RUN, run_slice(running(2)))
    told.timers.run(5)
    assert [each.key.path for each in told.alerting.alerts.alerts] == [row(1).path]
    assert told.toasts == []


# Words


def test_toasts_name_the_run_and_its_worst_alert() -> None:
    quiet = alert(severity=Severity.WARNING, condition=Condition.QUIET_AGENT, text="06_sec is quiet")
    toast = toast_of((quiet, alert(text="failed: \x1b[31m02_lint\x1b[0m\nnow")), UNICODE)
    assert toast == Toast("✗ run 00000001: Goal", "06_sec is quiet\nfailed: 02_lint now", Severity.ERROR, sticky=True)
    assert toast_of((quiet,), ASCII).title == "! run 00000001: Goal"
    done = alert(condition=Condition.COMPLETED, severity=Severity.INFO)
    assert toast_of((done,), PLAIN).title.startswith("v run")


def test_notifications_are_one_clean_line_with_the_worst_first() -> None:
    nasty = alert(severity=Severity.WARNING, text="x\x1b]9;4;1\a\ny")
    assert notification_of((nasty, alert())) == "run 00000001 failed: 02_lint (and 1 more)"
    sent = desktop_notification(notification_of((nasty,)), {})
    assert sent == "\x1b]9;crew: run 00000001 x y\a"
    assert desktop_notification("x\x1b\\" * 200, {}).count("\x1b") == 1
    assert len(desktop_notification("x" * 9000, {})) < 250


def test_tmux_lets_a_notification_through_when_it_is_wrapped() -> None:
    assert desktop_notification("hello", {"TMUX": "/tmp/tmux"}) == "\x1bPtmux;\x1b\x1b]9;crew: hello\a\x1b\\"


def test_the_title_counts_what_one_wants_to_know() -> None:
    assert title_of(runs(row(1), row(2, RunStatus.FAILED))) == "crew: idle"
    waiting = running(2, needs_you=True)
    assert title_of(runs(running(1), waiting, row(3))) == "crew: 2 running, 1 needs you"
    assert title_of(runs(waiting, replace(waiting, live=row(3).live))) == "crew: 1 running, 2 need you"
    assert title("a\x1b]2;b\a") == "\x1b]2;a\a"


# The terminal's title


def test_the_title_is_pushed_once_set_at_most_once_a_second_and_given_back() -> None:
    told = Told(running(1))
    assert told.written == [f"{PUSH_TITLE}\x1b]2;crew: 1 running\a"]
    for count in range(2, 6):
        told.list(*(running(number) for number in range(count)))
        told.timers.run(0.3)
    told.timers.run(2)
    counts = [int(each.partition(": ")[2].split()[0]) for each in told.written]
    assert counts[-1] == 5
    assert 2 <= len(counts) <= 4
    assert told.alerting.restore() == POP_TITLE
    assert told.alerting.restore() == ""


def test_a_title_that_was_never_taken_is_not_given_back() -> None:
    for told in (Told(running(), loudness=QUIET), Told(running(), environment={"TERM": "linux"}), Told(loudness=None)):
        assert told.written == []
        assert told.alerting.restore() == ""


def test_the_title_is_the_shells_while_the_dashboard_is_suspended() -> None:
    told = Told(running())
    told.alerting.suspend()
    told.alerting.resume()
    assert told.written[1:] == [POP_TITLE, f"{PUSH_TITLE}\x1b]2;crew: 1 running\a"]


# Settings


def test_the_settings_say_how_loud(tmp_path: Path) -> None:
    assert configured(tmp_path, ()) == Loudness(Severity.INFO, None, None, title=True)
    put(config_home() / "config.toml", "[notifications]\ntoast = 'error'\nbell = 'warning'\ntitle = 'off'\n")
    assert configured(tmp_path, ("notifications.desktop=info",)) == Loudness(
        Severity.ERROR, Severity.WARNING, Severity.INFO, title=False
    )
    put(config_home() / "config.toml", "[notifications]\ntoast = 'loud'\n")
    assert configured(tmp_path, ()) == QUIET


# The list


def test_the_list_shows_severity_age_run_and_text() -> None:
    shown = AlertsSlice((alert(1), alert(2, severity=Severity.WARNING, over_at=NOW, text="x\x1b[2J")), 1)
    kept: Kept[Line] = Kept()
    lines = alerts_lines(shown, frame(width=100), kept)
    assert lines[0].text.split() == ["✗", "error", "new", "1m", "run", "00000001", "failed:", "02_lint", "Goal"]
    assert lines[1].text.split() == ["!", "warning", "2m", "run", "00000002", "over:", "x", "Goal"]
    assert alerts_lines(shown, frame(width=100), kept)[0] is lines[0]
    assert alerts_title(shown) == "alerts 2 · 1 new"
    for width in range(1, 200):
        assert all(len(each.text) <= max(width, 60) for each in alerts_lines(shown, frame(width=width), Kept()))


def test_an_alert_that_held_before_anybody_looked_says_at_least_how_long() -> None:
    shown = AlertsSlice((alert(1, before=True), alert(2, before=True, at=NOW)), 2)
    said = [each.text.split()[3] for each in alerts_lines(shown, frame(width=100), Kept())]
    assert said == ["≥1m", "≥0m"]


def test_the_empty_list_says_what_would_appear() -> None:
    lines = [each.text for each in alerts_lines(AlertsSlice(), frame(width=60), Kept())]
    assert " No alerts." in lines
    assert "needs you" in " ".join(lines)
    assert max(map(len, lines)) <= 60


class Host(App[None]):
    """Only the screen of the alerts."""

    CSS = "#footer { height: 1; }"

    def __init__(self, told: Told) -> None:
        super().__init__()
        self.told = told
        self.opened: list[tuple[Path, str | None]] = []
        self.performed: list[Action] = []

    def on_mount(self) -> None:
        for each in themes():
            self.register_theme(each)
        self.theme = "crew-dark"
        self.push_screen(
            AlertsScreen(
                self.told.alerting,
                palette_of(self.current_theme),
                UNICODE,
                lambda: frame(now=self.told.timers.now, standing=Standing(("acme-api", "cfc0cf97"))),
                self.performed.append,
                open_run=lambda path, task_id: self.opened.append((path, task_id)),
                keymap=DEFAULT,
            )
        )


async def _shown(pilot: Pilot[None]) -> str:
    await pilot.pause()
    return "\n".join(grid(pilot.app.screen))


@pytest.fixture
def told() -> Told:
    made = Told(running(1), running(2))
    made.list(failed(1), running(2, needs_you=True, why="02_ask waits for you"))
    made.timers.run(5)
    return made


async def test_alerts_are_listed_opened_dismissed_and_read(told: Told) -> None:
    app = Host(told)
    async with app.run_test(size=(100, 20)) as pilot:
        shown = await _shown(pilot)
        assert "alerts 2 · 2 new" in shown
        assert shown.startswith(" crew ▸ acme-api ▸ alerts "), "they are of all runs"
        assert "failed: 02_lint" in shown
        assert "dismiss" in shown.splitlines()[-1]
        assert "H all read" in shown.splitlines()[-1]
        await pilot.press("enter")
        assert app.opened == [(row(2).path, "02_ask")]
        assert "1 new" in await _shown(pilot)
        await pilot.press("x")
        assert "02_ask" not in await _shown(pilot)
        await pilot.press("H")
        shown = await _shown(pilot)
        assert "new" not in shown
        assert "H all read" not in shown, "it would do nothing"
        await pilot.press("x")
        assert "No alerts." in await _shown(pilot)
        await pilot.press("escape")
        assert app.performed == [Action.BACK]


async def test_the_list_follows_what_happens_while_it_is_open(told: Told) -> None:
    app = Host(told)
    async with app.run_test(size=(100, 20)) as pilot:
        await _shown(pilot)
        told.list(failed(1), row(2, finished_at=ago(-1)))
        told.timers.run(2)
        shown = await _shown(pilot)
        assert "over: 02_ask waits for you" in shown
        assert "completed" in shown
