"""One attempt with Codex: initialize, one thread, and turns until nothing more is to be said."""

from __future__ import annotations

from typing import Any

from crew_core.agents.codex import starting
from crew_core.agents.codex.approvals import answer, ask_of
from crew_core.agents.codex.ending import failure
from crew_core.agents.codex.notices import Notices
from crew_core.agents.correspondence import told
from crew_core.agents.head_and_tail import HeadAndTail
from crew_core.agents.json_fields import mapping, string
from crew_core.agents.json_rpc import Failure, Notification, Peer, Request, Response
from crew_core.agents.protocol import Abilities, Briefing, Launch, Reaction
from crew_core.agents.resuming import refuse_another
from crew_core.agents.telling import delivery
from crew_core.agents.turn_by_turn import NOT_ASKED, UNDECIDED, TurnByTurn
from crew_core.model.attempt import AttemptSpec
from crew_core.model.status import Access
from crew_core.model.steering import Decision, DeliveryState, Steer
from crew_core.model.transcript import AgentEvent, Kind
from crew_core.model.usage import Usage

ABILITIES = Abilities(steer_now=True, steer_next_turn=True, resume=True, permissions=True, usage=True, own_state=True)


class CodexSession(TurnByTurn):
    """One thread, and a turn for each prompt."""

    def __init__(self, spec: AttemptSpec, briefing: Briefing) -> None:
        super().__init__("codex", spec, briefing, Peer(versioned=False))
        #: Answers on their way, by the id of the program's request.
        self._answers: dict[object, Steer] = {}
        self._notices = Notices(spec.answer_bytes, fresh=spec.resume is None)
        #: Messages that a request of ours carries, by its id.
        self._carried: dict[int, tuple[Steer, ...]] = {}
        self._thread = ""
        self._turn: str | None = None
        self._version = ""

    def open(self) -> Launch:
        """:raises ValueError: the conversation to go on with is another program's, or of another directory."""
        refuse_another(self._spec)
        client = {"name": "crew-tui", "title": "crew-tui", "version": "0"}
        _, greeting = self._peer.request("initialize", {"clientInfo": client})
        return starting.launch(self._spec, greeting)

    def tick(self, now: float) -> Reaction:
        return Reaction()

    def _cut_short(self, why: str) -> list[AgentEvent]:
        return self._notices.close(why)

    def _last_message(self) -> HeadAndTail | None:
        return self._notices.answer

    def _used(self) -> Usage | None:
        return self._notices.usage

    # What the program asks.

    def _asked(self, request: Request) -> None:
        ask = ask_of(request, trusted=self._spec.access is Access.WRITE)
        if ask is None:
            self._not_served(request, Kind.RAW)
        else:
            self._wants(request, ask)

    def _reply(self, request: Request, decision: Decision) -> None:
        allow = decision is not Decision.DENY
        self._reacting.send(self._peer.answer(request.id, answer(request, allow=allow)))

    def _answer(self, steer: Steer) -> None:
        if steer.decision is None:
            self._refuse(steer, UNDECIDED)
        elif steer.asked not in self._requests:
            self._refuse(steer, NOT_ASKED)
        else:
            self._answers[self._requests[steer.asked].id] = steer
            self._decided(steer, steer.decision)

    def _resolved(self, request_id: object) -> None:
        """It has the answer, or needs none any more."""
        steer = self._answers.pop(request_id, None) if isinstance(request_id, int | str) else None
        if steer is not None:
            self._tell_answers([steer], DeliveryState.TAKEN)
        ask_id = f"ask-{request_id}"
        if self._requests.pop(ask_id, None) is not None:
            self._reacting.tell(self._asking.withdrawn(ask_id))

    # What we ask.

    def _request(self, method: str, params: dict[str, Any], *carried: Steer) -> None:
        number, data = self._peer.request(method, params)
        if carried:
            self._carried[number] = carried
        self._reacting.send(data)

    def _begin_turn(self, texts: list[str], *carried: Steer) -> None:
        self._turn_begins()
        self._turn = None
        self._request("turn/start", {"threadId": self._thread, "input": _inputs(texts)}, *carried)

    def _steer(self, steer: Steer) -> None:
        if not self._turn_open or self._turn is None:
            self._reacting.tell(self._mail.keep(steer, "no turn is under way: it waits for the next one"))
            return
        params = {"threadId": self._thread, "expectedTurnId": self._turn, "input": _inputs([steer.text])}
        self._reacting.tell([delivery(steer.id, DeliveryState.SENT)])
        self._request("turn/steer", params, steer)

    def _interrupt_turn(self) -> None:
        """Now, or as soon as the turn has a name."""
        self._interrupted = True
        if self._turn is not None:
            self._request("turn/interrupt", {"threadId": self._thread, "turnId": self._turn})

    def _responded(self, response: Response) -> None:
        carried = self._carried.pop(response.id, ())
        if response.error is not None:
            self._failed(response.method, response.error, carried)
            return
        match response.method:
            case "initialize":
                self._initialized(response.result)
            case "account/read":
                missing = response.result.get("requiresOpenaiAuth") is True and not response.result.get("account")
                self._begin(logged_in=not missing)
            case "thread/start" | "thread/resume":
                self._begun(response.result)
            case "turn/start":
                self._turn_named(string(mapping(response.result.get("turn")).get("id")))
            case _:
                pass
        self._reacting.tell(told(carried, DeliveryState.TAKEN))
        self._go_on()

    def _failed(self, method: str, error: Failure, carried: tuple[Steer, ...]) -> None:
        match method:
            case "turn/steer":
                for steer in carried:
                    self._reacting.tell(self._mail.keep(steer, f"not taken now ({error.text}): it waits"))
            case "account/read":
                self._begin(logged_in=True)
            case "turn/interrupt":
                self._reacting.tell([AgentEvent(kind=Kind.NOTICE, text=f"not interrupted: {error.text}")])
            case _:
                self._turn_open = False
                self._error = f"{method}: {error.text}"
                self._reacting.tell([AgentEvent(kind=Kind.ERROR, text=self._error)])
                self._reacting.tell(told(carried, DeliveryState.REFUSED, error.text))
                self._conclude()
                return
        self._go_on()

    def _initialized(self, result: dict[str, Any]) -> None:
        agent = string(result.get("userAgent"))
        self._version = agent.partition("/")[2].split(" ")[0]
        self._reacting.send(self._peer.notify("initialized", {}))
        self._request("account/read", {"refreshToken": False})

    def _begin(self, *, logged_in: bool) -> None:
        params = starting.thread(self._spec, self._briefing, logged_in=logged_in)
        if self._spec.resume is None:
            self._request("thread/start", params)
        else:
            self._request("thread/resume", params | {"threadId": self._spec.resume.id})

    def _begun(self, result: dict[str, Any]) -> None:
        thread = mapping(result.get("thread"))
        self._thread = string(thread.get("id"))
        model = string(result.get("model")) or self._spec.model
        cwd = string(result.get("cwd")) or self._spec.cwd
        data = {"cwd": cwd, "model": model, "version": string(thread.get("cliVersion")) or self._version}
        self._reacting.tell([AgentEvent(kind=Kind.SESSION, id=self._thread, data=data)])
        self._notices.begin(self._thread, model or "")
        wrong = starting.another_conversation(self._spec, thread)
        if wrong:
            self._error = wrong
            self._reacting.tell([AgentEvent(kind=Kind.ERROR, text=wrong)])
            self._conclude()
            return
        self._begin_turn([self._briefing.prompt])

    def _turn_named(self, turn: str) -> None:
        if turn and self._turn_open and self._turn is None:
            self._turn = turn
            if self._interrupted:
                self._interrupt_turn()

    # What the program tells.

    def _noticed(self, notice: Notification) -> None:
        params = notice.params
        ours = params.get("threadId", self._thread) == self._thread
        if notice.method == "serverRequest/resolved":
            self._resolved(params.get("requestId"))
        elif notice.method == "turn/started" and ours:
            self._turn_named(string(mapping(params.get("turn")).get("id")))
        elif notice.method == "turn/completed" and ours:
            self._turn_over(mapping(params.get("turn")))
        else:
            self._reacting.tell(self._notices.told(notice))

    def _turn_over(self, turn: dict[str, Any]) -> None:
        if not self._turn_open or self._turn not in (None, string(turn.get("id"))):
            return
        self._turn_open = False
        self._reacting.tell(self._notices.close("it was still running when the turn ended"))
        self._reacting.tell(self._asking.all_withdrawn())
        self._requests.clear()
        self._tell_answers(self._answers.values(), DeliveryState.TAKEN)
        self._answers.clear()
        self._error = failure(turn)
        self._completed = self._error is None
        if self._error is not None and not self._interrupted:
            self._reacting.tell([AgentEvent(kind=Kind.ERROR, text=self._error)])
        self._reacting.tell([AgentEvent(kind=Kind.TURN_END)])
        self._go_on()

    def _not_between_turns(self) -> bool:
        return bool(self._carried) or not self._thread


def _inputs(texts: list[str]) -> list[dict[str, Any]]:
    return [{"type": "text", "text": text} for text in texts]
