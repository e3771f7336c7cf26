"""One entry of the key table, and the places in which entries hold."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from crew_tui.actions import Action, Group
from crew_tui.situation import TABS, Region, Situation

When = Callable[[Situation], bool]

EVERYWHERE = frozenset(Region)
DETAIL = frozenset(TABS)
MAIN = DETAIL | {Region.RUNS}
SCREENS = EVERYWHERE - MAIN
#: Where long texts are read: n and N go to matches there.
LOGS = frozenset({Region.OUTPUT, Region.TRANSCRIPT, Region.TEXT})


@dataclass(frozen=True, slots=True)
class Key:
    """One entry. `keys` are Textual's names; the first is the one that is advertised.

    `short` stands in the footer and is empty for what everybody tries anyway; `says` stands in the help. `rank`
    orders the footer: what has the highest goes first when there is no room.
    """

    action: Action
    keys: tuple[str, ...]
    shown: str
    says: str
    group: Group
    short: str = ""
    when: When = lambda now: True
    scope: frozenset[Region] = EVERYWHERE
    rank: int = 5
    #: It is about parts of the main screen, of which a small terminal shows none.
    of_parts: bool = False

    def does(self, now: Situation) -> bool:
        """It would do something now, where its place is."""
        return not (self.of_parts and now.small) and self.when(now)


def offered(action: Action) -> When:
    """The focused pane or screen says that it can do it now."""
    return lambda now: action in now.offers


def has_rows(now: Situation) -> bool:
    return now.rows > 0


def run_known(now: Situation) -> bool:
    return now.run_known
