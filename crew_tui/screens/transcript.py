"""The transcript of one attempt on the whole screen, and the ones beside it."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec.structs import replace as with_fields
from textual.timer import Timer

from crew_core.observe.slices import RunSlice, TasksSlice
from crew_core.observe.transcript_entries import Entry
from crew_core.observe.transcript_index import Key
from crew_core.observe.transcript_places import transcript_of
from crew_core.observe.transcript_reader import TranscriptReader
from crew_core.observe.transcript_told import Contents, FindTranscript, Hits, Made
from crew_tui.actions import Action
from crew_tui.glyphs import Glyphs
from crew_tui.keymap.table import Keymap
from crew_tui.outside.copying import Copyable, of_entry
from crew_tui.palette import Palette
from crew_tui.panes.frame import Frame
from crew_tui.panes.transcript import TranscriptPane
from crew_tui.panes.transcript_lines import Laid
from crew_tui.panes.transcript_texts import searched
from crew_tui.screens.covering import CoveringScreen
from crew_tui.screens.moving import move
from crew_tui.screens.transcript_situation import transcript_situation
from crew_tui.screens.typed_search import TypedSearch
from crew_tui.situation import Situation
from crew_tui.subjects import attempt_beside, subject_of, task_beside

if TYPE_CHECKING:
    from crew_tui.texts.source import TextSource

#: The run and its tasks as they are known now.
Roster = Callable[[], tuple[RunSlice, TasksSlice]]

#: How often it is asked what became of the attempt, while it is under way.
_ASK_S = 1.0


class TranscriptScreen(CoveringScreen):
    """Owns the reader of its transcript for as long as it is open."""

    pane: TranscriptPane

    def __init__(  # noqa: PLR0917 - a task, and what every screen is given
        self,
        roster: Roster,
        task_id: str,
        palette: Palette,
        glyphs: Glyphs,
        moment: Callable[[], Frame],
        perform: Callable[[Action], None],
        *,
        keymap: Keymap,
        run_soon: Callable[[Callable[[], None]], None],
        open_text: Callable[[TextSource], None],
        copy: Callable[[Sequence[Copyable]], None],
        edit: Callable[[Path], None],
        page: Callable[[Path], None],
        attempt: int | None = None,
        line: tuple[Key, int] | None = None,
        find: Callable[[Path, str, int], FindTranscript] = lambda *of: partial(transcript_of, *of),
    ) -> None:
        """:param roster: called on the loop; costs nothing.
        :param run_soon: hands a callback to the loop, from any thread.
        :param open_text: shows a text on a screen of its own.
        :param copy: lets the person choose which of these to copy, and copies it.
        :param edit: shows a file in the person's editor, `page` in the pager.
        :param attempt: the one to begin with; default: the newest.
        :param line: the one to begin with: the key of its entry, and which of its lines it is; default: the newest.
        :param find: where the transcript of an attempt is: called with run, task and attempt.
        """
        super().__init__("transcript", palette, glyphs, moment, perform, keymap)
        self._roster = roster
        self._run_soon = run_soon
        self._open_text = open_text
        self._copy = copy
        self._outside = {Action.EDITOR: edit, Action.PAGER: page}
        self._find = find
        self._wished = (task_id, attempt)
        self._line = line
        self._opened = 0
        self._ticking: Timer | None = None
        self._reader: TranscriptReader[Laid] = TranscriptReader(
            searched,
            contents=lambda contents: self._soon(partial(self._take_contents, contents)),
            made=lambda made: self._soon(partial(self._take_made, made)),
            found=lambda found: self._soon(partial(self._take_hits, found)),
        )
        self.pane = TranscriptPane(
            palette, glyphs, lambda: moment().of_run(roster()[0].run), want=self._reader.want, id="transcript"
        )
        self.search = TypedSearch(self, self.pane, self._seek)

    def on_mount(self) -> None:
        self.pane.focus()
        self._reader.start()
        self._go_to(*self._wished)
        if self._line is not None:
            self.pane.show_line(*self._line)

    def on_unmount(self) -> None:
        self._reader.close()

    def on_screen_resume(self) -> None:
        """The person comes back, maybe from the editor."""
        self.may_have_changed()

    def may_have_changed(self) -> None:
        """A hint, from the observer or the clock: the run or the file of the transcript may be different."""
        before = self.pane.subject
        if before.grows:
            _, tasks = self._roster()
            now = subject_of(tasks, before.task_id, before.attempt)
            if not now.same_as(before):
                self._go_to(now.task_id, now.attempt)
            elif now != before:
                self.pane.show_subject(now)
                self._reader.watch(grows=now.grows)
            else:
                self._reader.look_again()
        self.changed()

    def _go_to(self, task_id: str, attempt: int | None = None) -> None:
        """Show the transcript of another attempt, or of the first one."""
        run, tasks = self._roster()
        subject = subject_of(tasks, task_id, attempt)
        self._opened += 1
        self.pane.show_subject(subject)
        if run.path is not None and subject.attempt is not None:
            self._reader.open(self._opened, self._find(run.path, task_id, subject.attempt), grows=subject.grows)
        else:
            # Nobody looks at the former one any more.
            self._reader.watch(grows=False)
        self.changed()

    # Reading

    def _soon(self, callback: Callable[[], None]) -> None:
        self._run_soon(lambda: callback() if self.is_attached else None)

    def _take_contents(self, contents: Contents) -> None:
        if contents.number == self._opened:
            self.pane.take_contents(contents)
            self.changed()

    def _take_made(self, made: Sequence[Made[Laid]]) -> None:
        self.pane.take_made(made)
        self.changed()

    def _take_hits(self, found: Hits) -> None:
        if found.search == self.search.number:
            self.pane.take_hits(found)
            self.changed()

    # Keys

    def on_click(self) -> None:
        """It may have selected another entry."""
        self.changed()

    def situation(self) -> Situation:
        _, tasks = self._roster()
        return transcript_situation(self.pane, tasks, leading_out=self._outside)

    def changed(self) -> None:
        self.footer.take(self.situation())
        self._tick(self.pane.subject.grows)

    def _tick(self, on: bool) -> None:
        """Nothing is done for an attempt that has ended."""
        if on and self._ticking is None:
            self._ticking = self.set_interval(_ASK_S, self.may_have_changed)
        elif not on and self._ticking is not None:
            self._ticking.stop()
            self._ticking = None

    def act(self, action: Action) -> bool:
        if move(self.pane, action):
            return True
        if action is Action.BACK and self.pane.matches.pattern is not None:
            self.search.look_for("")
            return True
        doing = _DOING.get(action)
        if doing is not None:
            doing(self)
        return doing is not None

    def go_to_task(self, step: int) -> None:
        _, tasks = self._roster()
        task_id = task_beside(tasks, self.pane.subject, step)
        if task_id is not None:
            self._go_to(task_id)

    def go_to_attempt(self, step: int) -> None:
        attempt = attempt_beside(self.pane.subject, step)
        if attempt is not None:
            self._go_to(self.pane.subject.task_id, attempt)

    def follow(self) -> None:
        self.pane.follow(not self.pane.following)

    def turn_wrap(self) -> None:
        self.pane.wrap = not self.pane.wrap
        self.pane.rebuild()

    def _seek(self, search: int, pattern: re.Pattern[str] | None) -> None:
        self._reader.search(search, pattern)
        self.changed()

    def _read_whole(self, take: Callable[[Entry, Path], None]) -> None:
        """All of the selected entry, in the reader's thread."""
        contents, cursor = self.pane.contents, self.pane.cursor
        if contents is not None and contents.index is not None and cursor is not None:
            self._reader.whole(contents.index, cursor, take)

    def copy(self) -> None:
        """The selected entry, or a part of it."""
        self._read_whole(lambda entry, path: self._soon(partial(self._copy, _copyables(entry, path))))

    def show_edits(self) -> None:
        """What the selected call changes in files."""
        from crew_tui.texts.of_edits import edits_source

        self._read_whole(lambda entry, _: self._soon(partial(self._open_text, edits_source(entry))))

    def open_outside(self, action: Action) -> None:
        contents = self.pane.contents
        if contents is not None and contents.path is not None:
            self._outside[action](contents.path)

    def open_raw(self) -> None:
        """Every byte that the agent printed in this attempt."""
        from crew_tui.run_texts import raw_output_source

        run, tasks = self._roster()
        subject = self.pane.subject
        task = next((each for each in tasks.tasks if each.id == subject.task_id), None)
        if task is not None:
            upto = tuple(each for each in task.attempts if subject.attempt is None or each.n <= subject.attempt)
            self._open_text(raw_output_source(run, with_fields(task, attempts=upto)))


