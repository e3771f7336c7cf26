"""The form that starts a run: a goal, and which team works on it how."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Input, Static


@dataclass(frozen=True, slots=True)
class Wish:
    """What the form asks for; None leaves the choice to the program."""

    goal: str
    team: str | None = None
    workflow: str | None = None


class NewRun(ModalScreen[Wish | None]):
    """Enter goes on to the next field, and starts on the last one; Ctrl-S starts from anywhere.

    Keys may come faster than they are worked on. Tab has priority, so that what follows it goes to the next field;
    Ctrl-S has none, so that it comes after what was typed before it.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "dismiss", show=False),
        Binding("ctrl+s", "start", show=False),
        Binding("tab", "app.focus_next", show=False, priority=True),
        Binding("shift+tab", "app.focus_previous", show=False, priority=True),
        Binding("down", "app.focus_next", show=False),
        Binding("up", "app.focus_previous", show=False),
    ]

    def compose(self) -> ComposeResult:
        with Vertical(classes="box wide") as box:
            box.border_title = "new run"
            yield Static("Goal", classes="label")
            yield Input(id="goal", placeholder="what the crew is to do", compact=True)
            yield Static("Team", classes="label")
            yield Input(id="team", placeholder="default", compact=True)
            yield Static("Workflow", classes="label")
            yield Input(id="workflow", placeholder="the team's own", compact=True)
            yield Static("", id="said", markup=False)
            yield Static(" Ctrl-S start    Tab field    Esc not now", markup=False, classes="keys")

    def on_mount(self) -> None:
        for field in self.query(Input):
            field.cursor_blink = False
        self.query_one("#goal", Input).focus()

    def _value(self, name: str) -> str:
        return self.query_one(f"#{name}", Input).value.strip()

    def action_start(self) -> None:
        goal = self._value("goal")
        if not goal:
            self.query_one("#said", Static).update("A run needs a goal.")
            self.query_one("#goal", Input).focus()
            return
        self.dismiss(Wish(goal, self._value("team") or None, self._value("workflow") or None))

    def on_input_submitted(self, event: Input.Submitted) -> None:
        event.stop()
        if event.input.id == "workflow":
            self.action_start()
        else:
            self.app.action_focus_next()
