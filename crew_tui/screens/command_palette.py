"""The palette: every command by its name, runs, tasks and themes by theirs."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from crew_core.model.state import Task
from crew_core.observe.slices import RunRow
from crew_tui.actions import Action
from crew_tui.choosing import Choice, Fitting, fitting
from crew_tui.commands import Kind, Named, RunFinder, actions, into, named, task_choices, theme_choices
from crew_tui.earlier import earlier
from crew_tui.glyphs import UNICODE, Glyphs
from crew_tui.keymap.table import Keymap
from crew_tui.palette import palette_of
from crew_tui.screens.picker import ChoosingScreen
from crew_tui.situation import Situation
from crew_tui.typed import typed

_RECENT = "command"


@dataclass(frozen=True, slots=True)
class Chosen:
    """What the palette was left with.

    `action` alone is carried out as if its key had been pressed where the palette was opened. With an `argument`:
    OPEN_RUN goes to the run whose directory it is, TRANSCRIPT shows that of the task that it names. Without an
    action it is the theme that the person has settled on.
    """

    action: Action | None
    argument: str = ""


class CommandPalette(ChoosingScreen[Chosen]):
    """Themes are tried on while one looks at them."""

    def __init__(
        self,
        now: Situation,
        keymap: Keymap,
        *,
        runs: Sequence[RunRow] = (),
        tasks: Sequence[Task] = (),
        themes: Sequence[str] = (),
        theme: str = "",
        wear: Callable[[str], str] = lambda name: "",
        glyphs: Glyphs = UNICODE,
    ) -> None:
        """
        :param now: the situation that it is opened from.
        :param theme: the one that is worn now; comes back with Esc.
        :param wear: puts on a theme for the time being; returns what is wrong with it, if anything.
        """
        super().__init__("command", (), label=":")
        self._now = now
        self._keymap = keymap
        self._runs = runs
        self._tasks = tasks
        self._themes = themes
        self._theme = self._worn = theme
        self._wear = wear
        self._glyphs = glyphs
        self._finder: RunFinder | None = None
        self._more: tuple[Choice, ...] = ()

    def placeholder(self) -> str:
        return "what is to be done"

    def keys_told(self) -> str:
        return "Enter do it  ↑↓  Esc"

    def on_mount(self) -> None:
        words = into(runs=bool(self._runs), themes=bool(self._themes), tasks=bool(self._tasks))
        known = actions(self._now, self._keymap, earlier(self.app).of(_RECENT))
        able = [choice for choice in known if choice.enabled]
        self.choices = (*able, *words, *(choice for choice in known if not choice.enabled))
        self._more = (*task_choices(self._tasks, self._glyphs), *theme_choices(self._themes, self._theme))

    def fitting(self) -> Sequence[Fitting]:
        """Runs, tasks and themes are listed when something has been typed: there are many of them."""
        query = self.typed.text
        if not query.strip():
            return fitting(self.choices, query)
        if self._finder is None:
            self._finder = RunFinder(self._runs, self._glyphs)
        choices = [each for each in self.choices if not _is_behind(each, query)]
        return fitting((*choices, *self._more, *self._finder.find(query)), query)

    def choose(self, choice: Choice) -> None:
        it = named(choice.key)
        if it.kind is Kind.INTO:
            self.write(typed(it.word))
            return
        if it.kind is Kind.ACTION:
            earlier(self.app).add(_RECENT, choice.key)
        if it.kind is not Kind.THEME:
            self._put_on(self._theme)
        self.leave(_meant(it))

    def moved(self) -> None:
        chosen = self.chosen
        it = named(chosen.key) if chosen else None
        self._put_on(it.word if it is not None and it.kind is Kind.THEME else self._theme)

    def _put_on(self, theme: str) -> None:
        if theme == self._worn:
            return
        self._worn = theme
        wrong = self._wear(theme)
        palette = palette_of(self.app.current_theme)
        self._field.dress(palette)
        self.list.dress(palette)
        self._field.show(self.typed, note=wrong)

    def press(self, key: str, character: str | None) -> None:
        if key == "escape":
            self._put_on(self._theme)
        super().press(key, character)


def _is_behind(choice: Choice, query: str) -> bool:
    """It would write a word that has been typed already: now one chooses from what follows."""
    it = named(choice.key)
    return it.kind is Kind.INTO and query.lstrip().casefold().startswith(it.word)


def _meant(it: Named) -> Chosen:
    match it.kind:
        case Kind.ACTION:
            return Chosen(Action(it.word))
        case Kind.RUN:
            return Chosen(Action.OPEN_RUN, it.word)
        case Kind.TASK:
            return Chosen(Action.TRANSCRIPT, it.word)
        case Kind.THEME:
            return Chosen(None, it.word)
        case Kind.INTO:
            raise ValueError("a word that something else follows is no choice")
