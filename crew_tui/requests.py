"""Each thing the person can ask for, as one call of the operation that does it, with words for its outcome."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from crew_tui.actions import Action
from crew_tui.panes.run_line import SHORT_ID
from crew_tui.steering import Told

if TYPE_CHECKING:
    from crew_core.model.commands import Outcome
    from crew_core.ops.errors import OpsError
    from crew_tui.drafting import Wish


@dataclass(frozen=True, slots=True)
class Target:
    """What an action is about; kept when the person is asked, so that it cannot change under the question."""

    run_dir: Path
    task_id: str | None = None

    @property
    def name(self) -> str:
        short = self.run_dir.name[-SHORT_ID:]
        return f"task {self.task_id} of {short}" if self.task_id else f"run {short}"


def request(action: Action, target: Target) -> Callable[[], Told]:
    """A callable for a thread; it blocks until the outcome is known."""

    def carry_out() -> Told:
        from crew_core.ops import control
        from crew_core.ops.errors import OpsError

        try:
            match action:
                case Action.CANCEL_RUN | Action.CANCEL_TASK:
                    outcome = control.cancel(target.run_dir, target.task_id, "from the dashboard")
                case Action.STOP_RUN | Action.STOP_TASK:
                    outcome = control.stop(target.run_dir, target.task_id, "from the dashboard")
                case Action.RETRY_RUN | Action.RETRY_TASK:
                    outcome = control.retry(target.run_dir, target.task_id)
                case Action.RESUME_RUN:
                    outcome = control.resume(target.run_dir)
                case _:
                    raise ValueError(f"{action} is no request")
        except OpsError as error:
            return refused(error)
        return outcome_words(target, outcome)

    return carry_out


@dataclass(frozen=True, slots=True)
class Word:
    """What is said to an agent; `asked` is what it answers. `at_once`: not for its next turn but into this one."""

    action: Action
    text: str = ""
    asked: str = ""
    at_once: bool = False


def word_request(word: Word, target: Target) -> Callable[[], Told]:
    """Say it, and tell how far it came."""

    def carry_out() -> Told:
        from crew_core.model.commands import SendKind
        from crew_core.model.steering import Decision
        from crew_core.ops import steering
        from crew_core.ops.errors import OpsError

        task_id = target.task_id or ""
        try:
            match word.action:
                case Action.MESSAGE_TASK:
                    kind = SendKind.STEER if word.at_once else SendKind.MESSAGE
                    outcome = steering.send(target.run_dir, task_id, word.text, kind)
                case Action.INTERRUPT_TASK:
                    outcome = steering.send(target.run_dir, task_id, word.text, SendKind.INTERRUPT)
                case Action.ALLOW | Action.DENY:
                    decision = Decision.ALLOW if word.action is Action.ALLOW else Decision.DENY
                    outcome = steering.respond(target.run_dir, task_id, word.text, decision, word.asked)
                case Action.ANSWER_TASK:
                    outcome = steering.respond(target.run_dir, task_id, word.text, asked=word.asked)
                case _:
                    raise ValueError(f"{word.action} says nothing")
        except OpsError as error:
            return refused(error)
        return outcome_words(target, steering.newest_word(target.run_dir, outcome))

    return carry_out


def start_request(wish: Wish, cwd: Path, started: Callable[[Path], None]) -> Callable[[], Told]:
    """Start a run in the directory `cwd`; `started` gets the run's own, on the loop."""

    def carry_out() -> Told:
        from crew_core.ops.errors import OpsError
        from crew_core.ops.start import start_run
        from crew_tui.drafting import request_of

        try:
            run = start_run(request_of(wish, cwd))
        except OpsError as error:
            return refused(error)
        return Told(f"run {run.run_id[-SHORT_ID:]} started", then=lambda: started(run.path))

    return carry_out


def refused(error: OpsError) -> Told:
    """The error's own words; an option of the command line is named as one."""
    hint = f"on the command line: {error.hint}" if error.hint.startswith("--") else error.hint
    return Told("\n".join(part for part in (error.what, error.why, hint) if part), sticky=True, title="not done")


def outcome_words(target: Target, outcome: Outcome) -> Told:
    said = [f"{target.name}: {outcome.message}"]
    if outcome.ended:
        said.append(f"{outcome.ended} process{'es' if outcome.ended > 1 else ''} ended")
    if outcome.survivors:
        said.append(f"{outcome.survivors} still alive")
    return Told("\n".join(said), sticky=not outcome.ok or outcome.survivors > 0)