def _copyables(entry: Entry, path: Path) -> Sequence[Copyable]:
    return of_entry(entry, "\n".join(searched(entry)), path)


_DOING: dict[Action, Callable[[TranscriptScreen], None]] = {
    Action.FOLD: lambda screen: screen.pane.fold(),
    Action.UNFOLD_ALL: lambda screen: screen.pane.fold_all(unfolded=True),
    Action.FOLD_ALL: lambda screen: screen.pane.fold_all(unfolded=False),
    Action.FOLLOW: TranscriptScreen.follow,
    Action.NEXT_AGENT: lambda screen: screen.go_to_task(1),
    Action.PREVIOUS_AGENT: lambda screen: screen.go_to_task(-1),
    Action.NEXT_ATTEMPT: lambda screen: screen.go_to_attempt(1),
    Action.PREVIOUS_ATTEMPT: lambda screen: screen.go_to_attempt(-1),
    Action.SEARCH: lambda screen: screen.search.ask(),
    Action.NEXT_MATCH: lambda screen: screen.pane.next_match(1),
    Action.PREVIOUS_MATCH: lambda screen: screen.pane.next_match(-1),
    Action.WRAP: TranscriptScreen.turn_wrap,
    Action.COPY: TranscriptScreen.copy,
    Action.DIFF: TranscriptScreen.show_edits,
    Action.EDITOR: lambda screen: screen.open_outside(Action.EDITOR),
    Action.PAGER: lambda screen: screen.open_outside(Action.PAGER),
    Action.RAW_OUTPUT: TranscriptScreen.open_raw,
}
