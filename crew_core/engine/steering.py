"""What a person sends to an agent: whether it can be taken, the intent, and how far it has come."""

from __future__ import annotations

import msgspec

from crew_core.agents.protocol import Abilities, UnknownProgram
from crew_core.agents.registry import abilities
from crew_core.engine.ledger import Ledger
from crew_core.engine.seams import Seams
from crew_core.engine.workers import Worker
from crew_core.model import events as e
from crew_core.model.asks import Ask, AskKind
from crew_core.model.attempt import ControlMessage, StopRequest
from crew_core.model.commands import Command, CommandKind, Outcome, OutcomeCode, SendKind
from crew_core.model.state import Attempt, Task
from crew_core.model.status import AttemptCause
from crew_core.model.steering import Decision, DeliveryState, Sent, Steer, SteerKind
from crew_core.store import maildir
from crew_core.store.doorbell import ring

#: So long a sender waits for the first word of the program; then it is told that there is none yet.
FIRST_WORD_S = 2.0

#: Of what is sent, so much stands in the journal's own words; the event has all of it.
_SHOWN = 120

_SAID = {
    DeliveryState.QUEUED: "its worker has it, its agent has not taken it yet",
    DeliveryState.SENT: "its agent has not said yet that it took it",
    DeliveryState.TAKEN: "its agent has it",
    DeliveryState.REFUSED: "its program does not take it",
    DeliveryState.LOST: "nothing says that its agent took it",
}


def abilities_of(program: str) -> Abilities:
    """What the program can do; nothing, when no adapter drives it."""
    try:
        return abilities(program)
    except UnknownProgram:
        return Abilities()


def takes_of(able: Abilities) -> tuple[SteerKind, ...]:
    """What an agent of these abilities can be sent while it works."""
    facts = (
        (SteerKind.MESSAGE, able.steer_next_turn),
        (SteerKind.STEER, able.steer_now),
        (SteerKind.INTERRUPT, able.steer_now or able.steer_next_turn),
        (SteerKind.ANSWER, able.permissions or able.ask),
    )
    return tuple(kind for kind, able_to in facts if able_to)


class Steering:
    """Part of the coordinator's turn. ``begin`` and ``outcome`` record; ``put`` acts, after the commit."""

    def __init__(self, seams: Seams, ledger: Ledger) -> None:
        self._seams = seams
        self._ledger = ledger
        #: Until when the sender of a message is kept waiting, on the monotonic clock.
        self._until: dict[str, float] = {}

    def begin(self, command: Command) -> Outcome | None:
        """Record the intent to send it. An outcome at once says why not; else it is still to come."""
        task = self._ledger.state.tasks.get(command.task_id or "")
        if task is None:
            return Outcome(code=OutcomeCode.NO_SUCH_TASK, message=f"no task {command.task_id}")
        attempt = task.current
        refusal = _not_at_work(task, attempt, self._ledger.run.stop)
        if attempt is None or refusal:
            return _refused(refusal)
        steer = steer_of(command, task, attempt)
        if isinstance(steer, str):
            return _refused(steer)
        said = f"{command.sending or steer.kind}: {_told(steer)}"
        about = next((ask.line for ask in task.asks if ask.id == steer.asked), "")
        sent = e.MessageSent(n=attempt.n, steer=steer, about=about)
        self._ledger.record(sent, task.id, message=said, command_id=command.id)
        return None

    def outcome(self, command: Command) -> Outcome | None:
        """What has come of an accepted command; None as long as its agent may still say its first word of it."""
        sent = self._sent(command)
        if sent is None:
            # The coordinator died between the two events: nothing was sent yet.
            return self.begin(command)
        now = self._seams.clock.monotonic()
        if sent.state is DeliveryState.QUEUED and now < self._until.setdefault(command.id, now + FIRST_WORD_S):
            return None
        self._until.pop(command.id, None)
        said = f"{sent.state}: {sent.said or _SAID[sent.state]}"
        code = OutcomeCode.REFUSED if sent.state in (DeliveryState.REFUSED, DeliveryState.LOST) else OutcomeCode.DONE
        return Outcome(
            code=code,
            message=f"{said} (answers: {sent.about})" if sent.about else said,
            tasks=(command.task_id or "",),
            message_id=command.id,
            delivery=sent.state,
        )

    def due_in(self) -> float:
        """Seconds until somebody has waited long enough."""
        return max(0.0, min(self._until.values(), default=float("inf")) - self._seams.clock.monotonic())

    def _sent(self, command: Command) -> Sent | None:
        task = self._ledger.state.tasks.get(command.task_id or "")
        if task is None:
            return None
        return next((s for a in reversed(task.attempts) for s in a.sent if s.steer.id == command.id), None)

    def put(self, worker: Worker) -> None:
        """Hand the worker what is meant for it and has had no word yet; again after a crash: it knows what it has.

        :raises OSError: it could not be written.
        """
        attempt = self._ledger.task(worker.task_id).attempts[-1]
        waiting = [
            each.steer
            for each in attempt.sent
            if attempt.n == worker.n and each.state is DeliveryState.QUEUED and each.steer.id not in worker.steers_put
        ]
        for steer in waiting:
            message = msgspec.json.encode(ControlMessage(steer=steer))
            maildir.put(self._seams.fs, worker.files.control_new, f"steer-{steer.id}.json", message)
            worker.steers_put.add(steer.id)
        if waiting:
            ring(worker.files.control_bell)

    def give_up(self, worker: Worker, why: str) -> None:
        """Record that what the worker's agent never took is lost."""
        for each in self._ledger.task(worker.task_id).attempts[-1].sent:
            if not each.state.ended:
                lost = e.MessageDelivery(n=worker.n, id=each.steer.id, state=DeliveryState.LOST, said=why)
                self._ledger.record(lost, worker.task_id, message=f"lost: {why}")


