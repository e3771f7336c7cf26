"""A screen that one list fills, which can be filtered: what its keys do whatever is listed."""

from __future__ import annotations

from abc import abstractmethod
from typing import Generic, TypeVar

from crew_tui.actions import Action
from crew_tui.panes.filtered import FilteredList
from crew_tui.screens.covering import CoveringScreen
from crew_tui.screens.moving import move
from crew_tui.screens.typed_filter import ask_filter
from crew_tui.situation import Region, Situation

R = TypeVar("R")


class ListScreen(CoveringScreen, Generic[R]):
    """Subclasses say what is listed, and what can be done with the one that is chosen."""

    #: Filters of the same kind typed before come with Up and Down.
    KIND: str
    pane: FilteredList[R]

    @property
    @abstractmethod
    def chosen(self) -> R | None:
        """What the cursor is on."""

    @abstractmethod
    def look_again(self) -> None:
        """Read what is listed."""

    @abstractmethod
    def offers(self) -> set[Action]:
        """What can be done now, besides moving."""

    @abstractmethod
    def do_with(self, action: Action, chosen: R) -> bool:
        """Carry out what is done with one; False for everything else."""

    def situation(self) -> Situation:
        rows = len(self.pane.view.body) if self.chosen is not None else 0
        return Situation(region=Region.RESOURCES, rows=rows, offers=frozenset(self.offers()))

    def changed(self) -> None:
        self.footer.take(self.situation())

    def act(self, action: Action) -> bool:
        if move(self.pane, action):
            return True
        match action:
            case Action.RELOAD:
                self.look_again()
            case Action.FILTER:
                ask_filter(self.app, self.pane, self.KIND, self.changed)
            case Action.BACK if self.pane.filtered:
                self.pane.unfilter()
            case _:
                chosen = self.chosen
                return chosen is not None and self.do_with(action, chosen)
        return True
