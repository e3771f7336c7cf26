"""A screen whose keys are those of the key table."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable

from crew_tui.actions import Action
from crew_tui.keymap.table import DEFAULT, Keymap
from crew_tui.panes.live import LivePane
from crew_tui.screens.leading_edge import LeadingEdge
from crew_tui.situation import Situation
from crew_tui.widgets.strip_pane import StripPane


class KeyedScreen(LeadingEdge[None]):
    """Subclasses say what the situation is; what an action does is asked of `act`, then of the program."""

    AUTO_FOCUS = ""

    def __init__(self, keymap: Keymap, perform: Callable[[Action], None]) -> None:
        """:param perform: carries out what is not the screen's own."""
        super().__init__()
        self.keymap = keymap
        self._perform = perform
        # With priority they are worked on in the order in which they were pressed: what follows the key that opens a
        # screen goes to that screen.
        for key in sorted(keymap.keys):
            self._bindings.bind(key, f"press({key!r})", show=False, priority=True)

    @abstractmethod
    def situation(self) -> Situation:
        """What decides which keys do something now."""

    @abstractmethod
    def act(self, action: Action) -> bool:
        """Carry out what is the screen's own; False for everything else."""

    @abstractmethod
    def changed(self) -> None:
        """An action was carried out: what keys do may be different now."""

    def may_have_changed(self) -> None:
        """Something was written by the run; for screens that read files of their own."""

    def action_press(self, key: str) -> None:
        action = self.keymap.find(key, self.situation())
        if action is not None:
            self.do(action)

    def open_selected(self) -> None:
        """A double click: what Enter means here, whichever key a person has given to that."""
        action = DEFAULT.find("enter", self.situation())
        if action is not None:
            self.do(action)

    def on_strip_pane_selected(self, event: StripPane.Selected) -> None:
        event.stop()
        if event.opened:
            self.open_selected()
        self.changed()

    def on_live_pane_different(self, event: LivePane.Different) -> None:
        """Also while a screen over this one is open, such as the prompt in which a filter of its list is typed."""
        event.stop()
        self.changed()

    def do(self, action: Action) -> None:
        """As if its key had been pressed."""
        if not self.act(action):
            self._perform(action)
        if self.is_attached:
            self.changed()
