"""Alerts, raised once for each time a condition begins to hold: listed, told together, read, dismissed, over."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

from crew_core.observe.alert_conditions import Key, Severity, Standing
from crew_core.store.clock import parse_iso

#: Alerts of one run that begin within this time are told together.
GATHER_S = 0.8

#: Alerts kept: what is over goes first, then the oldest.
KEPT = 500


@dataclass(frozen=True, slots=True)
class Alert:
    """One episode of a condition, which holds since ``at``; ``before``: or since earlier, nobody knows for how long.

    ``over_at``: it does not hold any more. Text and goal are not cleaned.
    """

    id: int
    key: Key
    severity: Severity
    text: str
    at: datetime
    before: bool = False
    goal: str = ""
    task_id: str | None = None
    needs_you: bool = False
    read: bool = False
    over_at: datetime | None = None

    @property
    def unread(self) -> bool:
        return not self.read and self.over_at is None


@dataclass(frozen=True, slots=True)
class AlertsSlice:
    """Newest first, without those that were dismissed."""

    alerts: tuple[Alert, ...] = ()
    unread: int = 0


@dataclass(frozen=True, slots=True)
class Bundle:
    """What is told at once: alerts of one run (or one place), oldest first."""

    path: Path
    alerts: tuple[Alert, ...]

    @property
    def severity(self) -> Severity:
        return max((alert.severity for alert in self.alerts), key=lambda each: each.rank)


@dataclass(frozen=True, slots=True)
class _Episode:
    """A condition that holds. Its alert may have been dismissed, and is then not in the book any more.

    ``quiet``: it held before anybody looked.
    """

    alert_id: int
    severity: Severity
    quiet: bool


@dataclass(frozen=True, slots=True)
class _Settling:
    """A condition that has not held for long enough to be news."""

    due: datetime
    standing: Standing
    goal: str
    quiet: bool


def _began(since: str, now: datetime) -> datetime | None:
    """When something began that was so before anybody looked; None when its record does not say or cannot be true."""
    try:
        at = parse_iso(since)
    except ValueError:
        return None
    return at if at <= now else None


class AlertBook:
    """All alerts. Owned by one thread; knows no clock but the moments that it is given."""

    def __init__(self) -> None:
        self._alerts: dict[int, Alert] = {}
        self._open: dict[Key, _Episode] = {}
        self._settling: dict[Key, _Settling] = {}
        self._untold: dict[Path, tuple[datetime, list[int]]] = {}
        self._last_id = 0
        self._slice: AlertsSlice | None = AlertsSlice()

    @property
    def alerts(self) -> AlertsSlice:
        """The same object as long as nothing in it changes."""
        if self._slice is None:
            # Of those that began at the same moment the one that was noticed last is the newest.
            newest = list(reversed(self._alerts.values()))
            newest.sort(key=lambda alert: alert.at, reverse=True)
            self._slice = AlertsSlice(tuple(newest), sum(alert.unread for alert in newest))
        return self._slice

    # Conditions

    def begin(self, standing: Standing, now: datetime, *, goal: str = "", quiet: bool = False) -> None:
        """It holds. ``quiet``: it was so before, so that it is not told, and listed only if it needs a person."""
        key = standing.key
        known = self._open.get(key)
        if known is not None:
            if standing.severity.rank > known.severity.rank:
                self._raise(standing, now, goal=goal, quiet=quiet)
            elif known.quiet:
                self._date(known, standing, now)
        elif standing.settles_s:
            due = now + timedelta(seconds=standing.settles_s)
            self._settling.setdefault(key, _Settling(due, standing, goal, quiet))
        else:
            self._raise(standing, now, goal=goal, quiet=quiet)

    def list_only(self, standing: Standing, now: datetime, *, goal: str = "") -> None:
        """It began while nobody looked: to be found in the list, and told with all else that did."""
        if standing.key not in self._open and not standing.settles_s:
            self._raise(standing, now, goal=goal, quiet=True, listed=True)

    def go_on(self, former: Standing, standing: Standing, now: datetime, *, goal: str = "") -> None:
        """It still holds, with other words or another severity. Worse is news again."""
        key = standing.key
        if key in self._settling:
            self._settling[key] = replace(self._settling[key], standing=standing)
            return
        known = self._open.get(key)
        if standing.severity.rank > (known.severity if known else former.severity).rank:
            self._raise(standing, now, goal=goal, quiet=False)
        elif known is not None and known.severity is standing.severity:
            alert = self._alerts.get(known.alert_id)
            if alert is not None and alert.text != standing.text:
                self._put(replace(alert, text=standing.text))

    def end(self, key: Key, now: datetime) -> None:
        """It does not hold any more: the next time is another episode."""
        self._settling.pop(key, None)
        self._close(key, now)
        self._open.pop(key, None)

    def holds(self, key: Key) -> bool:
        """There is an episode of it; a condition that was quiet and needs nobody has none."""
        return key in self._open

    def let_go(self, path: Path, now: datetime) -> None:
        """A run is out of sight: nothing is known of it, but its episodes may go on when it comes back."""
        for key in [key for key in self._settling if key.path == path]:
            del self._settling[key]
        for key in self._keys_of(path):
            self._close(key, now)

    def come_back(self, path: Path) -> None:
        """It is in sight again; what does not hold any more is to be ended."""
        for key in self._keys_of(path):
            alert = self._alerts.get(self._open[key].alert_id)
            if alert is not None:
                self._put(replace(alert, over_at=None))

    def forget(self, path: Path) -> None:
        """It will not come back."""
        for key in self._keys_of(path):
            del self._open[key]

    def _keys_of(self, path: Path) -> list[Key]:
        return [key for key in self._open if key.path == path]

    def _raise(self, standing: Standing, now: datetime, *, goal: str, quiet: bool, listed: bool = False) -> None:
        if quiet and not (standing.needs_you or listed):
            return
        key = standing.key
        known = self._open.get(key)
        if known is None:
            self._last_id += 1
        began = _began(standing.since, now) if quiet else now
        alert = Alert(
            id=known.alert_id if known else self._last_id,
            key=key,
            severity=standing.severity,
            text=standing.text,
            at=began or now,
            before=began is None,
            goal=goal,
            task_id=standing.task_id,
            needs_you=standing.needs_you,
        )
        # The newest is the last, also when it is an old one that got worse.
        self._alerts.pop(alert.id, None)
        self._put(alert)
        self._open[key] = _Episode(alert.id, alert.severity, quiet)
        if not quiet:
            _, ids = self._untold.setdefault(key.path, (now + timedelta(seconds=GATHER_S), []))
            if alert.id not in ids:
                ids.append(alert.id)
        while len(self._alerts) > KEPT:
            self._drop_one()

    def _date(self, known: _Episode, standing: Standing, now: datetime) -> None:
        """The list knows less of it than the run's own records: it began when the earliest of them says."""
        alert, began = self._alerts.get(known.alert_id), _began(standing.since, now)
        if alert is not None and began is not None and (alert.before or began < alert.at):
            self._put(replace(alert, at=began, before=False))

    def _drop_one(self) -> None:
        ended = next((each.id for each in self._alerts.values() if each.over_at is not None), None)
        del self._alerts[next(iter(self._alerts)) if ended is None else ended]

    def _close(self, key: Key, now: datetime) -> None:
        known = self._open.get(key)
        alert = self._alerts.get(known.alert_id) if known else None
        if alert is not None and alert.over_at is None:
            self._put(replace(alert, over_at=now))

    def _put(self, alert: Alert) -> None:
        self._alerts[alert.id] = alert
        self._slice = None

    # Telling

    @property
    def next_at(self) -> datetime | None:
        """When `due` has something to do, if nothing else happens until then."""
        times = [each.due for each in self._settling.values()] + [at for at, _ in self._untold.values()]
        return min(times, default=None)

    def due(self, now: datetime) -> tuple[Bundle, ...]:
        """What is to be told now. What was read, was dismissed or is over meanwhile is not told any more."""
        for key, each in list(self._settling.items()):
            if each.due <= now:
                del self._settling[key]
                self._raise(each.standing, now, goal=each.goal, quiet=each.quiet)
        bundles = []
        for path, (at, ids) in list(self._untold.items()):
            if at <= now:
                del self._untold[path]
                found = (self._alerts.get(each) for each in ids)
                alerts = tuple(alert for alert in found if alert is not None and alert.unread)
                bundles += [Bundle(path, alerts)] if alerts else []
        return tuple(bundles)

    # The person

    def read(self, alert_id: int) -> None:
        """Somebody has seen it."""
        alert = self._alerts.get(alert_id)
        if alert is not None and not alert.read:
            self._put(replace(alert, read=True))

    def read_all(self) -> None:
        for alert_id in list(self._alerts):
            self.read(alert_id)

    def dismiss(self, alert_id: int) -> None:
        """It is not shown again, unless its condition gets worse, or ends and begins again."""
        if self._alerts.pop(alert_id, None) is not None:
            self._slice = None
