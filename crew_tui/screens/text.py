"""One text on the whole screen: status, summary, an artifact, a record, a file of any size."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from textual import events

from crew_core.observe.text_book import Found, OpenText, Part, Progress
from crew_core.observe.text_reader import TextReader
from crew_tui.actions import Action
from crew_tui.glyphs import Glyphs
from crew_tui.keymap.table import Keymap
from crew_tui.lines import Line
from crew_tui.outside.copying import Copyable
from crew_tui.palette import Palette
from crew_tui.panes.frame import Frame
from crew_tui.panes.text_view import TextPane
from crew_tui.screens.covering import CoveringScreen
from crew_tui.screens.moving import move
from crew_tui.screens.typed_search import TypedSearch
from crew_tui.situation import Region, Situation
from crew_tui.texts.source import TextSource

#: No clipboard takes more, and no terminal that much at once.
_MOST_COPIED = 1024 * 1024


class TextScreen(CoveringScreen):
    """Owns the reader of its text for as long as it is open."""

    pane: TextPane

    def __init__(
        self,
        source: TextSource,
        palette: Palette,
        glyphs: Glyphs,
        moment: Callable[[], Frame],
        perform: Callable[[Action], None],
        *,
        keymap: Keymap,
        run_soon: Callable[[Callable[[], None]], None],
        copy: Callable[[Sequence[Copyable]], None],
        edit: Callable[[Path], None] | None = None,
        page: Callable[[Path], None] | None = None,
    ) -> None:
        """:param run_soon: hands a callback to the loop, from any thread.
        :param copy: lets the person choose which of these to copy, and copies it.
        :param edit: opens its file in the person's editor, `page` in the pager; None where there is none.
        """
        super().__init__("text", palette, glyphs, moment, perform, keymap, of_run=source.of_run)
        self._run_soon = run_soon
        self._copy = copy
        self._outside = {Action.EDITOR: edit, Action.PAGER: page}
        self._wrap = source.wrap
        self._wish = 0
        self._width: int | None = None
        self.pane = TextPane(
            palette,
            glyphs,
            moment,
            title=source.title,
            empty=source.empty,
            need=self._need,
            grows=source.may_change,
            id="text",
        )
        self._search = TypedSearch(self, self.pane, self._seek)
        self._reader: TextReader[Line] = TextReader(
            lambda: source.open(glyphs),
            progress=lambda progress: self._soon(partial(self._take_progress, progress)),
            part_read=lambda wish, part, rows: self._soon(partial(self._take_part, wish, part, rows)),
            found=lambda found: self._soon(partial(self._take_found, found)),
            may_change=source.may_change,
        )

    def on_mount(self) -> None:
        self.pane.focus()
        self.changed()
        self._reader.start()
        # Its first look at the file comes before the first layout: both are asked for at once.
        self.call_after_refresh(self._lay_out)

    def on_unmount(self) -> None:
        self._reader.close()

    def on_resize(self, event: events.Resize) -> None:
        self.call_after_refresh(self._lay_out)

    def on_screen_resume(self) -> None:
        """The person comes back, maybe from the editor."""
        self._reader.look_again()

    # Reading

    def _soon(self, callback: Callable[[], None]) -> None:
        self._run_soon(lambda: callback() if self.is_attached else None)

    def _lay_out(self) -> None:
        width = self.pane.inner_width
        if width != self._width:
            self._width = width
            self._wish += 1
            self._reader.lay_out(self._wish, width, wrap=self._wrap)

    def _need(self, part: Part) -> None:
        self._reader.want(self._wish, part)

    def _take_progress(self, progress: Progress) -> None:
        if progress.wish in (0, self._wish):
            self.pane.take_progress(progress)
            self.changed()

    def _take_part(self, wish: int, part: Part, rows: Sequence[Line]) -> None:
        if wish == self._wish:
            self.pane.take_part(part, rows)

    def _take_found(self, found: Found) -> None:
        if (found.wish, found.search) == (self._wish, self._search.number):
            self.pane.take_found(found)
            self.changed()

    # Keys

    def situation(self) -> Situation:
        return Situation(region=Region.TEXT, rows=len(self.pane.rows), offers=self._offers())

    def _offers(self) -> frozenset[Action]:
        progress = self.pane.progress
        offers: set[Action] = set()
        if progress is not None and progress.rows:
            offers |= {Action.SEARCH, Action.WRAP, Action.COPY}
        if self.pane.rows.may_match:
            offers |= {Action.NEXT_MATCH, Action.PREVIOUS_MATCH}
        if progress is not None and progress.path is not None:
            offers |= {action for action, opens in self._outside.items() if opens is not None}
        return frozenset(offers)

    def changed(self) -> None:
        self.footer.take(self.situation())

    def act(self, action: Action) -> bool:
        if move(self.pane, action):
            return True
        match action:
            case Action.SEARCH:
                self._search.ask()
            case Action.NEXT_MATCH:
                self.pane.next_match(1)
            case Action.PREVIOUS_MATCH:
                self.pane.next_match(-1)
            case Action.WRAP:
                self._wrap = not self._wrap
                self._width = None
                self._lay_out()
                # Where no line is too long, nothing else would show it.
                self.app.notify("long lines wrapped" if self._wrap else "long lines cut", markup=False)
            case Action.COPY:
                self._reader.call(self._collect)
            case Action.EDITOR | Action.PAGER:
                self._open_outside(action)
            case Action.RELOAD:
                self._reader.look_again()
            case Action.BACK if self.pane.rows.pattern is not None:
                self._search.look_for("")
            case _:
                return False
        return True

    def _seek(self, search: int, pattern: re.Pattern[str] | None) -> None:
        self._reader.search(search, None if pattern is None else partial(_place, pattern.search))
        self.changed()

    def _collect(self, text: OpenText[Line]) -> None:
        """In the reader's thread: what can be copied."""
        try:
            whole = text.text(_MOST_COPIED)
        except OSError:
            whole = ""
        path = text.path
        found = [Copyable("text", whole)] if whole else []
        found += [Copyable("path", str(path))] if path is not None else []
        self._soon(partial(self._copy, tuple(found)))

    def _open_outside(self, action: Action) -> None:
        progress, opens = self.pane.progress, self._outside[action]
        if opens is not None and progress is not None and progress.path is not None:
            opens(progress.path)


def _place(search: Callable[[str], object], text: str) -> int | None:
    match = search(text)
    return None if match is None else match.start()  # type: ignore[attr-defined]
