"""Commands: taken once, journalled before they act, answered when they are true."""

from __future__ import annotations

import os
from collections.abc import Sequence

import msgspec

from crew_core.engine.conduct import Conduct
from crew_core.engine.ledger import Ledger
from crew_core.engine.requeueing import requeue
from crew_core.engine.seams import Seams
from crew_core.model import events as e
from crew_core.model.attempt import StopRequest
from crew_core.model.commands import Command, CommandKind, CommandRecord, Outcome, OutcomeCode
from crew_core.model.state import Task
from crew_core.model.status import StopCode, StopVerb, TaskStatus
from crew_core.store import maildir
from crew_core.store.errors import StoreError
from crew_core.store.fs import write_durable
from crew_core.store.layout import RunLayout

_VERBS = {CommandKind.CANCEL: StopVerb.CANCEL, CommandKind.STOP: StopVerb.STOP}
_SENDING = frozenset({CommandKind.SEND, CommandKind.RESPOND})
_CODES = {CommandKind.CANCEL: StopCode.CALLER_CANCELLED, CommandKind.STOP: StopCode.CALLER_STOPPED}

#: Of the name of a refused file: what is replaced in it grows threefold, and a name has 255 bytes.
_NAME_BYTES = 80


class Commands:
    """The mailbox of the run. Order for each: accepted → done, both journalled → done file → new file removed."""

    def __init__(self, layout: RunLayout, seams: Seams, ledger: Ledger, conduct: Conduct) -> None:
        self._layout = layout
        self._seams = seams
        self._ledger = ledger
        self._conduct = conduct
        self._to_answer: dict[str, CommandRecord] = {}

    def pending(self) -> bool:
        """Something is to be done or to be answered."""
        return bool(maildir.pending(self._layout.commands_new) or self._to_answer or self._open())

    def _open(self) -> list[Command]:
        if not self._ledger.exists:
            return []
        return [r.command for r in self._ledger.state.commands.values() if r.outcome is None]

    def take(self) -> None:
        """Accept what is new. A command that was answered before is answered again, not carried out again."""
        for name in maildir.pending(self._layout.commands_new):
            command = self._read(name)
            if command is None:
                continue
            known = self._ledger.state.commands.get(command.id)
            if known is None:
                self._ledger.record(e.CommandAccepted(command=command), command.task_id, command_id=command.id)
                self._carry_out(command)
            elif known.outcome is not None:
                self._to_answer[command.id] = known

    def _read(self, name: str) -> Command | None:
        try:
            command = msgspec.json.decode(maildir.read(self._layout.commands_new, name), type=Command)
            if f"{command.id}.json" == name:
                return command
            reason = "its id is not its file name"
        except FileNotFoundError:
            return None
        except (ValueError, RecursionError, StoreError, OSError) as error:
            # Not JSON, not UTF-8, nested without end, too long.
            reason = str(error)
        self._refuse_file(name, reason)
        return None

    def _refuse_file(self, name: str, reason: str) -> None:
        """A file that is no command must not stop the others: set aside, with the reason beside it."""
        text = f"{name}: not a command: {reason}\n".encode("utf-8", "replace")
        note = f"{os.fsencode(name)[:_NAME_BYTES].decode('utf-8', 'replace')}.refused"
        write_durable(self._seams.fs, self._layout.commands_done / note, text)
        maildir.remove(self._seams.fs, self._layout.commands_new, name)

    def _carry_out(self, command: Command) -> None:
        match command.kind:
            case CommandKind.CANCEL | CommandKind.STOP:
                self._end(command)
            case CommandKind.RETRY | CommandKind.RESUME:
                self._done(command, requeue(self._ledger, self._conduct, command))
            case CommandKind.SEND | CommandKind.RESPOND:
                self._answer_if_known(command, self._conduct.steering.begin(command))

    def _answer_if_known(self, command: Command, outcome: Outcome | None) -> None:
        if outcome is not None:
            self._done(command, outcome)

    def _end(self, command: Command) -> None:
        run = self._ledger.run
        if command.task_id is not None and command.task_id not in self._ledger.state.tasks:
            message = f"no task {command.task_id}"
            self._done(command, Outcome(code=OutcomeCode.NO_SUCH_TASK, message=message))
            return
        stop = StopRequest(
            verb=_VERBS[command.kind],
            code=_CODES[command.kind],
            reason=command.reason,
            at=command.at,
            command_id=command.id,
        )
        if command.task_id is not None:
            status = self._ledger.task(command.task_id).status
            if status.ended:
                self._done(command, _nothing(f"task {command.task_id} is {status} already"))
            else:
                self._conduct.stop_task(command.task_id, stop)
        elif run.status.ended:
            self._done(command, _nothing(f"the run is {run.status} already"))
        else:
            self._conduct.stop_run(stop)

    def finish(self) -> None:
        """Record the outcome of every end that has been reached, when the tree of each worker is empty, and of
        everything sent of which there is word."""
        for command in self._open():
            if command.kind in _SENDING:
                self._answer_if_known(command, self._conduct.steering.outcome(command))
            elif command.kind not in _VERBS:
                # Accepted, then the coordinator died before it recorded the rest of that turn.
                self._carry_out(command)
            elif command.task_id is not None:
                self._finish_task(command, command.task_id)
            elif self._ledger.run.status.ended:
                self._finish_run(command)
            elif self._ledger.run.stop is None:
                self._carry_out(command)

    def _finish_task(self, command: Command, task_id: str) -> None:
        task = self._ledger.task(task_id)
        if task.status.ended:
            self._done(command, self._outcome(command, (task,), f"task {task_id} is {task.status}"))
        elif task.stop is None:
            self._carry_out(command)

    def _finish_run(self, command: Command) -> None:
        since = [
            task
            for task in self._ledger.state.tasks.values()
            if task.finished_at is not None and task.finished_at >= command.at
        ]
        self._done(command, self._outcome(command, since, f"the run is {self._ledger.run.status}"))

    def _outcome(self, command: Command, ended: Sequence[Task], message: str) -> Outcome:
        """Of all that has ended since, the processes; by name what did not end by itself."""
        last = [task.attempts[-1] for task in ended if task.attempts]
        touched = [a for a in last if a.ended_at is not None and a.ended_at >= command.at]
        survivors = sum(attempt.survivors for attempt in touched)
        return Outcome(
            code=OutcomeCode.DONE,
            message=message,
            tasks=tuple(task.id for task in ended if task.status is TaskStatus.CANCELLED),
            ended=sum(attempt.ended_processes for attempt in touched),
            survivors=survivors,
        )

    def _done(self, command: Command, outcome: Outcome) -> None:
        self._ledger.record(
            e.CommandDone(command=command, outcome=outcome),
            command.task_id if command.task_id in self._ledger.state.tasks else None,
            message=f"{command.kind}: {outcome.message}",
            command_id=command.id,
        )
        self._to_answer[command.id] = CommandRecord(command=command, outcome=outcome)

    def answer(self) -> None:
        """Tell the senders; called after the commit that made the outcomes durable."""
        answers, self._to_answer = self._to_answer, {}
        for command_id, record in answers.items():
            done = self._layout.commands_done / f"{command_id}.json"
            write_durable(self._seams.fs, done, msgspec.json.encode(record))
            maildir.remove(self._seams.fs, self._layout.commands_new, f"{command_id}.json")


def _nothing(message: str) -> Outcome:
    return Outcome(code=OutcomeCode.NOTHING_TO_DO, message=message)
