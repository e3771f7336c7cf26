"""The form that starts a run: a goal, who works on it how, and a preview of what that would do."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import ClassVar

from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.timer import Timer
from textual.worker import Worker, WorkerState

from crew_tui import crash
from crew_tui.choosing import Choice
from crew_tui.drafting import Draft, Name, Names, Planner, Wish, configured, draft_lines
from crew_tui.lines import Tone, text_line
from crew_tui.screens.picker import Picker
from crew_tui.screens.typing import TypingScreen
from crew_tui.typed import Typed, pasted, pressed, typed, up_or_down
from crew_tui.widgets.field import Field
from crew_tui.widgets.quiet_pane import QuietPane
from crew_tui.widgets.view import View

__all__ = ["NewRun", "Wish"]

#: After the last key; planning anew for each would make typing compete with it.
_PAUSE_S = 0.15

#: The group of the workers that plan.
_DRAFT = "draft"

#: Lines of the goal in sight.
_MOST_LINES = 5

_GOAL = "goal"
_NAMED = {
    _GOAL: "what the crew is to do",
    "team": "default",
    "workflow": "the team's own",
    "program": "as configured",
    "model": "as configured; named as the program names it",
}

#: Beside each other, in a column each; what is configured stands there as long as nothing is typed.
_LIMITS = {"tokens": "Tokens", "cost": "Cost $", "minutes": "Minutes"}
_FIELDS = (*_NAMED, *_LIMITS)

_KEYS = "Ctrl-S start  Tab field  Ctrl-L choose  Esc not now"

#: Lines that the box keeps for the preview, and those of its own: border, padding, blanks.
_LEAST_PREVIEW = 3
_FRAME = 5

#: The plans of the built-in teams have at most so many lines, with long paths and notices: the box does not jump
#: when the plan comes.
_USUAL_PREVIEW = 14


class NewRun(TypingScreen[Wish]):
    """Enter goes on to the next field, and starts on the last one; Ctrl-S starts from anywhere.

    The preview is made in a thread, of what was typed when the person last paused.
    """

    CSS: ClassVar[str] = """
    NewRun .form { width: 96; max-width: 100%; height: auto; max-height: 100%; padding: 1 1 0 1;
                   background: $background; border: heavy $accent; border-title-color: $accent;
                   border-title-style: bold; border-subtitle-color: $crew-dim; }
    NewRun #goal { margin: 0 0 1 0; }
    NewRun .limits { height: 1; }
    NewRun #cost, NewRun #minutes { margin: 0 0 0 1; }
    NewRun QuietPane { margin: 1 0 0 0; }
    """

    def __init__(self, start_in: Path, planner: Planner | None = None) -> None:
        """:param start_in: where the run would work.
        :param planner: default: whom the command line asks."""
        super().__init__()
        self._start_in = start_in
        self._planner = planner or Planner()
        self.values = {name: Typed() for name in _FIELDS}
        self.at = _GOAL
        self._names = Names()
        self.draft: Draft | None = None
        self._said = ""
        self._tallest = _USUAL_PREVIEW
        #: What holds for each limit.
        self._held: Mapping[str, str] = {}
        self._timer: Timer | None = None
        self._drafting = False

    def compose(self) -> ComposeResult:
        self._fields = {
            **{name: self._field(f"{name.capitalize():8}", name, hint) for name, hint in _NAMED.items()},
            **{name: self._field(label, name) for name, label in _LIMITS.items()},
        }
        self.preview = QuietPane(self.palette, bordered=False)
        with Vertical(classes="form") as box:
            box.border_title = Content("new run")
            box.border_subtitle = Content(_KEYS)
            yield from (self._fields[name] for name in _NAMED)
            with Horizontal(classes="limits"):
                yield from (self._fields[name] for name in _LIMITS)
            yield self.preview

    def _field(self, label: str, name: str, hint: str = "") -> Field:
        return Field(self.palette, label, placeholder=hint, id=name)

    def on_mount(self) -> None:
        self._show()
        self.run_worker(partial(self._planner.names, self._start_in), thread=True, group="names", exit_on_error=False)
        self._draft_now()

    def on_resize(self) -> None:
        self._tallest = _USUAL_PREVIEW
        self.call_after_refresh(self._show)

    # Keys

    def press(self, key: str, character: str | None) -> None:
        match key:
            case "escape":
                self.leave(None)
            case "ctrl+s":
                self._start()
            case "ctrl+l":
                self._choose()
            case "tab":
                self._complete()
                self._go(1)
            case "enter" if self.at != _FIELDS[-1]:
                self._go(1)
            case "enter":
                self._start()
            case "shift+tab":
                self._go(-1)
            case "up" | "down":
                by = -1 if key == "up" else 1
                moved = up_or_down(self.values[self.at], by)
                self._go(by) if moved is None else self._set(moved)
            case "pageup" | "pagedown":
                self.preview.move_pages(-1 if key == "pageup" else 1)
            case "ctrl+j" | "shift+enter" | "alt+enter":
                if self.at == _GOAL:
                    self._set(self.values[_GOAL].insert("\n"))
            case _:
                self._set(pressed(self.values[self.at], key, character))

    def paste(self, text: str) -> None:
        """A goal may have several lines, a name has one."""
        in_goal = self.at == _GOAL
        self._set(pasted(self.values[self.at], text.rstrip("\r\n") if in_goal else text.strip(), lines=in_goal))

    def _go(self, by: int) -> None:
        self.at = _FIELDS[(_FIELDS.index(self.at) + by) % len(_FIELDS)]
        self._show()

    def _set(self, now: Typed | None) -> None:
        if now is None or now == self.values[self.at]:
            return
        other = now.text != self.values[self.at].text
        self.values[self.at] = now
        if other:
            self._said = ""
            self._draft_soon()
        self._show()

    # Names

    def _known(self) -> Sequence[Name]:
        """What may stand in the field."""
        match self.at:
            case "team":
                return self._names.teams
            case "workflow":
                return self._names.workflows
            case "program":
                return self._names.programs
            case _:
                return ()

    def _ghost(self) -> str:
        """The rest of the name that has been begun; nothing when it is a name already."""
        begun = self.values[self.at].text.casefold()
        names = [each.name for each in self._known() if not each.why_not]
        if not begun or begun in (name.casefold() for name in names):
            return ""
        return next((name[len(begun) :] for name in names if name.casefold().startswith(begun)), "")

    def _complete(self) -> None:
        ghost = self._ghost()
        if ghost:
            self._set(typed(self.values[self.at].text + ghost))

    def _choose(self) -> None:
        known = self._known()
        if not known:
            return
        choices = [Choice(each.name, each.name, each.says, each.why_not) for each in known]

        def chosen(name: str | None) -> None:
            if name is not None:
                self._set(typed(name))

        self.app.push_screen(Picker(self.at, choices, start=self.values[self.at].text), chosen)

    # Preview

    def wish(self) -> Wish:
        """As it stands in the form."""
        goal, *others = (self.values[name].text.strip() for name in _FIELDS)
        return Wish(goal, *(text or None for text in others))

    def _draft_soon(self) -> None:
        if self._timer is not None:
            self._timer.stop()
        self._timer = self.set_timer(_PAUSE_S, self._draft_now)

    def _draft_now(self) -> None:
        """One at a time: what is typed meanwhile is planned when it is done."""
        if not self._drafting and self.is_attached:
            self._drafting = True
            work = partial(self._planner.draft, self.wish(), self._start_in)
            self.run_worker(work, thread=True, group=_DRAFT, exit_on_error=False)

    def on_worker_state_changed(self, event: Worker.StateChanged) -> None:
        error = event.worker.error
        if event.state is WorkerState.ERROR and error is not None:
            told = f"{type(error).__name__}: {error}; {crash.record(error)}"
            if event.worker.group == _DRAFT:
                self._drafted(Draft(self.wish(), wrong=told))
        elif event.state is WorkerState.SUCCESS:
            result = event.worker.result
            if isinstance(result, Names):
                self._names = result
                self._show()
            elif isinstance(result, Draft):
                self._drafted(result)

    def _drafted(self, result: Draft) -> None:
        self._drafting = False
        self.draft = result
        if result.plan is not None:
            self._held = configured(result.plan.limits)
        if result.wish != self.wish():
            self._draft_soon()
        self._show()

    # Painting

    def _show(self) -> None:
        goal = self._fields[_GOAL]
        # A line for each that is named, but the goal, and one for all limits.
        room = self.size.height - _FRAME - len(_NAMED)
        goal_lines = goal.height_for(self.values[_GOAL], max(1, min(_MOST_LINES, room - _LEAST_PREVIEW)))
        goal.styles.height = goal_lines
        for name, field in self._fields.items():
            active = name == self.at
            ghost = self._held.get(name, "") if not self.values[name].text else self._ghost() if active else ""
            field.show(self.values[name], active=active, ghost=ghost)
        width = self.preview.inner_width
        said = (text_line(f" {self._said}", Tone.FAIL),) if self._said else ()
        body = draft_lines(self.draft, width) if self.draft else (text_line(" planning …", Tone.DIM),)
        lines = (*said, *body)
        # It never gets lower while one types either: a box that jumps cannot be read.
        self._tallest = max(self._tallest, len(lines))
        self.preview.styles.height = max(1, min(self._tallest, room - goal_lines))
        self.preview.show(View(lines))
        # Where the preview has no room at all, what speaks against starting is seen in the frame.
        unseen = self._said if room <= goal_lines else ""
        self.query_one(".form").border_subtitle = Content(unseen or _KEYS)

    def _start(self) -> None:
        wish = self.wish()
        if not wish.goal:
            self._say("A run needs a goal.")
            self.at = _GOAL
        elif self.draft is not None and self.draft.wish == wish and self.draft.hindered:
            self._say("It cannot be started like this:" if self.draft.wrong else "It would be refused:")
        else:
            self.leave(wish)
            return
        self._show()

    def _say(self, text: str) -> None:
        self._said = text
        self.preview.move_home()
