"""Alerts of the open dashboard: found in the slices that come by, told once, kept for the list."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from functools import partial

from crew_core.observe.alert_conditions import Standing
from crew_core.observe.alert_episodes import Episodes, Watched
from crew_core.observe.alerts import GATHER_S, AlertsSlice, Bundle
from crew_core.observe.bus import Bus
from crew_core.observe.slices import LinkSlice, RunRow, RunSlice, RunsSlice, SliceName, TasksSlice
from crew_core.observe.tab_slices import HealthSlice, MailSlice
from crew_tui.alerting.absence import Absence, News
from crew_tui.alerting.loudness import Loudness, reaches
from crew_tui.alerting.sequences import BELL, desktop_notification, has_title
from crew_tui.alerting.terminal_title import Later, TerminalTitle, Timer
from crew_tui.alerting.words import Toast, notification_of, summary_of, title_of, toast_of
from crew_tui.glyphs import Glyphs
from crew_tui.left_file import LeftFile

#: Slices are looked at together, some times a second: an alert has no hurry, and the list of runs may be long.
LOOK_S = 0.25

#: A timer of no time at all is none.
_SOON_S = 0.001

_TAKEN = (SliceName.RUNS, SliceName.LINK, SliceName.RUN, SliceName.TASKS, SliceName.HEALTH, SliceName.MAIL)


class Alerting:
    """Everything runs on the loop. Nothing is told before `use` has said how loud that may be."""

    def __init__(
        self,
        *,
        toast: Callable[[Toast], None],
        write: Callable[[str], None],
        clock: Callable[[], datetime],
        later: Later,
        glyphs: Glyphs,
        how: str = "",
        environment: Mapping[str, str] = os.environ,
    ) -> None:
        """:param write: sends control sequences to the terminal, between two frames.
        :param later: calls back on the loop after so many seconds.
        :param how: how to reach the runs that alerts are about.
        """
        self._toast = toast
        self._write = write
        self._clock = clock
        self._later = later
        self._glyphs = glyphs
        self._environment = environment
        self._loudness: Loudness | None = None
        self._episodes = Episodes(clock())
        self._title = TerminalTitle(write, clock, later)
        self._new: dict[SliceName, object] = {}
        self._watched: Watched | None = None
        self._runs: RunsSlice | None = None
        self._looking: Timer | None = None
        self._waking: Timer | None = None
        self._listeners: list[Callable[[], None]] = []
        self._told = self._episodes.book.alerts
        self._absence = Absence(clock())
        self._how = how
        #: What became of runs since the person left, while it is gathered; None when that has been told.
        self._news: list[tuple[RunRow, Standing]] | None = []
        self._gathering: Timer | None = None

    def subscribe(self, bus: Bus) -> None:
        """Take part in what the store thread publishes."""
        for name in _TAKEN:
            bus.subscribe(name, partial(self.take, name))

    def take(self, name: SliceName, changed: object) -> None:
        """A new version of a slice."""
        self._new[name] = changed
        if self._looking is None:
            self._looking = self._later(LOOK_S, self.look)

    def use(self, loudness: Loudness) -> None:
        """How alerts reach the person, from now on."""
        self._loudness = loudness
        if self._news and self._gathering is None:
            self._tell_news()
        self._show_title()
        self._tell_due()

    # What comes by

    def look(self) -> None:
        """At what has come by so far: some time after it came, or when somebody wants to know."""
        if self._looking is not None:
            self._looking.stop()
            self._looking = None
        new, self._new = self._new, {}
        now = self._clock()
        runs, link = new.get(SliceName.RUNS), new.get(SliceName.LINK)
        if isinstance(runs, RunsSlice):
            self._runs = runs
            self._episodes.take_runs(runs, now)
            self._learn(self._absence.take(runs), now)
        self._take_watched(new, now)
        if isinstance(link, LinkSlice):
            self._episodes.take_link(link, now)
        self._show_title()
        self._tell_due()

    def _take_watched(self, new: Mapping[SliceName, object], now: datetime) -> None:
        run = new.get(SliceName.RUN)
        watched = self._watched
        if isinstance(run, RunSlice):
            same = watched is not None and watched.run.path == run.path
            watched = replace(watched, run=run) if watched is not None and same else Watched(run)
        if watched is None:
            return
        tasks, health, mail = (new.get(name) for name in (SliceName.TASKS, SliceName.HEALTH, SliceName.MAIL))
        self._watched = Watched(
            run=watched.run,
            tasks=tasks if isinstance(tasks, TasksSlice) else watched.tasks,
            health=health if isinstance(health, HealthSlice) else watched.health,
            mail=mail if isinstance(mail, MailSlice) else watched.mail,
        )
        self._episodes.take_watched(self._watched, now)

    # Since the person left

    def compare_with(self, file: LeftFile) -> None:
        """It is known how the runs stood when the person left."""
        self._learn(self._absence.compare_with(file), self._clock())
        self._tell_due()

    def look_away(self) -> None:
        """The person looks at something else."""
        self._absence.leave(self._clock())

    def come_back(self) -> None:
        """The person looks at the dashboard again."""
        self.look()
        now = self._clock()
        news = self._absence.come_back(now)
        if news:
            self._news = []
            self._learn(news, now)

    def _learn(self, news: News, now: datetime) -> None:
        """Each is found in the list of alerts; one toast tells of all that come within a moment."""
        for row, standing in news:
            self._episodes.book.list_only(standing, now, goal=row.goal)
        if news and self._news is not None:
            self._news += news
            if self._gathering is None:
                self._gathering = self._later(GATHER_S, self._tell_news)

    def _tell_news(self) -> None:
        self._gathering = None
        if self._loudness is None:
            # `use` comes back to it as soon as that is known.
            return
        news, self._news = self._news, None
        worst = max((each.severity for _, each in news or ()), key=lambda each: each.rank, default=None)
        if news and worst is not None and reaches(self._loudness.toast, worst):
            self._toast(summary_of(news, self._how, self._glyphs))

    # What is told

    def _tell_due(self) -> None:
        if self._loudness is not None:
            for bundle in self._episodes.book.due(self._clock()):
                self._tell(bundle, self._loudness)
        self._plan()
        self._changed()

    def _plan(self) -> None:
        """Wake up when the next alert is due, and never without one."""
        if self._waking is not None:
            self._waking.stop()
            self._waking = None
        at = self._episodes.book.next_at
        if at is not None and self._loudness is not None:
            self._waking = self._later(max(_SOON_S, (at - self._clock()).total_seconds()), self._woken)

    def _woken(self) -> None:
        self._waking = None
        self._tell_due()

    def _tell(self, bundle: Bundle, loudness: Loudness) -> None:
        shown = [alert for alert in bundle.alerts if reaches(loudness.toast, alert.severity)]
        if shown:
            self._toast(toast_of(shown, self._glyphs))
        sent = [alert for alert in bundle.alerts if reaches(loudness.desktop, alert.severity)]
        if sent:
            self._write(desktop_notification(notification_of(sent), self._environment))
        if reaches(loudness.bell, bundle.severity):
            self._write(BELL)

    def _show_title(self) -> None:
        wanted = self._loudness is not None and self._loudness.title and has_title(self._environment)
        if wanted and self._runs is not None:
            self._title.show(title_of(self._runs))

    # What the list shows

    @property
    def alerts(self) -> AlertsSlice:
        """The same object as long as nothing in it changes."""
        return self._episodes.book.alerts

    def listen(self, changed: Callable[[], None]) -> None:
        """Be called whenever `alerts` is another one."""
        self._listeners.append(changed)

    def leave(self, changed: Callable[[], None]) -> None:
        """Not any more."""
        self._listeners.remove(changed)

    def _changed(self) -> None:
        if self.alerts is not self._told:
            self._told = self.alerts
            for listener in tuple(self._listeners):
                listener()

    def read(self, alert_id: int) -> None:
        self._episodes.book.read(alert_id)
        self._changed()

    def read_all(self) -> None:
        self._episodes.book.read_all()
        self._changed()

    def dismiss(self, alert_id: int) -> None:
        self._episodes.book.dismiss(alert_id)
        self._changed()

    # The terminal's own

    def suspend(self) -> None:
        """Before the terminal is given to another program."""
        self._absence.stop(self._clock())
        self._title.suspend()

    def resume(self) -> None:
        """The terminal is the dashboard's again."""
        self.come_back()
        self._title.resume()

    def restore(self) -> str:
        """What is to be written to the terminal when the screen has been left, however that came about."""
        return self._title.restore()
