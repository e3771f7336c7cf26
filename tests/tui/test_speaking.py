"""Speaking to agents from the dashboard: what is offered for which task, and what is sent."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from msgspec.structs import replace

from crew_core.model.asks import Ask, AskKind
from crew_core.model.state import Task
from crew_core.model.status import RunStatus, TaskStatus
from crew_core.model.steering import Sent, Steer, SteerKind
from crew_core.observe.slices import SliceName
from crew_tui.actions import Action
from crew_tui.app import Dashboard
from crew_tui.keymap.reasons import why_not
from crew_tui.keymap.table import DEFAULT
from crew_tui.panes.agents import task_sign
from crew_tui.requests import Target, Word
from crew_tui.screens.confirm import Confirm
from crew_tui.screens.prompt import Prompt
from crew_tui.situation import Region, Situation
from crew_tui.steering import Told
from tests.tui.builders import a_busy_project, frame, row, run_of, run_slice, runs, task, tasks
from tests.tui.dashboard import ScriptedSource, dashboard
from tests.tui.test_dashboard import ready, shown, until

WORKING = row(1, RunStatus.RUNNING)
PERMISSION = Ask(id="p1", kind=AskKind.PERMISSION, tool="Bash", text="rm -rf build\nrm -rf dist")
QUESTION = Ask(id="q1", kind=AskKind.QUESTION, text="which colour", options=("red", "blue"))
SPEAKING = frozenset({Action.MESSAGE_TASK, Action.INTERRUPT_TASK, Action.ANSWER_TASK, Action.ALLOW, Action.DENY})


def at_work(*asks: Ask, takes: tuple[SteerKind, ...] = tuple(SteerKind)) -> Task:
    made = task("a", TaskStatus.RUNNING, asks=asks)
    return replace(made, attempts=(replace(made.attempts[0], takes=takes),))


def offered(of: Task, **changes: object) -> set[Action]:
    given = {"region": Region.AGENTS, "run": run_of(WORKING), "run_known": True, "rows": 1, "task": of, **changes}
    now = Situation(**given)  # type: ignore[arg-type]
    return {entry.action for entry in DEFAULT.available(now)} & SPEAKING


def asked_by(ask: Ask) -> Dashboard:
    """A dashboard over one run, whose one task asks this."""
    first = {
        **a_busy_project(),
        SliceName.RUNS: runs(WORKING),
        SliceName.RUN: run_slice(WORKING),
        SliceName.TASKS: tasks(at_work(ask)),
    }
    return dashboard(ScriptedSource(first), select=WORKING.path)


def test_a_program_is_offered_what_it_takes() -> None:
    assert offered(at_work()) == {Action.MESSAGE_TASK, Action.INTERRUPT_TASK}
    assert offered(at_work(takes=(SteerKind.STEER,))) == {Action.MESSAGE_TASK}
    assert offered(at_work(takes=())) == set()
    assert offered(task("a", TaskStatus.COMPLETED)) == set()
    assert offered(at_work(PERMISSION), read_only=True) == set()
    assert offered(at_work(PERMISSION), foreign=True) == set()


def test_what_is_asked_is_offered_to_be_answered_until_it_has_an_answer() -> None:
    answers = {Action.ANSWER_TASK, Action.ALLOW, Action.DENY}
    assert offered(at_work(PERMISSION)) & answers == answers
    assert offered(at_work(QUESTION)) & answers == {Action.ANSWER_TASK}
    asking = at_work(PERMISSION)
    sent = Sent(Steer(id="m", kind=SteerKind.ANSWER, asked="p1"))
    answered = replace(asking, attempts=(replace(asking.attempts[0], sent=(sent,)),))
    assert offered(answered) & answers == set()


@pytest.mark.parametrize(
    ("of", "action", "why"),
    [
        (task("a", TaskStatus.COMPLETED), Action.MESSAGE_TASK, "the task is completed"),
        (at_work(takes=()), Action.MESSAGE_TASK, "shell cannot be spoken to while it works"),
        (at_work(), Action.ANSWER_TASK, "it asks nothing"),
        (at_work(QUESTION), Action.ALLOW, "it asks for no permission"),
        (at_work(takes=(SteerKind.STEER,)), Action.INTERRUPT_TASK, "shell does not take that"),
    ],
)
def test_the_menu_says_why_it_cannot_be_said(of: Task, action: Action, why: str) -> None:
    of = replace(of, program="shell")
    now = Situation(region=Region.AGENTS, run=run_of(WORKING), run_known=True, rows=1, task=of)
    entry = next(each for each in DEFAULT.entries if each.action is action)
    assert why_not(entry, now) == why


def test_a_task_that_asks_says_so_in_its_row() -> None:
    assert task_sign(at_work(PERMISSION), frame().glyphs).word == "asks you"
    assert task_sign(at_work(), frame().glyphs).word == "running"


@pytest.mark.parametrize(
    ("ask", "keys", "said"),
    [
        (QUESTION, ("B", "tab", "enter"), Word(Action.ANSWER_TASK, "red", "q1")),
        (PERMISSION, ("B", *"al", "tab", "tab", "enter"), Word(Action.ANSWER_TASK, "always", "p1")),
        (PERMISSION, ("W",), Word(Action.DENY, asked="p1")),
        (PERMISSION, ("Y", "y"), Word(Action.ALLOW, asked="p1")),
        (PERMISSION, ("N", *"hi", "enter"), Word(Action.MESSAGE_TASK, "hi")),
        (PERMISSION, ("N", "tab", *"hi", "enter"), Word(Action.MESSAGE_TASK, "hi", at_once=True)),
        (PERMISSION, ("N", "tab", *"hi", "tab", "enter"), Word(Action.MESSAGE_TASK, "hi")),
        (PERMISSION, ("I", "enter"), Word(Action.INTERRUPT_TASK)),
    ],
)
async def test_keys_say_it_to_the_selected_agent(
    monkeypatch: pytest.MonkeyPatch, ask: Ask, keys: tuple[str, ...], said: Word
) -> None:
    told: list[tuple[Word, Target]] = []

    def request(word: Word, target: Target) -> Callable[[], Told]:
        told.append((word, target))
        return lambda: Told("taken by the agent")

    monkeypatch.setattr("crew_tui.performing.steer_agent.word_request", request)
    app = asked_by(ask)
    async with app.run_test(size=(100, 30), notifications=True) as pilot:
        await ready(pilot, app)
        await pilot.press("enter", *keys)
        await until(pilot, lambda: "taken by the agent" in shown(app))
        assert told == [(said, Target(WORKING.path, "a"))]


async def test_all_of_what_is_allowed_is_shown_first_and_escape_says_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[object] = []
    monkeypatch.setattr("crew_tui.performing.steer_agent.word_request", lambda *said: told.append(said))
    app = asked_by(PERMISSION)
    async with app.run_test(size=(100, 30)) as pilot:
        await ready(pilot, app)
        await pilot.press("enter", "Y")
        assert isinstance(app.screen, Confirm)
        assert " to do this?" in shown(app)
        assert "rm -rf dist" in shown(app)
        assert "and more" not in shown(app)
        await pilot.press("escape", "N")
        assert isinstance(app.screen, Prompt)
        await pilot.press("escape")
        assert told == []


async def test_what_is_too_long_to_be_shown_before_it_is_allowed_is_said_to_be() -> None:
    app = asked_by(replace(PERMISSION, text="\n".join(f"line {number}" for number in range(30))))
    async with app.run_test(size=(80, 24)) as pilot:
        await ready(pilot, app)
        await pilot.press("enter", "Y")
        assert "line 6" in shown(app)
        assert "line 9" not in shown(app)
        assert "… and more" in shown(app)
        assert "allow it" in shown(app)
