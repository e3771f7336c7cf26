"""A pane that paints immutable lines: the same line costs nothing, a changed one repaints one screen line."""

from __future__ import annotations

from textual import events
from textual.geometry import Region
from textual.message import Message
from textual.strip import Strip
from textual.timer import Timer
from textual.widget import Widget

from crew_tui.glyphs import UNICODE, Glyphs
from crew_tui.lines import Line
from crew_tui.palette import Palette
from crew_tui.widgets.cursor import Cursor
from crew_tui.widgets.drawn import Drawn, strip_of
from crew_tui.widgets.row import Look, around
from crew_tui.widgets.turning import PERIOD_S, frame_of
from crew_tui.widgets.view import View
from crew_tui.widgets.viewport import blocks, clamped, revealing, seen_from

#: Strips kept beyond those on screen, so that scrolling back is free.
_MEMO_SCREENS = 8


class StripPane(Widget, can_focus=True):
    """Draws a `View` with its own border, offset and cursor.

    `render_lines` is overridden, not `render_line`: Textual's style cache would build every strip anew and lose what
    strips remember. The price is that line filters (NO_COLOR) have to be applied here, once per strip.
    """

    DEFAULT_CSS = "StripPane { width: 1fr; height: 1fr; overflow: hidden; }"

    class Selected(Message):
        """The person moved the cursor to the line named `key`, or pressed it (`opened`) with the mouse."""

        def __init__(self, pane: StripPane, key: str, *, opened: bool = False) -> None:
            super().__init__()
            self.pane = pane
            self.key = key
            self.opened = opened

    def __init__(
        self,
        palette: Palette,
        glyphs: Glyphs = UNICODE,
        *,
        id: str | None = None,
        bordered: bool = True,
        selectable: bool = False,
    ) -> None:
        super().__init__(id=id)
        self._palette = palette
        self.glyphs = glyphs
        self._edge = 1 if bordered else 0
        self._view = View(())
        self._first = 0
        self._cursor: Cursor | None = Cursor() if selectable else None
        self._following = False
        self._painted: dict[int, Drawn] = {}
        self._memo: dict[Drawn, Strip] = {}
        self._memo_for: tuple[object, ...] = ()
        self._ticks = 0
        self._turning: Timer | None = None

    def show(self, view: View) -> None:
        """Put `view` in place of the former one and repaint the lines that differ."""
        if view is self._view:
            return
        anchored = self._cursor.row - self._first if self._cursor else 0
        opening = self._cursor is not None and not self._cursor.key
        self._view = view
        if self._cursor:
            self._cursor.find(view.body)
            # What moved above it must not push the selected row off its place on screen.
            self._first = self._cursor.row - anchored if 0 <= anchored < self.page else self._first
        self._settle(reveal=opening)

    @property
    def view(self) -> View:
        return self._view

    @property
    def inner_width(self) -> int:
        """Cells of a line between the borders (0 before the first layout)."""
        return max(0, self.size.width - 2 * self._edge)

    @property
    def page(self) -> int:
        """Lines of the body that fit."""
        return max(0, self.size.height - 2 * self._edge - len(self._view.head))

    def dress(self, palette: Palette) -> None:
        """Another theme: everything is painted anew."""
        self._palette = palette
        self.refresh()

    @property
    def selected(self) -> str:
        """The key of the selected line; empty when there is none."""
        return self._cursor.key if self._cursor else ""

    def select(self, key: str) -> None:
        if self._cursor and key != self._cursor.key:
            self._cursor.key = key
            self._cursor.find(self._view.body)
            self._settle(reveal=True)

    @property
    def keys_in_sight(self) -> frozenset[str]:
        """The keys of the lines on screen."""
        rows = range(self._first, min(self._first + self.page, len(self._view.body)))
        return frozenset(key for row in rows if (key := self._view.body[row].key))

    @property
    def following(self) -> bool:
        """The newest line stays in sight."""
        return self._following

    def follow(self, on: bool) -> None:
        if on != self._following:
            self._following = on
            self._settle()

    def move(self, by: int) -> None:
        """The cursor `by` selectable lines, or the view `by` lines where there is no cursor."""
        if self._cursor:
            if self._cursor.move(by, self._view.body):
                self._settle(reveal=True)
                self.post_message(self.Selected(self, self._cursor.key))
            elif by < 0:
                self._begin_at(0)
            return
        self._begin_at(self._first + by)

    def move_pages(self, by: int) -> None:
        self.move(by * max(1, self.page - 1))

    def move_home(self) -> None:
        self.move(-len(self._view.body))

    def move_end(self) -> None:
        self.move(len(self._view.body))

    def _begin_at(self, first: int) -> None:
        last = clamped(len(self._view.body), len(self._view.body), self.page)
        self._first = max(0, min(first, last))
        if self._first < last:
            self._following = False
        self._repaint()

    def _settle(self, *, reveal: bool = False) -> None:
        count = len(self._view.body)
        if self._following:
            self._first = count
        if self._cursor and reveal:
            self._first = revealing(
                self._first,
                self._cursor.row,
                count,
                self.page,
                top=seen_from(self._cursor.row, self._view.body, self.page),
            )
        self._first = clamped(self._first, count, self.page)
        self._repaint()

    def _repaint(self) -> None:
        width, height = self.size
        changed = [y for y in range(height) if self._painted.get(y) != self._at(y, height)]
        if changed:
            self.refresh(*(Region(0, first, width, count) for first, count in blocks(changed)))
        if self.glyphs.spinner:
            self._keep_turning(height)

    @property
    def is_turning(self) -> bool:
        """Something in sight turns: the only case in which a pane has a timer."""
        return self._turning is not None

    def _keep_turning(self, height: int) -> None:
        """A timer as long as something in sight turns, and no longer; what is not up to date stands still."""
        wanted = self.display and not self._view.faded and any(self._at(y, height).turn for y in range(height))
        if wanted and self._turning is None:
            self._turning = self.set_interval(PERIOD_S, self._turn)
        elif not wanted and self._turning is not None:
            self._turning.stop()
            self._turning = None

    def _turn(self) -> None:
        self._ticks += 1
        self._repaint()

    # Painting: no system calls here

    def _at(self, y: int, height: int) -> Drawn:
        view = self._view
        if self._edge and y == 0:
            return Drawn(edge="top", text=view.title)
        if self._edge and y == height - 1:
            return Drawn(edge="bottom", text=self._bottom())
        row = y - self._edge
        if row < len(view.head):
            return self._drawn(view.head[row])
        row += self._first - len(view.head)
        if row >= len(view.body):
            return Drawn()
        shown = view.body[row]
        chosen = bool(self._cursor and shown.key and shown.key == self._cursor.key)
        return self._drawn(shown, selected=chosen, faded=view.faded)

    def _drawn(self, shown: Line, *, selected: bool = False, faded: bool = False) -> Drawn:
        return Drawn(shown, selected, faded, frame_of(shown, self._ticks, self.glyphs.spinner))

    def _bottom(self) -> str:
        return around(self._first, len(self._view.body), self.page, self.glyphs, self._view.note)

    def render_lines(self, crop: Region) -> list[Strip]:
        width, height = self.size
        dressed = (width, self.has_focus, self._palette, *self.get_line_filters())
        if dressed != self._memo_for or len(self._memo) > _MEMO_SCREENS * max(height, 24):
            self._memo_for = dressed
            self._memo.clear()
        strips = [self._line(y) for y in range(crop.y, crop.bottom)]
        if crop.x == 0 and crop.width == width:
            return strips
        return [strip.crop(crop.x, crop.right) for strip in strips]

    def _line(self, y: int) -> Strip:
        """The strip of screen line `y`, made at most once for what it shows."""
        drawn = self._at(y, self.size.height)
        self._painted[y] = drawn
        strip = self._memo.get(drawn)
        if strip is None:
            strip = self._memo[drawn] = self.make_strip(drawn)
        return strip

    def make_strip(self, drawn: Drawn) -> Strip:
        """Paint: called once for each different line."""
        look = Look(self._palette, self.glyphs, focused=self.has_focus, bordered=bool(self._edge))
        return strip_of(drawn, self.size.width, look, self.get_line_filters(), self.background_colors[1])

    # Terminal events

    def on_resize(self, event: events.Resize) -> None:
        self._painted.clear()
        self._settle(reveal=True)
        self.refresh()

    def watch_has_focus(self, value: bool) -> None:
        super().watch_has_focus(value)
        self.refresh()

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        event.stop()
        self._begin_at(self._first + 3)

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        event.stop()
        self._begin_at(self._first - 3)

    def head_clicked(self, row: int, cell: int) -> None:
        """The mouse was pressed on a line that does not scroll."""

    def on_click(self, event: events.Click) -> None:
        if event.y >= self.size.height - self._edge:
            return
        row = event.y - self._edge - len(self._view.head) + self._first
        if self._edge <= event.y < self._edge + len(self._view.head):
            self.head_clicked(event.y - self._edge, event.x - self._edge)
        if not self._cursor or event.y < self._edge + len(self._view.head) or row >= len(self._view.body):
            return
        key = self._view.body[row].key
        if key:
            self.select(key)
            self.post_message(self.Selected(self, key, opened=event.chain > 1))