def _not_at_work(task: Task, attempt: Attempt | None, run_stop: StopRequest | None) -> str:
    """Why nobody is there to be told anything; empty when somebody is."""
    if attempt is None:
        return f"task {task.id} is {task.status}: no agent works on it now"
    if attempt.cause is AttemptCause.VERIFY:
        return f"task {task.id} runs a check command now, which cannot be spoken to"
    if task.stop is not None or run_stop is not None:
        return f"task {task.id} is being ended"
    return ""


def steer_of(command: Command, task: Task, attempt: Attempt) -> Steer | str:
    """What is sent for ``command``, or why its agent cannot be sent that."""
    if command.kind is CommandKind.RESPOND:
        return _answer(command, task, attempt)
    kind = _kind_of(command.sending or SendKind.MESSAGE, attempt.takes)
    if kind is None:
        return _cannot(command.sending or SendKind.MESSAGE, task, attempt)
    return Steer(id=command.id, kind=kind, text=command.text, at=command.at)


def _kind_of(sending: SendKind, takes: tuple[SteerKind, ...]) -> SteerKind | None:
    wanted = {
        SendKind.MESSAGE: (SteerKind.MESSAGE, SteerKind.STEER),
        SendKind.STEER: (SteerKind.STEER,),
        SendKind.FOLLOW_UP: (SteerKind.MESSAGE,),
        SendKind.INTERRUPT: (SteerKind.INTERRUPT,),
    }[sending]
    return next((kind for kind in wanted if kind in takes), None)


def _cannot(sending: SendKind, task: Task, attempt: Attempt) -> str:
    others = [each.value for each in SendKind if _kind_of(each, attempt.takes) is not None]
    if not others:
        return f"{task.program} cannot be spoken to while it works"
    return f"{task.program} takes no {sending}; it takes: {', '.join(others)}"


def _answer(command: Command, task: Task, attempt: Attempt) -> Steer | str:
    """To one open ask, and only to one: two senders at once must not answer two different ones by the same words."""
    ask = task.open_ask
    if command.asked:
        ask = next((each for each in task.asks if each.id == command.asked), None)
        if ask is None:
            return f"task {task.id} does not ask that any more"
    if ask is None:
        return f"task {task.id} has been answered already" if task.asks else f"task {task.id} asks nothing"
    if SteerKind.ANSWER not in attempt.takes:
        return f"{task.program} takes no answers while it works"
    text, decision = command.text, command.decision
    if ask.kind is AskKind.QUESTION and decision is not None:
        return f"task {task.id} asks a question, which wants words: {ask.line}"
    if ask.kind is AskKind.PERMISSION and decision is None:
        if text.strip().lower() not in set(Decision):
            return f"task {task.id} {_wants(ask)}: answer allow, always or deny"
        decision, text = Decision(text.strip().lower()), ""
    return Steer(id=command.id, kind=SteerKind.ANSWER, text=text, asked=ask.id, decision=decision, at=command.at)


def _wants(ask: Ask) -> str:
    return f"asks for permission to use {ask.tool}" if ask.tool else "asks for permission"


def _told(steer: Steer) -> str:
    words = ": ".join(part for part in (steer.decision or "", steer.text) if part)
    return words if len(words) <= _SHOWN else f"{words[:_SHOWN]}…"


def _refused(why: str) -> Outcome:
    return Outcome(code=OutcomeCode.REFUSED, message=why)
