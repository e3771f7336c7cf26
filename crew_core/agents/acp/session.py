"""One attempt with an agent of the Agent Client Protocol: one session, and prompts until nothing more is to be said.

Source: https://agentclientprotocol.com/protocol/overview, version 1.
"""

from __future__ import annotations

import dataclasses
from typing import Any

from crew_core.agents.acp import permissions
from crew_core.agents.acp.beginning import Beginning
from crew_core.agents.acp.program import AcpProgram
from crew_core.agents.acp.updates import WORKING, Updates
from crew_core.agents.asking import Asking
from crew_core.agents.correspondence import OVER, Correspondence, told
from crew_core.agents.json_fields import mapping, string
from crew_core.agents.json_rpc import METHOD_NOT_FOUND, Message, Notification, Peer, Request, Response
from crew_core.agents.lines import Line
from crew_core.agents.protocol import Briefing, Finish, Launch, Reaction
from crew_core.agents.reacting import Reacting
from crew_core.agents.resuming import refuse_another
from crew_core.agents.telling import delivery, raw
from crew_core.agents.used import added
from crew_core.model.attempt import AttemptSpec, Decision, DeliveryState, Steer, SteerKind, StopRequest, Usage
from crew_core.model.transcript import AgentEvent, Kind

#: What we do not offer, and some agents ask for all the same.
_NOT_OFFERED = ("fs/", "terminal/", "elicitation/")

_STOPPED = {
    "max_tokens": "its answer was cut: the model's limit of tokens is reached",
    "max_turn_requests": "it gave up: too many requests in one turn",
    "refusal": "the model refused",
    "cancelled": "its turn was cancelled",
}


