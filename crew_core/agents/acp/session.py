"""One attempt with an agent of the Agent Client Protocol: one session, and prompts until nothing more is to be said.

Source: https://agentclientprotocol.com/protocol/overview, version 1.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Sequence
from functools import partial

from crew_core.agents.acp import permissions, steering
from crew_core.agents.acp.beginning import Beginning
from crew_core.agents.acp.ending import failure
from crew_core.agents.acp.own_record import Recorded
from crew_core.agents.acp.program import AcpProgram
from crew_core.agents.acp.updates import WORKING, Updates
from crew_core.agents.as_words import as_words
from crew_core.agents.correspondence import told
from crew_core.agents.head_and_tail import HeadAndTail
from crew_core.agents.json_fields import mapping, string
from crew_core.agents.json_rpc import Notification, Peer, Request, Response
from crew_core.agents.protocol import Briefing, Consult, Launch, Reaction
from crew_core.agents.resuming import refuse_another
from crew_core.agents.telling import delivery, raw
from crew_core.agents.turn_by_turn import INTERRUPTED, NOT_ASKED, UNDECIDED, TurnByTurn
from crew_core.agents.used import added
from crew_core.model.attempt import AttemptSpec
from crew_core.model.steering import Decision, DeliveryState, Steer
from crew_core.model.transcript import AgentEvent, Kind
from crew_core.model.usage import Usage

#: What we do not offer, and some agents ask for all the same.
_NOT_OFFERED = ("fs/", "terminal/", "elicitation/")


class AcpSession(TurnByTurn):
    """One session, and a turn for each prompt."""

    def __init__(
        self, spec: AttemptSpec, briefing: Briefing, program: AcpProgram, launch: Callable[[AttemptSpec], Launch]
    ) -> None:
        """:param launch: how it is started, without what is sent first."""
        super().__init__(program.name, spec, briefing, Peer())
        self._program = program
        self._launch = launch
        #: Answers that the agent has and has not shown that it has, by tool call.
        self._answers: dict[str, Steer] = {}
        self._updates = Updates(program, spec.answer_bytes, fresh=spec.resume is None)
        self._beginning = Beginning(spec, program)
        #: Messages of the prompt that is under way, until the agent shows that it has taken it.
        self._carried: tuple[Steer, ...] = ()
        self._steering: dict[int, Steer] = {}
        #: A call was denied, and nothing was said after that.
        self._denied = False
        self._usage: Usage | None = None
        self._recorded = Recorded(program.own_record) if program.own_record is not None else None
        self._begun = False
        self._unkept: str | None = None
        #: What goes on when the program's own record has been read.
        self._then: Callable[[], None] | None = None

    def open(self) -> Launch:
        """:raises ValueError: there is no command, or the conversation to go on with is another one."""
        refuse_another(self._spec)
        launch = self._launch(self._spec)
        _, greeting = self._peer.request("initialize", self._beginning.greeting())
        return dataclasses.replace(launch, stdin=greeting)

    def tick(self, now: float) -> Reaction:
        self._reacting.tell(self._updates.calls.waited())
        if self._turn_open:
            self._look()
            self._look_for_blindness()
        return self._reacting.reaction()

    def _cut_short(self, why: str) -> list[AgentEvent]:
        return self._updates.calls.close(why)

    def _last_message(self) -> HeadAndTail | None:
        return self._updates.answer

    def _used(self) -> Usage | None:
        return self._usage

    # What the agent asks.

    def _asked(self, request: Request) -> None:
        if request.method != "session/request_permission":
            self._not_served(request, Kind.NOTICE if request.method.startswith(_NOT_OFFERED) else Kind.RAW)
            return
        self._taken()
        call = permissions.wanted(request)
        self._updates.message_ends()
        self._reacting.tell(self._updates.calls.requested(call))
        self._wants(request, permissions.ask_of(request, self._updates.calls.name_of(call)))
        if self._interrupted:
            self._withdraw()

    def _reply(self, request: Request, decision: Decision) -> None:
        allow = decision is not Decision.DENY
        self._reacting.send(self._peer.answer(request.id, permissions.answer(request, allow=allow)))
        if not allow:
            self._denied = True
            call_id = string(permissions.wanted(request).get("toolCallId"))
            self._reacting.tell(self._updates.calls.denied(call_id))

    def _answer(self, steer: Steer) -> None:
        request = self._requests.get(steer.asked)
        if request is None:
            self._refuse(steer, NOT_ASKED)
        elif steer.decision is None:
            self._refuse(steer, UNDECIDED)
        else:
            call_id = string(permissions.wanted(request).get("toolCallId"))
            if call_id in self._answers:
                # It asks once more about the same call, so it has the answer to what it asked first.
                self._tell_answers([self._answers[call_id]], DeliveryState.TAKEN)
            self._answers[call_id] = steer
            self._decided(steer, steer.decision)

    def _withdraw(self) -> None:
        """A cancelled turn answers nothing: the agent waits for these all the same."""
        for request in self._requests.values():
            self._reacting.send(self._peer.answer(request.id, permissions.CANCELLED))
        self._requests.clear()
        self._reacting.tell(self._asking.all_withdrawn())

    # What we ask.

    def _begin_turn(self, texts: list[str], *carried: Steer) -> None:
        blocks = [{"type": "text", "text": as_words(text)} for text in texts]
        _, data = self._peer.request("session/prompt", {"sessionId": self._beginning.session, "prompt": blocks})
        self._reacting.send(data)
        self._updates.turn_begins()
        if self._recorded is not None:
            self._recorded.turn_begins()
        self._begun = True
        self._turn_begins()
        self._denied = False
        self._carried = carried

    def _steer(self, steer: Steer) -> None:
        if self._beginning.steering is False:
            self._refuse(steer, f"this version of {self._program.name} listens only between turns: send it a message")
        elif not self._turn_open:
            self._reacting.tell(self._mail.keep(steer, "no turn is under way: it waits for the next one"))
        else:
            params = steering.params(self._beginning.session, as_words(steer.text))
            number, data = self._peer.request(steering.METHOD, params)
            self._steering[number] = steer
            self._reacting.send(data)
            self._reacting.tell([delivery(steer.id, DeliveryState.SENT)])

    def _interrupt_turn(self) -> None:
        self._interrupted = True
        self._cancel_turn()

    def _cancel_turn(self) -> None:
        self._reacting.send(self._peer.notify("session/cancel", {"sessionId": self._beginning.session}))
        self._withdraw()

    def _responded(self, response: Response) -> None:
        if response.method == "session/prompt":
            self._prompt_over(response)
        elif response.method == steering.METHOD:
            self._steered(response)
        else:
            self._begin(response)
        self._go_on()

    def _begin(self, response: Response) -> None:
        """The next step to the first prompt."""
        step = self._beginning.next(response, self._peer)
        self._reacting.tell(step.events)
        self._reacting.send(step.outgoing)
        if step.error is not None:
            self._fail(step.error)
            self._conclude()
        elif step.ready and not self._stopping:
            fresh = self._spec.resume is None and self._briefing.system
            system = [f"{self._briefing.system}\n\n"] if fresh else []
            self._read_record(partial(self._begin_turn, [*system, self._briefing.prompt]))

    def _steered(self, response: Response) -> None:
        steer = self._steering.pop(response.id, None)
        if steer is None:
            return
        why = steering.not_taken(response)
        taken = [delivery(steer.id, DeliveryState.TAKEN)]
        self._reacting.tell(self._mail.keep(steer, f"not taken now ({why}): it waits") if why else taken)

    # What the agent tells.

    def _noticed(self, notice: Notification) -> None:
        if notice.method != "session/update":
            self._reacting.tell([] if notice.method.startswith(self._program.own_methods) else [raw(notice.line)])
            return
        update = mapping(notice.params.get("update"))
        kind = string(update.get("sessionUpdate"))
        if self._beginning.replaying and kind != "usage_update":
            return
        if kind in WORKING:
            self._taken()
        if kind == "agent_message_chunk":
            self._denied = False
        steer = self._answers.pop(string(update.get("toolCallId")), None)
        step = self._updates.step
        self._reacting.tell(self._updates.told(notice, working=self._turn_open))
        if self._updates.step != step and self._turn_open:
            self._look()
        if steer is not None:
            self._tell_answers([steer], DeliveryState.TAKEN)

    def _taken(self) -> None:
        """It works, so it has what the prompt carried."""
        carried, self._carried = self._carried, ()
        self._reacting.tell(told(carried, DeliveryState.TAKEN))

    def _prompt_over(self, response: Response) -> None:
        self._turn_open = False
        self._taken()
        self._tell_answers(self._answers.values(), DeliveryState.TAKEN)
        self._answers.clear()
        self._withdraw()
        self._read_record(partial(self._settle, response))

    def _settle(self, response: Response) -> None:
        """The turn is over, and what it used is known as well as it can be."""
        steps_unknown = self._program.counts_last_step and self._updates.several_steps
        self._reacting.tell(self._updates.calls.close("it was still running when the turn ended"))
        recorded = self._recorded.in_turn if self._recorded is not None else None
        self._spent(
            self._updates.spending.of_turn(
                response.result, self._beginning.model, tokens_known=not steps_unknown, recorded=recorded
            )
        )
        why = self._unkept or failure(response, self._updates, denied=self._denied)
        why = why or (self._recorded.fault if self._recorded is not None else "")
        if not why:
            self._completed = True
        else:
            self._fail(why)
        self._reacting.tell([AgentEvent(kind=Kind.TURN_END)])

    # What was used.

    def _look(self) -> None:
        """Read what the program has recorded of its own work."""
        if self._recorded is not None:
            where = self._recorded.where(self._spec, self._beginning.session)
            self._reacting.consult(Consult(where, self._found))

    def _read_record(self, then: Callable[[], None]) -> None:
        """Go on when it has been read, if there is one."""
        if self._recorded is None:
            then()
        else:
            self._then = then
            self._look()

    def _found(self, rows: Sequence[bytes]) -> Reaction:
        assert self._recorded is not None
        if self._begun:
            self._spent(self._recorded.new(rows))
            if self._completed and self._recorded.fault:
                # It wrote that down after it had told that the turn was over.
                self._completed = False
                self._fail(self._recorded.fault)
        else:
            self._recorded.past(rows)
        then, self._then = self._then, None
        if then is not None:
            then()
            self._go_on()
        return self._reacting.reaction()

    def _look_for_blindness(self) -> None:
        """A program of another version may record its responses elsewhere: a limit could not be kept then."""
        if self._recorded is None or not self._recorded.missed(calls_ended=self._updates.calls.all_ended):
            return
        why = f"{self._program.name} does not record where expected what a response used: it is known after the turn"
        if self._spec.max_tokens is None or self._spec.settings.limit_by_turn:
            self._reacting.tell([AgentEvent(kind=Kind.NOTICE, text=why)])
        else:
            self._unkept = f"the limit of tokens cannot be kept: {why} (limitByTurn accepts that)"
            self._cancel_turn()

    def _spent(self, spent: Sequence[tuple[Usage, str]]) -> None:
        for usage, model in spent:
            self._usage = added(self._usage, usage)
            data = {"model": model} if model else None
            self._reacting.tell([AgentEvent(kind=Kind.USAGE, usage=usage, data=data)])

    def _fail(self, why: str) -> None:
        self._error = INTERRUPTED if self._interrupted else why
        if not self._interrupted:
            self._reacting.tell([AgentEvent(kind=Kind.ERROR, text=why)])

    def _not_between_turns(self) -> bool:
        return bool(self._steering) or self._then is not None or not (self._completed or self._error)
