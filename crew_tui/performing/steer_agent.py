"""Actions that speak to the agent of the selected task: typed or confirmed, then carried out in a thread."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from crew_core.model.asks import Ask, AskKind
from crew_core.model.steering import Decision, SteerKind
from crew_tui.actions import Action
from crew_tui.requests import Target, Word, word_request
from crew_tui.text import clean

if TYPE_CHECKING:
    from crew_tui.app import Dashboard
    from crew_tui.screens.prompt import Prompt

#: So much of what is to be allowed has room in the question, on a small terminal too.
_ALLOWED_LINES, _ALLOWED_CHARS = 8, 240


def _target(app: Dashboard) -> Target | None:
    task = app.main.situation().task
    return Target(Path(app.main.runs.selected), task.id) if task is not None else None


def _say(app: Dashboard, target: Target, word: Word) -> None:
    app.notify_briefly(f"{target.name}: on its way")
    app.steering.carry_out(word_request(word, target))


def _type(
    app: Dashboard, target: Target, prompt: Prompt, word: Callable[[str], Word], *, may_be_empty: bool = False
) -> None:
    """``word`` is what becomes of the text that was typed."""

    def answered(text: str | None) -> None:
        if text is not None and (text.strip() or may_be_empty):
            _say(app, target, word(text))

    app.push_screen(prompt, answered)


def _message(app: Dashboard) -> None:
    """For its next turn, or into this one, as Tab says; where its program knows only one of them, that."""
    from crew_tui.screens.prompt import Prompt

    target = _target(app)
    if target is None:
        return
    now = app.main.situation()
    both = now.takes(SteerKind.MESSAGE) and now.takes(SteerKind.STEER)
    prompt = Prompt(
        f"to {target.task_id}",
        turns=("next turn", "at once") if both else None,
        placeholder="what it should know",
        kind="said",
        enter="send",
        escape="not now",
    )
    _type(app, target, prompt, lambda text: Word(Action.MESSAGE_TASK, text, at_once=prompt.turned))


def _interrupt(app: Dashboard) -> None:
    from crew_tui.screens.prompt import Prompt

    target = _target(app)
    if target is None:
        return
    label, hint = f"interrupt {target.task_id}", "what it goes on with, if anything"
    prompt = Prompt(label, placeholder=hint, kind="said", enter="interrupt", escape="not now")
    _type(app, target, prompt, lambda text: Word(Action.INTERRUPT_TASK, text), may_be_empty=True)


def _answer(app: Dashboard) -> None:
    from crew_tui.screens.prompt import Prompt, Suggestion

    now = app.main.situation()
    target, ask = _target(app), now.open_ask
    if target is None or ask is None:
        return
    words = tuple(Decision) if ask.kind is AskKind.PERMISSION else ask.options

    def suggestions(text: str, at: int) -> list[Suggestion]:
        return [Suggestion(word, word, len(word)) for word in map(clean, words) if word.startswith(text)]

    prompt = Prompt(
        f"answer {target.task_id}",
        placeholder=clean(ask.line),
        suggestions=suggestions if words else None,
        kind="answered",
        enter="answer",
        escape="not now",
    )
    _type(app, target, prompt, lambda text: Word(Action.ANSWER_TASK, text, ask.id))


def _allow(app: Dashboard) -> None:
    """Asked for once more with more of it in sight: a row has room for its beginning only."""
    from crew_tui.screens.confirm import GUARD_S, Confirm

    target, ask = _target(app), app.main.situation().open_ask
    if target is None or ask is None:
        return

    def answered(yes: bool | None) -> None:
        if yes:
            _say(app, target, Word(Action.ALLOW, asked=ask.id))

    screen = Confirm(
        f"Allow {target.name} to do this?",
        _whole(ask),
        yes="allow it",
        safe="not now",
        guard_s=GUARD_S if app.guard_s is None else app.guard_s,
    )
    app.push_screen(screen, answered)


def _whole(ask: Ask) -> str:
    """As much as there is room for; what is left out is never left out in silence."""
    lines = [part for part in (clean(ask.tool), *map(clean, ask.text.splitlines())) if part]
    shown = [line if len(line) <= _ALLOWED_CHARS else f"{line[:_ALLOWED_CHARS]}…" for line in lines[:_ALLOWED_LINES]]
    cut = len(lines) > _ALLOWED_LINES or any(len(line) > _ALLOWED_CHARS for line in lines)
    return "\n".join([*shown, *(["… and more: the transcript (v) has all of it"] if cut else [])])


def _deny(app: Dashboard) -> None:
    target, ask = _target(app), app.main.situation().open_ask
    if target is not None and ask is not None:
        _say(app, target, Word(Action.DENY, asked=ask.id))


STEER_AGENT: dict[Action, Callable[[Dashboard], object]] = {
    Action.MESSAGE_TASK: _message,
    Action.INTERRUPT_TASK: _interrupt,
    Action.ANSWER_TASK: _answer,
    Action.ALLOW: _allow,
    Action.DENY: _deny,
}
