"""From which severity on an alert is shown, rung and sent to the desktop: the settings `notifications`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from crew_core.observe.alert_conditions import Severity

OFF = "off"


@dataclass(frozen=True, slots=True)
class Loudness:
    """The least severity for each channel, None for never. `title`: the terminal's title has the counts."""

    toast: Severity | None = Severity.INFO
    bell: Severity | None = None
    desktop: Severity | None = None
    title: bool = False


#: When the settings cannot be read: on the screen only, nothing that leaves it.
QUIET = Loudness()


def reaches(least: Severity | None, severity: Severity) -> bool:
    """Whether an alert of `severity` is for a channel that begins with `least`."""
    return least is not None and severity.rank >= least.rank


def configured(start: Path, flags: Sequence[str]) -> Loudness:
    """As the settings say that count at `start`. Reads files and loads the schema: not for the loop.

    :param flags: words `KEY=VALUE` of the command line.
    """
    from crew_core.ops.errors import OpsError
    from crew_core.ops.settings import flags_from, settings_at

    try:
        said = settings_at(start, flags_from("settings", flags)).settings.notifications
    except OpsError:
        # Whoever looks at the settings as a whole tells what is wrong with them.
        return QUIET
    return Loudness(
        toast=_least(said.toast), bell=_least(said.bell), desktop=_least(said.desktop), title=said.title == "on"
    )


def _least(word: str) -> Severity | None:
    return None if word == OFF else Severity(word)
