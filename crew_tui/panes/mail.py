"""The messages of the selected run: exact counts, the newest first, the selected one with its text below."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING

from crew_core.observe.slices import RunSlice, SliceName, SliceState, TasksSlice
from crew_core.observe.tab_slices import Box, Letter, MailSlice
from crew_tui.actions import Action
from crew_tui.lines import BLANK, Kept, Line, Tone, ruled, text_line
from crew_tui.panes.conditions import conditions, loading
from crew_tui.panes.filtered import FilteredPane
from crew_tui.panes.frame import Frame
from crew_tui.panes.letters import (
    COMING,
    BoxCount,
    LetterColumns,
    LetterRows,
    box_line,
    columns_for,
    counted,
    keys_of,
    letter_text,
)
from crew_tui.quantities import plural
from crew_tui.situation import Region
from crew_tui.text import clean
from crew_tui.widgets.ordered_cursor import OrderedCursor
from crew_tui.widgets.view import View

if TYPE_CHECKING:
    from crew_tui.filtering.fields import Schema
    from crew_tui.filtering.row_filter import RowFilter
    from crew_tui.outside.copying import Copyable

_BOXES: tuple[Box | None, ...] = (None, Box.INBOX, Box.OUTBOX)


class MailPane(FilteredPane[Letter]):
    """Tab 3. The selection is a letter."""

    TAB = Region.MAIL
    LAYOUT = COMING
    SELECTABLE = True
    SHOWS = frozenset({SliceName.MAIL})

    def __init__(self, *args: object, **options: object) -> None:
        super().__init__(*args, **options)
        self._cursor = self._ordered = OrderedCursor()
        self._box: Box | None = None
        self._kind = ""
        self._preview = True
        self._whole = False
        self._shown_for = ""
        self.forget()

    def forget(self) -> None:
        self._kept: Kept[Line] = Kept()
        self._kind, self._whole = "", False
        self._texts: Kept[tuple[Line, ...]] = Kept()
        self._letters: tuple[Letter, ...] | None = None
        self._keyed: tuple[tuple[str, Letter], ...] = ()
        self._counts: tuple[BoxCount, ...] = ()
        self._columns = LetterColumns()
        self._shown: tuple[tuple[str, Letter], ...] = ()
        self._chosen_by: RowFilter[Letter] | None = None
        self._order: tuple[str, ...] = ()

    # What it shows

    @property
    def _mail(self) -> MailSlice | None:
        return self.slice(MailSlice, SliceName.MAIL)

    def _look(self, mail: MailSlice) -> None:
        """Take in what came; costs nothing while it is the same."""
        if mail.letters is self._letters:
            # Letters get older: which of them are of the age that is asked for changes by itself.
            if self._filter is not self._chosen_by or (self._filter is not None and self._filter.timed):
                self._choose()
            return
        self._letters = mail.letters
        self._keyed = tuple(reversed(tuple(zip(keys_of(mail.letters), mail.letters, strict=True))))
        self._counts = counted(mail.letters)
        self._columns = columns_for(mail.letters)
        self._choose()

    def _choose(self) -> None:
        """Leave out what the person does not want to see."""
        wanted = self.matches(self._moment().now)
        shown = tuple(
            (key, letter)
            for key, letter in self._keyed
            if self._box in (None, letter.box)
            and self._kind in ("", letter.kind)
            and (wanted is None or wanted(letter))
        )
        self._chosen_by = self._filter
        if shown != self._shown:
            self._shown = shown
            self._order = tuple(key for key, _ in shown)

    def schema(self) -> Schema[Letter]:
        from crew_tui.filtering.of_letters import LETTERS

        return LETTERS

    def all_rows(self) -> Sequence[Letter]:
        return self._letters or ()

    @property
    def _letter(self) -> Letter | None:
        return next((letter for key, letter in self._shown if key == self.selected), None)

    @property
    def chosen_task(self) -> str:
        """The task of the selected letter."""
        return (self._letter.task_id or "") if self._letter else ""

    def copyables(self) -> tuple[Copyable, ...]:
        from crew_tui.outside.copying import of_letter

        return of_letter(self._letter) if self._letter else ()

    def body_head(self, run: RunSlice, tasks: TasksSlice, frame: Frame) -> tuple[Line, ...]:
        mail = self._mail
        if mail is None or mail.state is SliceState.LOADING:
            return ()
        boxes = [box_line(count, frame) for count in self._counts]
        return (
            *conditions(mail.state, mail.problems, frame),
            *boxes,
            *(ruled(frame.glyphs.rule, frame.width) if boxes else ()),
        )

    def body(self, run: RunSlice, tasks: TasksSlice, frame: Frame) -> View:
        mail = self._mail
        if mail is None or mail.state is SliceState.LOADING:
            return View(loading(frame, "mail", COMING))
        if not mail.letters:
            if mail.state is SliceState.ERROR:
                return View((BLANK, text_line(" Its mail cannot be read.", Tone.FAIL)))
            return View((BLANK, text_line(" No mail: agents write here when they ask or report.", Tone.DIM)))
        self._look(mail)
        if not self._shown:
            self._ordered.lay(self._order)
            return View((BLANK, text_line(f" No {self._filter_words()}. Esc shows all.", Tone.DIM)))
        self._ordered.lay(self._order)
        self._ordered.find(())
        self._shown_for = self.selected
        text = self._text(frame)
        self._ordered.lay(self._order, behind=self.selected, lines=len(text))
        self._kept.forget_all_but(set(self._order))
        rows = LetterRows(self._shown, frame, self._kept, self._columns, selected=self.selected, text=text)
        return View(rows, note=self._note(len(self._shown), len(mail.letters)))

    def _text(self, frame: Frame) -> tuple[Line, ...]:
        if not (self._preview or self._whole):
            return ()
        letter = next(letter for key, letter in self._shown if key == self.selected)
        make = partial(letter_text, letter, frame, whole=self._whole)
        return self._texts.get("", (letter, self._whole, frame.width, frame.glyphs, frame.relative, frame.since), make)

    def _filter_words(self) -> str:
        kind = f" of kind {clean(self._kind)}" if self._kind else ""
        asked = f" with {clean(self.query_text)}" if self._filter else ""
        return f"mail{kind}{f' in the {self._box}' if self._box else ''}{asked}"

    def _note(self, shown: int, total: int) -> str:
        return f"{self._filter_words()}: {shown} of {total}" if self.filtered else plural(total, "message")

    # What can be done with it

    def move(self, by: int) -> None:
        """Through the letters; first through the whole of the one that is read, as far as it is out of sight."""
        if self._whole and self._scroll_text(by):
            return
        super().move(by)
        self._follow_selection()

    def select(self, key: str) -> None:
        super().select(key)
        self._follow_selection()

    def _follow_selection(self) -> None:
        """The text below belongs to the selected letter."""
        if self.selected != self._shown_for:
            self._whole = False
            self.rebuild()
            self._reveal_text()

    def _selected_rows(self) -> tuple[int, int]:
        """The row of the selected letter, and the one behind its text."""
        body = self.view.body
        end = self._ordered.row + 1
        while end < len(body) and not body[end].key:
            end += 1
        return self._ordered.row, end

    def _reveal_text(self) -> None:
        """As much of what stands below the selected letter as fits under it."""
        row, end = self._selected_rows()
        hidden = end - (self._first + self.page)
        if hidden > 0:
            self._begin_at(min(row, self._first + hidden))

    def _scroll_text(self, by: int) -> bool:
        """False when what lies in this direction is another letter."""
        row, end = self._selected_rows()
        last = end - self.page
        if (by > 0 and self._first < last) or (by < 0 and self._first > row):
            self._begin_at(max(row, min(self._first + by, last)) if by > 0 else max(row, self._first + by))
            return True
        return False

    @property
    def filtered(self) -> bool:
        return self._box is not None or bool(self._kind) or super().filtered

    def unfilter(self) -> None:
        self._box, self._kind, self._filter = None, "", None
        self._choose()
        self.rebuild()

    def offers(self) -> frozenset[Action]:
        mail = self._mail
        if mail is None or not mail.letters:
            return frozenset()
        of_one = {Action.MAIL_OPEN, Action.MAIL_PREVIEW} if self._shown else set()
        return frozenset({Action.MAIL_BOX, Action.MAIL_KIND} | of_one)

    def perform(self, action: Action) -> bool:
        if action not in self.offers():
            return False
        match action:
            case Action.MAIL_OPEN:
                self._whole = not self._whole
            case Action.MAIL_PREVIEW:
                self._preview, self._whole = not self._preview, False
            case Action.MAIL_BOX:
                self._box = _BOXES[(_BOXES.index(self._box) + 1) % len(_BOXES)]
            case _:
                self._kind = self._next_kind()
        self._choose()
        self.rebuild()
        self._reveal_text()
        return True

    def _next_kind(self) -> str:
        kinds = ["", *sorted({letter.kind for _, letter in self._keyed})]
        return kinds[(kinds.index(self._kind) + 1) % len(kinds)] if self._kind in kinds else ""
