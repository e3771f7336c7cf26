"""Alerts in words: what a toast, a notification and the title of the terminal say."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from crew_core.observe.alert_conditions import Condition, Key, Severity, Standing
from crew_core.observe.alerts import Alert
from crew_core.observe.slices import Liveness, RunRow, RunsSlice
from crew_tui.glyphs import Glyphs, Sign
from crew_tui.lines import Tone
from crew_tui.panes.run_line import SHORT_ID
from crew_tui.text import clean, cut

#: Who comes back looks about first.
SUMMARY_S = 12.0

#: Of several alerts in one toast.
_MOST = 3

#: Cells of an alert's text in a toast: two lines of it.
_LONGEST = 100

_TONES = {Severity.INFO: Tone.TEXT, Severity.WARNING: Tone.WARN, Severity.ERROR: Tone.FAIL}

#: Conditions that look like the status of their run.
_AS_STATUS = {
    Condition.FAILED: "failed",
    Condition.COMPLETED: "completed",
    Condition.CANCELLED: "cancelled",
}


@dataclass(frozen=True, slots=True)
class Toast:
    """What the dashboard shows in its corner. `sticky`: until the person has seen it. All of it is clean.

    `stays_s`: for so many seconds; None, as long as one that is read at once.
    """

    title: str
    text: str
    severity: Severity
    sticky: bool
    stays_s: float | None = None


def severity_sign(severity: Severity, glyphs: Glyphs) -> Sign:
    shapes = {
        Severity.INFO: glyphs.dot,
        Severity.WARNING: glyphs.attention,
        Severity.ERROR: glyphs.statuses["failed"],
    }
    return Sign(shapes[severity], severity.value, _TONES[severity])


def alert_sign(alert: Alert, glyphs: Glyphs) -> Sign:
    """The severity in word and colour; the end of a run has the shape of that end."""
    sign = severity_sign(alert.severity, glyphs)
    status = _AS_STATUS.get(alert.key.condition)
    if status is None or alert.severity is Severity.WARNING:
        return sign
    tone = Tone.OK if alert.key.condition is Condition.COMPLETED else sign.tone
    return Sign(glyphs.statuses[status], sign.word, tone)


def about(key: Key) -> str:
    """The run by the end of its id, or the place that the alert is about."""
    name = clean(key.path.name)
    return f"run {name[-SHORT_ID:]}" if key.path.parent.name == "runs" else name or str(key.path)


def toast_of(alerts: Sequence[Alert], glyphs: Glyphs) -> Toast:
    """One toast for all of them; they are of one run, oldest first."""
    worst = max(alerts, key=lambda each: each.severity.rank)
    sign = alert_sign(worst, glyphs)
    lines = [cut(clean(each.text), _LONGEST) for each in alerts[:_MOST]]
    lines += [f"and {len(alerts) - _MOST} more"] if len(alerts) > _MOST else []
    goal = clean(worst.goal)
    title = f"{sign.shape} {about(worst.key)}" + (f": {goal}" if goal else "")
    return Toast(cut(title, _LONGEST // 2), "\n".join(lines), worst.severity, worst.severity is Severity.ERROR)


def summary_of(news: Sequence[tuple[RunRow, Standing]], how: str, glyphs: Glyphs) -> Toast:
    """One toast for all that became of runs while nobody looked: what needs the person first.

    :param how: how to reach these runs; empty where no key leads there.
    """
    ordered = sorted(news, key=lambda each: (not each[1].needs_you, -each[1].severity.rank))
    lines = [_in_summary(standing, glyphs) for _, standing in ordered[:_MOST]]
    lines += [f"and {len(news) - _MOST} more"] if len(news) > _MOST else []
    worst = max((standing.severity for _, standing in news), key=lambda each: each.rank)
    text = "\n".join(each for each in (*lines, how) if each)
    return Toast("since you left", text, worst, sticky=False, stays_s=SUMMARY_S)


def _in_summary(standing: Standing, glyphs: Glyphs) -> str:
    status = _AS_STATUS.get(standing.key.condition)
    shape = glyphs.statuses[status] if status else severity_sign(standing.severity, glyphs).shape
    return cut(f"{shape} {about(standing.key)} {clean(standing.text)}", _LONGEST // 2)


def notification_of(alerts: Sequence[Alert]) -> str:
    """One line for the desktop: the worst first."""
    ordered = sorted(alerts, key=lambda each: -each.severity.rank)
    more = f" (and {len(alerts) - 1} more)" if len(alerts) > 1 else ""
    return f"{about(ordered[0].key)} {clean(ordered[0].text)}{more}"


def title_of(runs: RunsSlice) -> str:
    """`crew: 2 running, 1 needs you`: what one wants to know of a terminal in the background."""
    running = sum(row.live is Liveness.LIVE for row in runs.rows)
    waiting = sum(row.needs_you for row in runs.rows)
    parts = [f"{running} running"] if running else []
    parts += [f"{waiting} need{'s' if waiting == 1 else ''} you"] if waiting else []
    return f"crew: {', '.join(parts) or 'idle'}"
