"""All alerts: go to what one is about, dismiss it, mark them as read."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from crew_tui.actions import Action
from crew_tui.alerting.delivery import Alerting
from crew_tui.glyphs import Glyphs
from crew_tui.keymap.table import Keymap
from crew_tui.palette import Palette
from crew_tui.panes.alerts import AlertsPane
from crew_tui.panes.frame import Frame
from crew_tui.screens.covering import CoveringScreen
from crew_tui.screens.moving import move
from crew_tui.situation import Region, Situation

Open = Callable[[Path, str | None], None]


class AlertsScreen(CoveringScreen):
    """Stays up to date while it is open."""

    pane: AlertsPane

    def __init__(
        self,
        alerting: Alerting,
        palette: Palette,
        glyphs: Glyphs,
        moment: Callable[[], Frame],
        perform: Callable[[Action], None],
        *,
        open_run: Open,
        keymap: Keymap,
    ) -> None:
        """:param open_run: goes to a run, and to one of its tasks if the alert names one."""
        super().__init__("alerts", palette, glyphs, moment, perform, keymap, of_run=False)
        self._alerting = alerting
        self._open_run = open_run
        self.pane = AlertsPane(palette, glyphs, moment, id="alerts")

    def on_mount(self) -> None:
        self._alerting.listen(self._take)
        self.pane.focus()
        self.call_after_refresh(self._take)

    def on_unmount(self) -> None:
        self._alerting.leave(self._take)

    def _take(self) -> None:
        self.pane.take(self._alerting.alerts)
        self.changed()

    def minute_passed(self) -> None:
        super().minute_passed()
        self.pane.rebuild()

    def situation(self) -> Situation:
        chosen = self.pane.chosen
        offers = {Action.DISMISS, Action.OPEN_ITEM} if chosen is not None else set()
        if self.pane.alerts.unread:
            offers.add(Action.ALERTS_READ)
        return Situation(region=Region.ALERTS, rows=len(self.pane.alerts.alerts), offers=frozenset(offers))

    def changed(self) -> None:
        self.footer.take(self.situation())

    def act(self, action: Action) -> bool:
        if move(self.pane, action):
            return True
        match action:
            case Action.OPEN_ITEM:
                self._open()
            case Action.DISMISS:
                self._dismiss()
            case Action.ALERTS_READ:
                self._alerting.read_all()
            case _:
                return False
        return True

    def _open(self) -> None:
        chosen = self.pane.chosen
        if chosen is not None:
            self._alerting.read(chosen.id)
            self._open_run(chosen.key.path, chosen.task_id)

    def _dismiss(self) -> None:
        chosen = self.pane.chosen
        if chosen is not None:
            self._alerting.dismiss(chosen.id)
