"""Teams, workflows, agents and skills: what there is, where it comes from; Enter reads one."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from textual import events
from textual.app import ComposeResult

from crew_tui.actions import Action
from crew_tui.aside import Failed, RunSoon, read_aside
from crew_tui.glyphs import Glyphs
from crew_tui.keymap.table import Keymap
from crew_tui.outside.copying import Copyable
from crew_tui.palette import Palette
from crew_tui.panes.frame import Frame
from crew_tui.panes.resources import AboutPane, ResourcesPane
from crew_tui.resource_rows import ResourceRow
from crew_tui.screens.filled_list import ListScreen
from crew_tui.texts.source import TextSource, file_source

#: Below this height the list needs the lines more.
_LOW = 18
#: All about one has so many lines, in a tall terminal more, as a part of it.
_LEAST_ABOUT, _PART = 8, 3


class ResourcesScreen(ListScreen[ResourceRow]):
    """They are read in a thread when it opens, and again when the person comes back to it."""

    KIND = "resources"
    pane: ResourcesPane

    def __init__(
        self,
        read: Callable[[], Mapping[str, Sequence[ResourceRow]]],
        palette: Palette,
        glyphs: Glyphs,
        moment: Callable[[], Frame],
        perform: Callable[[Action], None],
        *,
        keymap: Keymap,
        run_soon: RunSoon,
        open_text: Callable[[TextSource], None],
        copy: Callable[[Sequence[Copyable]], None],
        edit: Callable[[Path], None] | None = None,
    ) -> None:
        """:param read: reads them by kind; called in a thread.
        :param open_text: shows a text on a screen of its own.
        :param copy: lets the person choose which of these to copy.
        :param edit: opens a file in the person's editor; None where files must not be changed.
        """
        super().__init__("resources", palette, glyphs, moment, perform, keymap, of_run=False)
        self._read = read
        self._run_soon = run_soon
        self._open_text = open_text
        self._copy = copy
        self._edit = edit
        self.pane = ResourcesPane(palette, glyphs, moment, id="resources")
        self.about = AboutPane(palette, glyphs, moment, id="about")

    def compose(self) -> ComposeResult:
        yield self.header
        yield self.pane
        yield self.about
        yield self.footer

    def on_mount(self) -> None:
        self.pane.focus()
        self.changed()

    def on_screen_resume(self) -> None:
        """The person comes here, maybe back from the editor."""
        self.look_again()

    def look_again(self) -> None:
        read_aside(self._read, self._take, self._run_soon)

    def on_resize(self, event: events.Resize) -> None:
        self._arrange()

    def _arrange(self) -> None:
        self.about.styles.height = max(_LEAST_ABOUT, self.app.size.height // _PART)
        self.about.display = self.app.size.height >= _LOW and self.chosen is not None

    def _take(self, found: Mapping[str, Sequence[ResourceRow]] | Failed) -> None:
        if self.is_attached:
            self.pane.take(found)
            self.changed()

    @property
    def chosen(self) -> ResourceRow | None:
        return self.pane.chosen

    def offers(self) -> set[Action]:
        chosen = self.chosen
        offers = {Action.NEXT_KIND, Action.PREVIOUS_KIND, Action.FILTER} if self.pane.known else set()
        if chosen is not None:
            offers |= {Action.OPEN_ITEM, Action.COPY}
            if self._edit is not None and chosen.editable:
                offers.add(Action.EDITOR)
        return offers

    def changed(self) -> None:
        self.about.take(self.chosen)
        self._arrange()
        super().changed()

    def act(self, action: Action) -> bool:
        match action:
            case Action.NEXT_KIND:
                self.pane.turn(1)
            case Action.PREVIOUS_KIND:
                self.pane.turn(-1)
            case _:
                return super().act(action)
        return True

    def do_with(self, action: Action, chosen: ResourceRow) -> bool:
        match action:
            case Action.OPEN_ITEM:
                self._open_text(file_source(chosen.path, chosen.name, editable=chosen.editable))
            case Action.EDITOR if self._edit is not None:
                self._edit(chosen.path)
            case Action.COPY:
                self._copy((Copyable("name", chosen.name), Copyable("path", str(chosen.path))))
            case _:
                return False
        return True
