"""One attempt with a program that speaks JSON-RPC and takes one turn at a time: what is the same for all of them."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable

from crew_core.agents.asking import Ask, Asking
from crew_core.agents.correspondence import OVER, Correspondence, told
from crew_core.agents.head_and_tail import HeadAndTail
from crew_core.agents.json_rpc import (
    INTERNAL_ERROR,
    METHOD_NOT_FOUND,
    Message,
    Notification,
    Peer,
    Request,
    Response,
)
from crew_core.agents.lines import Line
from crew_core.agents.protocol import Briefing, Finish, Reaction
from crew_core.agents.reacting import Reacting
from crew_core.agents.telling import delivery, raw
from crew_core.model.attempt import AttemptSpec, StopRequest
from crew_core.model.steering import Decision, DeliveryState, Steer, SteerKind
from crew_core.model.transcript import AgentEvent, Kind
from crew_core.model.usage import Usage

#: Why an answer of a person is refused.
NOT_ASKED = "nothing is asked under this id"
UNDECIDED = "the answer says neither yes nor no"

#: Of a turn that was broken off.
INTERRUPTED = "its turn was interrupted"


class TurnByTurn(ABC):
    """The work is over when a turn has ended and no message waits; turns never overlap.

    What is left to a program: its messages, and what its turns are made of. ``name`` is what the program is called.
    """

    def __init__(self, name: str, spec: AttemptSpec, briefing: Briefing, peer: Peer) -> None:
        self._name = name
        self._spec = spec
        self._briefing = briefing
        self._peer = peer
        self._reacting = Reacting()
        self._asking = Asking(spec)
        #: Requests that wait for a person, by the id under which they were told.
        self._requests: dict[str, Request] = {}
        self._mail = Correspondence()
        self._turn_open = False
        #: By whom the turn that is under way is broken off; the text of it begins the next one.
        self._interrupt: Steer | None = None
        self._interrupted = False
        self._stopping = False
        self._completed = False
        self._error: str | None = None
        self._over = False

    def feed(self, data: bytes) -> Reaction:
        for message in self._peer.feed(data):
            self._take(message)
        return self._reacting.reaction()

    def control(self, steer: Steer) -> Reaction:
        if self._over or self._stopping:
            self._refuse(steer, OVER)
        else:
            match steer.kind:
                case SteerKind.MESSAGE:
                    self._reacting.tell(self._mail.keep(steer))
                case SteerKind.STEER:
                    self._steer(steer)
                case SteerKind.INTERRUPT:
                    self._break_off(steer)
                case SteerKind.ANSWER:
                    self._answer(steer)
        return self._reacting.reaction()

    def interrupt(self, stop: StopRequest) -> Reaction:
        self._stopping = True
        self._reacting.tell(self._mail.refuse(OVER))
        if self._turn_open and not self._over:
            self._interrupt_turn()
        else:
            self._reacting.close_stdin()
        return self._reacting.reaction()

    def finish(self, exit_code: int | None, signal: int | None) -> Finish:
        for message in self._peer.end():
            self._take(message)
        cut = f"{self._name} ended before its turn was over"
        if self._error is None and not self._completed:
            self._error = INTERRUPTED if self._interrupted else f"lost: {cut}"
        self._reacting.tell(self._cut_short(cut))
        self._reacting.tell(self._asking.all_withdrawn())
        self._reacting.tell(self._mail.refuse(OVER))
        kept = self._last_message() if self._completed else None
        if kept is not None and kept.blank:
            kept = None
        return Finish(
            events=self._reacting.reaction().events,
            answer=kept.text() if kept is not None else b"",
            answer_bytes=kept.size if kept is not None else 0,
            answer_seen=kept is not None,
            program_error=self._error,
            usage=self._used(),
        )

    # What a program does its own way.

    @abstractmethod
    def _asked(self, request: Request) -> None:
        """The program asks."""

    @abstractmethod
    def _responded(self, response: Response) -> None:
        """The program answers."""

    @abstractmethod
    def _noticed(self, notice: Notification) -> None:
        """The program tells."""

    @abstractmethod
    def _reply(self, request: Request, decision: Decision) -> None:
        """Answer a request for permission."""

    @abstractmethod
    def _steer(self, steer: Steer) -> None:
        """Say it within the turn, or keep it for the next one."""

    @abstractmethod
    def _answer(self, steer: Steer) -> None:
        """A person has answered a request."""

    @abstractmethod
    def _begin_turn(self, texts: list[str], *carried: Steer) -> None:
        """Send what begins a turn; ``carried`` are the messages that the texts are of."""

    @abstractmethod
    def _interrupt_turn(self) -> None:
        """Ask the program to break off the turn that is open."""

    @abstractmethod
    def _not_between_turns(self) -> bool:
        """Besides an open turn: whether nothing can follow yet, since it has not begun or a message is on its way."""

    @abstractmethod
    def _cut_short(self, why: str) -> list[AgentEvent]:
        """The program is gone: what it was about to do will not end."""

    @abstractmethod
    def _last_message(self) -> HeadAndTail | None:
        """The answer, if the turn has completed."""

    @abstractmethod
    def _used(self) -> Usage | None:
        """By the whole attempt."""

    # What is the same.

    def _take(self, message: Message) -> None:
        try:
            match message:
                case Line():
                    self._reacting.tell([raw(message)])
                case Request():
                    self._asked(message)
                case Response():
                    self._responded(message)
                case Notification():
                    self._noticed(message)
        except Exception as error:
            self._pass_over(message, error)

    def _pass_over(self, message: Message, error: Exception) -> None:
        """The adapter failed at it. The next ones are taken all the same, and nobody waits because of it."""
        self._reacting.tell([raw(message if isinstance(message, Line) else message.line, error)])
        match message:
            case Request():
                self._reacting.send(self._peer.refuse(message.id, INTERNAL_ERROR, "not understood"))
            case Response():
                self._error = f"{self._name}'s answer to {message.method} was not understood"
                self._reacting.tell([AgentEvent(kind=Kind.ERROR, text=self._error)])
                self._conclude()
            case _:
                pass

    def _wants(self, request: Request, ask: Ask) -> None:
        """Decide on what it wants, or leave that to a person."""
        decision, events = self._asking.asked(ask)
        self._reacting.tell(events)
        if decision is None:
            self._requests[ask.id] = request
        else:
            self._reply(request, decision)

    def _not_served(self, request: Request, kind: Kind) -> None:
        text = f"{self._name} asked for {request.method}, which is not served"
        self._reacting.tell([AgentEvent(kind=kind, text=text)])
        self._reacting.send(self._peer.refuse(request.id, METHOD_NOT_FOUND, "not served"))

    def _decided(self, steer: Steer, decision: Decision) -> None:
        """A person has decided what is asked under this id."""
        request = self._requests.pop(steer.asked)
        self._reacting.tell(self._asking.answer(steer.asked, decision, steer.text) or [])
        self._tell_answers([steer], DeliveryState.SENT)
        self._reply(request, decision)

    def _tell_answers(self, answers: Iterable[Steer], state: DeliveryState) -> None:
        """How far these have come. What a person said beside a decision has no place in any of these protocols."""
        without = f"{self._name} takes no words with a decision"
        self._reacting.tell([delivery(steer.id, state, without if steer.text else "") for steer in answers])

    def _refuse(self, steer: Steer, why: str) -> None:
        self._reacting.tell([delivery(steer.id, DeliveryState.REFUSED, why)])

    def _break_off(self, steer: Steer) -> None:
        if not self._turn_open:
            why = "no turn is under way"
            if steer.text:
                self._reacting.tell(self._mail.keep(steer, f"{why}: its text waits for the next one"))
            else:
                self._refuse(steer, why)
        elif self._interrupt is not None:
            self._refuse(steer, "the turn is being interrupted already")
        else:
            self._interrupt = steer
            self._reacting.tell([delivery(steer.id, DeliveryState.SENT)])
            self._interrupt_turn()

    def _turn_begins(self) -> None:
        """Nothing is known of how it ends."""
        self._turn_open = True
        self._completed = self._interrupted = False
        self._error = None

    def _go_on(self) -> None:
        """Begin the next turn if there is something to say, or be done; nothing while a turn or a steer is open."""
        if self._over or self._turn_open or self._not_between_turns():
            return
        interrupt, self._interrupt = self._interrupt, None
        waiting = () if self._stopping else self._mail.take()
        carried = waiting
        if interrupt is not None:
            if interrupt.text and not self._stopping:
                carried = (interrupt, *waiting)
            else:
                self._reacting.tell([delivery(interrupt.id, DeliveryState.TAKEN)])
        self._reacting.tell(told(waiting, DeliveryState.SENT))
        if carried:
            self._begin_turn([steer.text for steer in carried], *carried)
        else:
            self._conclude()

    def _conclude(self) -> None:
        """Nothing more is to be done."""
        self._over = True
        self._reacting.tell(self._mail.refuse(OVER))
        self._reacting.end()
