"""What a run has brought forth; Enter reads a piece of it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING

from crew_core.observe.produced import Condition, Produced
from crew_tui.actions import Action
from crew_tui.aside import Failed, RunSoon, read_aside
from crew_tui.glyphs import Glyphs
from crew_tui.keymap.table import Keymap
from crew_tui.outside.copying import Copyable
from crew_tui.palette import Palette
from crew_tui.panes.artifacts import ArtifactsPane
from crew_tui.panes.frame import Frame
from crew_tui.panes.run_line import SHORT_ID
from crew_tui.run_texts import read_artifacts
from crew_tui.screens.filled_list import ListScreen
from crew_tui.texts.source import TextSource, contained_source

if TYPE_CHECKING:
    from crew_tui.screens.transcript import Roster

_THERE = frozenset({Condition.INTACT, Condition.CHANGED, Condition.UNCHECKED})


class ArtifactsScreen(ListScreen[Produced]):
    """Its files are looked at in a thread, when it opens and when it is asked for."""

    KIND = "artifacts"
    pane: ArtifactsPane

    def __init__(
        self,
        roster: Roster,
        palette: Palette,
        glyphs: Glyphs,
        moment: Callable[[], Frame],
        perform: Callable[[Action], None],
        *,
        keymap: Keymap,
        run_soon: RunSoon,
        open_text: Callable[[TextSource], None],
        copy: Callable[[Sequence[Copyable]], None],
    ) -> None:
        """:param roster: called on the loop; costs nothing.
        :param open_text: shows a text on a screen of its own.
        :param copy: lets the person choose which of these to copy.
        """
        super().__init__("artifacts", palette, glyphs, moment, perform, keymap)
        self._roster = roster
        self._known = run, _ = roster()
        self._run_soon = run_soon
        self._open_text = open_text
        self._copy = copy
        title = f"artifacts of run {run.path.name[-SHORT_ID:]}" if run.path else "artifacts"
        self.pane = ArtifactsPane(palette, glyphs, moment, id="artifacts", title=title)

    def on_mount(self) -> None:
        self.pane.focus()
        self.look_again()
        self.changed()

    def look_again(self) -> None:
        run, tasks = self._roster()
        if run.path == self._known[0].path:
            # Otherwise another run is selected meanwhile.
            self._known = run, tasks
        read_aside(partial(read_artifacts, *self._known), self._take, self._run_soon)

    def _take(self, found: Sequence[Produced] | Failed) -> None:
        if self.is_attached:
            self.pane.take(found)
            self.changed()

    @property
    def chosen(self) -> Produced | None:
        return self.pane.chosen

    def offers(self) -> set[Action]:
        chosen = self.chosen
        offers = {Action.FILTER} if self.pane.all_rows() else set()
        offers |= {Action.COPY} if chosen is not None else set()
        if chosen is not None and chosen.condition in _THERE:
            offers.add(Action.OPEN_ITEM)
        return offers

    def do_with(self, action: Action, chosen: Produced) -> bool:
        match action:
            case Action.OPEN_ITEM:
                self._open_text(contained_source(chosen.root, chosen.parts, chosen.artifact.path))
            case Action.COPY:
                self._copy((Copyable("path", str(chosen.path)), Copyable("hash", chosen.artifact.content_hash)))
            case _:
                return False
        return True