class AcpSession:
    """The work is over when a prompt is answered and no message waits; prompts of a session never overlap."""

    def __init__(self, spec: AttemptSpec, briefing: Briefing, program: AcpProgram) -> None:
        self.abilities = program.abilities
        self._spec = spec
        self._briefing = briefing
        self._program = program
        self._peer = Peer()
        self._reacting = Reacting()
        self._asking = Asking(spec)
        self._requests: dict[str, Request] = {}
        #: Answers that the agent has and has not shown that it has, by tool call.
        self._answers: dict[str, Steer] = {}
        self._updates = Updates(program, spec.answer_bytes, fresh=spec.resume is None)
        self._beginning = Beginning(spec, program)
        self._mail = Correspondence()
        #: Messages of the prompt that is under way, until the agent shows that it has taken it.
        self._carried: tuple[Steer, ...] = ()
        self._steering: dict[int, Steer] = {}
        self._prompting = False
        self._interrupt: Steer | None = None
        self._cancelled = False
        self._stopping = False
        self._completed = False
        #: A call was denied, and nothing was said after that.
        self._denied = False
        self._error: str | None = None
        self._usage: Usage | None = None
        self._over = False

    def open(self) -> Launch:
        """:raises ValueError: there is no command, or the conversation to go on with is another one."""
        refuse_another(self._spec)
        launch = self._program.launch(self._spec)
        _, greeting = self._peer.request("initialize", self._beginning.greeting())
        return dataclasses.replace(launch, stdin=greeting)

    def feed(self, data: bytes) -> Reaction:
        for message in self._peer.feed(data):
            self._take(message)
        return self._reacting.reaction()

    def control(self, steer: Steer) -> Reaction:
        if self._over or self._stopping:
            self._reacting.tell([delivery(steer.id, DeliveryState.REFUSED, OVER)])
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

    def tick(self, now: float) -> Reaction:
        self._reacting.tell(self._updates.calls.waited())
        return self._reacting.reaction()

    def interrupt(self, stop: StopRequest) -> Reaction:
        self._stopping = True
        self._reacting.tell(self._mail.refuse(OVER))
        if self._prompting and not self._over:
            self._cancel()
        else:
            self._reacting.close_stdin()
        return self._reacting.reaction()

    def finish(self, exit_code: int | None, signal: int | None) -> Finish:
        for message in self._peer.end():
            self._take(message)
        cut = f"{self._program.name} ended before its turn was over"
        if self._error is None and not self._completed:
            self._error = "its turn was interrupted" if self._cancelled else f"lost: {cut}"
        self._reacting.tell(self._updates.calls.close(cut))
        self._reacting.tell(self._asking.all_withdrawn())
        self._reacting.tell(self._mail.refuse(OVER))
        kept = self._updates.answer if self._completed else None
        return Finish(
            events=self._reacting.reaction().events,
            answer=kept.text() if kept is not None else b"",
            answer_bytes=kept.size if kept is not None else 0,
            answer_seen=kept is not None,
            program_error=self._error,
            usage=self._usage,
        )

    def _take(self, message: Message) -> None:
        match message:
            case Line():
                self._reacting.tell([raw(message)])
            case Request():
                self._asked(message)
            case Response():
                self._responded(message)
            case Notification():
                self._noticed(message)

    # What the agent asks.

    def _asked(self, request: Request) -> None:
        if request.method != "session/request_permission":
            offered = not request.method.startswith(_NOT_OFFERED)
            text = f"{self._program.name} asked for {request.method}, which is not served"
            self._reacting.tell([AgentEvent(kind=Kind.RAW if offered else Kind.NOTICE, text=text)])
            self._reacting.send(self._peer.refuse(request.id, METHOD_NOT_FOUND, "not served"))
            return
        self._taken()
        call = permissions.wanted(request)
        self._updates.message_ends()
        self._reacting.tell(self._updates.calls.requested(call))
        ask = permissions.ask_of(request, self._updates.calls.name_of(call))
        decision, events = self._asking.asked(ask)
        self._reacting.tell(events)
        if decision is None:
            self._requests[ask.id] = request
            if self._cancelled:
                self._withdraw()
        else:
            self._reply(request, decision)

    def _reply(self, request: Request, decision: Decision) -> None:
        allow = decision is not Decision.DENY
        self._reacting.send(self._peer.answer(request.id, permissions.answer(request, allow=allow)))
        if not allow:
            self._denied = True
            call_id = string(permissions.wanted(request).get("toolCallId"))
            self._reacting.tell(self._updates.calls.denied(call_id))

    def _answer(self, steer: Steer) -> None:
        request = self._requests.get(steer.asked)
        if request is None or steer.decision is None:
            why = "nothing is asked under this id" if request is None else "the answer says neither yes nor no"
            self._reacting.tell([delivery(steer.id, DeliveryState.REFUSED, why)])
            return
        del self._requests[steer.asked]
        self._reacting.tell(self._asking.answer(steer.asked, steer.decision) or [])
        self._reacting.tell([delivery(steer.id, DeliveryState.SENT)])
        self._answers[string(permissions.wanted(request).get("toolCallId"))] = steer
        self._reply(request, steer.decision)

    def _withdraw(self) -> None:
        """A cancelled turn answers nothing: the agent waits for these all the same."""
        for request in self._requests.values():
            self._reacting.send(self._peer.answer(request.id, permissions.CANCELLED))
        self._requests.clear()
        self._reacting.tell(self._asking.all_withdrawn())

    # What we ask.

    def _prompt(self, texts: list[str], *carried: Steer) -> None:
        blocks = [{"type": "text", "text": text} for text in texts]
        _, data = self._peer.request("session/prompt", {"sessionId": self._beginning.session, "prompt": blocks})
        self._reacting.send(data)
        self._updates.turn_begins()
        self._prompting, self._completed, self._cancelled, self._error = True, False, False, None
        self._denied = False
        self._carried = carried

    def _steer(self, steer: Steer) -> None:
        if not self._prompting or not self._beginning.steering:
            why = "no turn is under way" if self._beginning.steering else "this agent listens only between turns"
            self._reacting.tell(self._mail.keep(steer, f"{why}: it waits for the next one"))
            return
        params = {"sessionId": self._beginning.session, "prompt": [{"type": "text", "text": steer.text}]}
        number, data = self._peer.request("_session/steering", params)
        self._steering[number] = steer
        self._reacting.send(data)
        self._reacting.tell([delivery(steer.id, DeliveryState.SENT)])

    def _break_off(self, steer: Steer) -> None:
        if not self._prompting:
            why = "no turn is under way"
            later = self._mail.keep(steer, f"{why}: its text waits for the next one") if steer.text else None
            self._reacting.tell(later or [delivery(steer.id, DeliveryState.REFUSED, why)])
        elif self._interrupt is not None:
            self._reacting.tell([delivery(steer.id, DeliveryState.REFUSED, "the turn is being interrupted already")])
        else:
            self._interrupt = steer
            self._reacting.tell([delivery(steer.id, DeliveryState.SENT)])
            self._cancel()

    def _cancel(self) -> None:
        self._cancelled = True
        self._reacting.send(self._peer.notify("session/cancel", {"sessionId": self._beginning.session}))
        self._withdraw()

    def _responded(self, response: Response) -> None:
        if response.method == "session/prompt":
            self._prompt_over(response)
        elif response.method == "_session/steering":
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
            self._prompt([*system, self._briefing.prompt])

    def _steered(self, response: Response) -> None:
        steer = self._steering.pop(response.id, None)
        if steer is None:
            return
        if response.error is None:
            self._reacting.tell([delivery(steer.id, DeliveryState.TAKEN)])
        else:
            self._reacting.tell(self._mail.keep(steer, f"not taken now ({response.error.text}): it waits"))

    # What the agent tells.

    def _noticed(self, notice: Notification) -> None:
        if notice.method != "session/update":
            # Names that begin with an underscore are an agent's own.
            self._reacting.tell([] if notice.method.startswith("_") else [raw(notice.line)])
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
        self._reacting.tell(self._updates.told(notice, working=self._prompting))
        if steer is not None:
            self._reacting.tell([delivery(steer.id, DeliveryState.TAKEN)])

    def _taken(self) -> None:
        """It works, so it has what the prompt carried."""
        carried, self._carried = self._carried, ()
        self._reacting.tell(told(carried, DeliveryState.TAKEN))

    def _prompt_over(self, response: Response) -> None:
        self._prompting = False
        self._taken()
        self._reacting.tell(told(self._answers.values(), DeliveryState.TAKEN))
        self._answers.clear()
        self._withdraw()
        steps_unknown = self._program.counts_last_step and self._updates.several_steps
        self._reacting.tell(self._updates.calls.close("it was still running when the turn ended"))
        self._count(response.result, tokens_known=not steps_unknown)
        reason = response.result.get("stopReason")
        if response.error is not None:
            self._fail(response.error.text)
        elif reason != "end_turn":
            self._fail(_STOPPED.get(string(reason), f"its turn ended as {reason!r}"))
        elif self._updates.broken:
            said = self._updates.answer
            self._fail(said.text().decode("utf-8", "replace").strip() if said is not None else "it said that it broke")
        elif self._denied:
            self._fail("it stopped when a tool was denied, and said nothing more")
        else:
            self._completed = True
        self._reacting.tell([AgentEvent(kind=Kind.TURN_END)])

    def _count(self, result: dict[str, Any], *, tokens_known: bool) -> None:
        spent = self._updates.spending.of_turn(result, self._beginning.model, tokens_known=tokens_known)
        for usage, model in spent:
            self._usage = added(self._usage, usage)
            data = {"model": model} if model else None
            self._reacting.tell([AgentEvent(kind=Kind.USAGE, usage=usage, data=data)])

    def _fail(self, why: str) -> None:
        self._error = "its turn was interrupted" if self._cancelled else why
        if not self._cancelled:
            self._reacting.tell([AgentEvent(kind=Kind.ERROR, text=why)])

    def _go_on(self) -> None:
        """Prompt again if there is something to say, or be done; nothing while a prompt or a steer is open."""
        if self._over or self._prompting or self._steering or not (self._completed or self._error):
            return
        interrupt, self._interrupt = self._interrupt, None
        waiting = () if self._stopping else self._mail.take()
        carried = (interrupt, *waiting) if interrupt is not None and interrupt.text and not self._stopping else waiting
        if interrupt is not None and interrupt not in carried:
            self._reacting.tell([delivery(interrupt.id, DeliveryState.TAKEN)])
        self._reacting.tell(told(waiting, DeliveryState.SENT))
        if carried:
            self._prompt([steer.text for steer in carried], *carried)
        else:
            self._conclude()

    def _conclude(self) -> None:
        """Nothing more is to be done."""
        self._over = True
        self._reacting.tell(self._mail.refuse(OVER))
        self._reacting.end()
