"""Messages in the corner of the screen, and which of them stay until the person has seen them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.notifications import SeverityLevel

from crew_tui.text import clean, unjoined

if TYPE_CHECKING:
    from crew_tui.alerting.words import Toast
    from crew_tui.app import Dashboard
    from crew_tui.steering import Told

#: Who is there reads it at once.
_BRIEFLY_S = 4.0

#: Stays until Esc: errors are read when the person comes back.
_STICKY_S = 86_400.0

#: By the words of `alert_conditions.Severity`.
_SEVERITIES: dict[str, SeverityLevel] = {"info": "information", "warning": "warning", "error": "error"}


class Toasts:
    """All that is said there is cleaned here."""

    def __init__(self, app: Dashboard) -> None:
        self._app = app

    def say_briefly(self, text: str) -> None:
        self._app.notify(unjoined(clean(text, single_line=False)), timeout=_BRIEFLY_S, markup=False)

    def tell(self, told: Told) -> None:
        """What came of an action."""
        self._say(told.title, told.text, "error" if told.sticky else "information", sticky=told.sticky)
        if told.then is not None:
            told.then()
        self._app.main.changed()

    def show(self, toast: Toast) -> None:
        severity = _SEVERITIES[toast.severity.value]
        self._say(toast.title, toast.text, severity, sticky=toast.sticky, stays_s=toast.stays_s or _BRIEFLY_S)
        self._app.main.changed()

    def _say(
        self, title: str, text: str, severity: SeverityLevel, *, sticky: bool, stays_s: float = _BRIEFLY_S
    ) -> None:
        self._app.notify(
            unjoined(clean(text, single_line=False)),
            title=unjoined(clean(title)),
            severity=severity,
            timeout=_STICKY_S if sticky else stays_s,
            markup=False,
        )
        self._app.main.told = self._app.main.told or sticky
