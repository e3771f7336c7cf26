"""All keys, made from the key table: those of the place where one is first, found by what they do."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import ClassVar

from rich.cells import cell_len
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content

from crew_tui.actions import Group
from crew_tui.fuzzy import match
from crew_tui.glyphs import UNICODE, Glyphs
from crew_tui.keymap.entry import Key
from crew_tui.keymap.fixed import FIXED
from crew_tui.keymap.names import shown_key
from crew_tui.keymap.overrides import Change, changes
from crew_tui.keymap.places import place_words
from crew_tui.keymap.table import DEFAULT, Keymap
from crew_tui.lines import BLANK, Line, Piece, Tone, limited, paragraph, spread, text_line
from crew_tui.palette import Palette
from crew_tui.screens.typing import TypingScreen
from crew_tui.situation import Situation
from crew_tui.text import clean, cut
from crew_tui.typed import Typed, pasted, pressed
from crew_tui.widgets.field import Field
from crew_tui.widgets.quiet_pane import QuietPane
from crew_tui.widgets.view import View

#: Narrower, the names of actions would leave no room for what they do.
_NAMES_FROM = 66

#: Of the sheet with its border, in cells.
_WIDTH = 90


def help_lines(
    now: Situation,
    width: int,
    keymap: Keymap = DEFAULT,
    problems: Sequence[str] = (),
    query: str = "",
) -> tuple[Line, ...]:
    """What a person has changed, the keys of this place by group, those of other places, those of questions.

    `problems` are the wishes for keys that could not be followed. With a `query` only what fits it.
    """
    usable = {id(entry) for entry in keymap.available(now)}
    here = [entry for entry in keymap.entries if now.region in entry.scope]
    widest = max(cell_len(_keys(entry)) for entry in keymap.entries)
    lines: list[Line] = []
    if not query.strip():
        lines += _own(changes(keymap), problems, width)
    for group in Group:
        members = [entry for entry in here if entry.group is group]
        lines += _section(f"{group.value} · {now.region}", members, query, (usable, widest, width))
    for place, members in _elsewhere(keymap, now):
        lines += _section(place, members, query, (None, widest, width))
    for section in FIXED:
        found = [each for each in section.keys if _found(query, f"{each.keys} {each.says} {section.place}")]
        rows = [_row(each.keys, (each.says, ""), "", (widest, width), Tone.ACCENT) for each in found]
        lines += [BLANK, _title(section.place, width), *rows] if rows else []
    if not lines:
        return (BLANK, text_line(f"  no key for {clean(query)}", Tone.DIM))
    return tuple(lines[1:] if lines[0] is BLANK else lines)


def _own(changed: Sequence[Change], problems: Sequence[str], width: int) -> Iterator[Line]:
    if changed:
        told = ", ".join(f"{each.action} {each.before} → {each.after}" for each in changed)
        yield from paragraph(f"Changed by you: {told}", width, Tone.TEXT, most=4)
    for problem in problems:
        yield from paragraph(f"Not followed: {clean(problem)}", width, Tone.WARN, most=4)


def _elsewhere(keymap: Keymap, now: Situation) -> Iterable[tuple[str, list[Key]]]:
    places: dict[str, list[Key]] = {}
    for entry in keymap.entries:
        if now.region not in entry.scope:
            places.setdefault(place_words(entry.scope), []).append(entry)
    return places.items()


def _section(title: str, members: Sequence[Key], query: str, how: tuple[set[int] | None, int, int]) -> Iterator[Line]:
    usable, widest, width = how
    found = [entry for entry in members if _fits(entry, query)]
    if found:
        yield BLANK
        yield _title(title, width)
    for entry in found:
        later = usable is not None and id(entry) not in usable
        tone = Tone.DIM if later else Tone.ACCENT
        says = (entry.says, "  (not now)" if later else "")
        yield _row(_keys(entry), says, entry.action, (widest, width), tone)


def _title(text: str, width: int) -> Line:
    return text_line(cut(f" {text}", width), Tone.TITLE)


def _fits(entry: Key, query: str) -> bool:
    return _found(query, f"{_keys(entry)} {entry.says} {entry.short} {entry.action}")


def _found(query: str, text: str) -> bool:
    hit = match(query, text)
    return hit is not None and hit.whole


def _keys(entry: Key) -> str:
    """All of them, up to three."""
    return " ".join(shown_key(key) for key in entry.keys[:3]) or "no key"


def _row(keys: str, says: tuple[str, str], name: str, sizes: tuple[int, int], tone: Tone) -> Line:
    """:param says: what it does, and what is not cut behind that."""
    (what, note), (widest, width) = says, sizes
    gap = " " * max(1, widest - cell_len(keys) + 2)
    left: list[Piece] = [(f"  {keys}", tone), (gap, Tone.TEXT), (what, Tone.DIM if tone is Tone.DIM else Tone.TEXT)]
    right: list[Piece] = [(f"{name} ", Tone.DIM)] if name and width >= _NAMES_FROM else [(" ", Tone.TEXT)]
    room = width - 1 - cell_len(note) - sum(cell_len(text) for text, _ in right)
    return spread([*limited(left, max(0, room)), (note, Tone.DIM)], right, width)


class Help(TypingScreen[None]):
    """Scrolls with the keys of a list; `/` searches, Esc ends the search first, then the help."""

    CSS: ClassVar[str] = f"""
    Help .sheet {{ width: {_WIDTH}; max-width: 100%; height: 92%; background: $background; border: heavy $accent;
                  border-title-color: $accent; border-title-style: bold; border-subtitle-color: $crew-dim; }}
    Help Field {{ display: none; }}
    Help Field.-open {{ display: block; }}
    """

    def __init__(
        self,
        palette: Palette,
        glyphs: Glyphs = UNICODE,
        now: Situation | None = None,
        *,
        keymap: Keymap = DEFAULT,
        problems: Sequence[str] = (),
    ) -> None:
        """:param problems: the person's wishes for keys that could not be followed."""
        super().__init__()
        self._now = now or Situation()
        self._keymap = keymap
        self._problems = tuple(problems)
        self._searching = False
        self.typed = Typed()
        self._pane = QuietPane(palette, glyphs)
        self._field = Field(palette, " /", placeholder="a key, or what it is to do")

    def compose(self) -> ComposeResult:
        with Vertical(classes="sheet") as box:
            box.border_title = Content(f"keys · {self._now.region}")
            box.border_subtitle = Content("/ search  ↑↓  Esc close")
            yield self._field
            yield self._pane

    def on_mount(self) -> None:
        self._list()

    def on_resize(self) -> None:
        self.call_after_refresh(self._list)

    def _list(self) -> None:
        # The first frame is painted before there is a layout: it is made for the width that the sheet will have.
        width = self._pane.inner_width or min(_WIDTH, self.app.size.width) - 2
        lines = help_lines(self._now, width, self._keymap, self._problems, self.typed.text)
        self._pane.show(View(lines))

    def press(self, key: str, character: str | None) -> None:
        if self._move(key):
            return
        if not self._searching:
            if key in ("escape", "q", "question_mark", "enter"):
                self.leave(None)
            elif key == "slash":
                self._search(Typed(), searching=True)
            else:
                self._move(_LETTERS.get(key, ""))
        elif key == "escape":
            self._search(Typed(), searching=False)
        elif key == "enter":
            self._search(self.typed, searching=False)
        else:
            now = pressed(self.typed, key, character)
            if now is not None:
                self._search(now, searching=True)

    def paste(self, text: str) -> None:
        if self._searching:
            self._search(pasted(self.typed, text), searching=True)

    def _search(self, now: Typed, *, searching: bool) -> None:
        changed = now.text != self.typed.text
        self.typed, self._searching = now, searching
        self._field.show(now, active=searching)
        self._field.set_class(searching or bool(now.text), "-open")
        if changed:
            self._pane.move_home()
        self.call_after_refresh(self._list)

    def _move(self, key: str) -> bool:
        match key:
            case "up" | "down":
                self._pane.move(-1 if key == "up" else 1)
            case "pageup" | "pagedown":
                self._pane.move_pages(-1 if key == "pageup" else 1)
            case "home":
                self._pane.move_home()
            case "end":
                self._pane.move_end()
            case _:
                return False
        return True


_LETTERS = {"k": "up", "j": "down", "g": "home", "G": "end", "space": "pagedown"}
