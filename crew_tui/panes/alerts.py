"""The list of alerts: newest first, what is over dim."""

from __future__ import annotations

from functools import partial

from crew_core.observe.alerts import Alert, AlertsSlice
from crew_tui.alerting.words import about, alert_sign
from crew_tui.lines import BLANK, Column, Kept, Line, Tone, columns, paragraph, text_line
from crew_tui.panes.frame import Frame
from crew_tui.panes.live import LivePane
from crew_tui.quantities import age
from crew_tui.spent_words import AT_LEAST
from crew_tui.text import clean
from crew_tui.widgets.view import View

_EMPTY = (
    "A run that needs you, fails, is interrupted or completes while the dashboard is open; an agent that goes quiet, "
    "a worker that dies, a letter to you, a file that cannot be read. Each is told once, and again only when it "
    "happens again."
)


def alert_line(alert: Alert, since: str, frame: Frame) -> Line:
    sign = alert_sign(alert, frame.glyphs)
    ended = alert.over_at is not None
    tone = Tone.DIM if ended else sign.tone
    said = Tone.DIM if ended or alert.read else Tone.TEXT
    text = f"over: {clean(alert.text)}" if ended else clean(alert.text)
    return columns(
        (
            Column(sign.shape, 1, tone),
            Column(sign.word, 7, tone),
            Column("new" if alert.unread else "", 3, Tone.ACCENT, priority=3),
            Column(since, 5, Tone.DIM, right=True, priority=2),
            Column(about(alert.key), 12, said),
            Column(text, 20, said, grows=True),
            Column(clean(alert.goal), 24, Tone.DIM, priority=4),
        ),
        frame.width,
        key=str(alert.id),
    )


def alerts_lines(shown: AlertsSlice, frame: Frame, kept: Kept[Line]) -> tuple[Line, ...]:
    """One line an alert; unchanged ones are the same objects as before."""
    if not shown.alerts:
        return (
            BLANK,
            text_line(" No alerts."),
            BLANK,
            text_line(" What appears here:", Tone.DIM),
            *paragraph(_EMPTY, frame.width, Tone.DIM),
        )
    lines = []
    for alert in shown.alerts:
        since = _since(alert, frame)
        made_from = (alert, since, frame.width, frame.glyphs)
        lines.append(kept.get(alert.id, made_from, partial(alert_line, alert, since, frame)))
    kept.forget_all_but({alert.id for alert in shown.alerts})
    return tuple(lines)


def _since(alert: Alert, frame: Frame) -> str:
    """How long it has held; what held when nobody looked, and does not say since when, at least so long."""
    seconds = (frame.now - alert.at).total_seconds()
    said = age(seconds)
    return f"{AT_LEAST}{'0m' if said == 'now' else said}" if alert.before else said


def alerts_title(shown: AlertsSlice) -> str:
    new = f" · {shown.unread} new" if shown.unread else ""
    return f"alerts {len(shown.alerts)}{new}" if shown.alerts else "alerts"


class AlertsPane(LivePane):
    """The selection is an alert's id."""

    def __init__(self, *args: object, **options: object) -> None:
        super().__init__(*args, selectable=True, **options)  # type: ignore[arg-type]
        self._kept: Kept[Line] = Kept()
        self.alerts = AlertsSlice()

    def take(self, alerts: AlertsSlice) -> None:
        if alerts is not self.alerts:
            self.alerts = alerts
            self.rebuild()

    @property
    def chosen(self) -> Alert | None:
        """The alert under the cursor."""
        return next((each for each in self.alerts.alerts if str(each.id) == self.selected), None)

    def compose_view(self, frame: Frame) -> View:
        return View(alerts_lines(self.alerts, frame, self._kept), title=alerts_title(self.alerts))
