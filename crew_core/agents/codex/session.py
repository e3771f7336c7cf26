"""One attempt with Codex: initialize, one thread, and turns until nothing more is to be said."""

from __future__ import annotations

from typing import Any

from crew_core.agents.asking import Asking
from crew_core.agents.codex import starting
from crew_core.agents.codex.approvals import answer, ask_of
from crew_core.agents.codex.notices import Notices
from crew_core.agents.correspondence import OVER, Correspondence, told
from crew_core.agents.json_fields import mapping, sequence, string
from crew_core.agents.json_rpc import METHOD_NOT_FOUND, Failure, Message, Notification, Peer, Request, Response
from crew_core.agents.lines import Line
from crew_core.agents.protocol import Abilities, Briefing, Finish, Launch, Reaction
from crew_core.agents.reacting import Reacting
from crew_core.agents.resuming import first_prompt_differs, refuse_another
from crew_core.agents.telling import delivery, raw
from crew_core.model.attempt import AttemptSpec, Decision, DeliveryState, Steer, SteerKind, StopRequest
from crew_core.model.status import Access
from crew_core.model.transcript import AgentEvent, Kind

ABILITIES = Abilities(steer_now=True, steer_next_turn=True, resume=True, permissions=True, usage=True)

_CUT = "codex ended before its turn was over"
_UNAUTHORIZED = 401
_LOGIN = (
    "; codex has no valid login here: set OPENAI_API_KEY, or run `codex login` and set `share_login` for codex, "
    "or give its config.toml a provider with a key of its own"
)


class CodexSession:
    """The work is over when a turn has ended and no message waits."""

    abilities = ABILITIES

    def __init__(self, spec: AttemptSpec, briefing: Briefing) -> None:
        self._spec = spec
        self._briefing = briefing
        self._peer = Peer(versioned=False)
        self._reacting = Reacting()
        self._asking = Asking(spec)
        self._requests: dict[str, Request] = {}
        #: Answers on their way, by the id of the program's request.
        self._answers: dict[object, Steer] = {}
        self._notices = Notices(spec.answer_bytes, fresh=spec.resume is None)
        self._mail = Correspondence()
        #: Messages that a request of ours carries, by its id.
        self._carried: dict[int, tuple[Steer, ...]] = {}
        self._thread = ""
        self._turn: str | None = None
        self._turn_open = False
        self._version = ""
        self._error: str | None = None
        self._interrupt: Steer | None = None
        self._interrupted = False
        self._stopping = False
        self._completed = False
        self._over = False

    def open(self) -> Launch:
        """:raises ValueError: the conversation to go on with is another program's, or of another directory."""
        refuse_another(self._spec)
        client = {"name": "crew-tui", "title": "crew-tui", "version": "0"}
        _, greeting = self._peer.request("initialize", {"clientInfo": client})
        return starting.launch(self._spec, greeting)

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
        return Reaction()

    def interrupt(self, stop: StopRequest) -> Reaction:
        self._stopping = True
        self._reacting.tell(self._mail.refuse(OVER))
        if self._turn_open and not self._over:
            self._request_interrupt()
        else:
            self._reacting.close_stdin()
        return self._reacting.reaction()

    def finish(self, exit_code: int | None, signal: int | None) -> Finish:
        for message in self._peer.end():
            self._take(message)
        if self._error is None and not self._completed:
            self._error = "its turn was interrupted" if self._interrupted else f"lost: {_CUT}"
        self._reacting.tell(self._notices.close(_CUT))
        self._reacting.tell(self._asking.all_withdrawn())
        self._reacting.tell(self._mail.refuse(OVER))
        kept = self._notices.answer if self._completed else None
        return Finish(
            events=self._reacting.reaction().events,
            answer=kept.text() if kept is not None else b"",
            answer_bytes=kept.size if kept is not None else 0,
            answer_seen=kept is not None and kept.size > 0,
            program_error=self._error,
            usage=self._notices.usage,
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

    # What the program asks.

    def _asked(self, request: Request) -> None:
        ask = ask_of(request, trusted=self._spec.access is Access.WRITE)
        if ask is None:
            text = f"codex asked for {request.method}, which is not served"
            self._reacting.tell([AgentEvent(kind=Kind.RAW, text=text)])
            self._reacting.send(self._peer.refuse(request.id, METHOD_NOT_FOUND, "not served"))
            return
        decision, events = self._asking.asked(ask)
        self._reacting.tell(events)
        if decision is None:
            self._requests[ask.id] = request
        else:
            allow = decision is not Decision.DENY
            self._reacting.send(self._peer.answer(request.id, answer(request, allow=allow)))

    def _answer(self, steer: Steer) -> None:
        decision = steer.decision
        events = None if decision is None else self._asking.answer(steer.asked, decision)
        request = self._requests.pop(steer.asked, None)
        if events is None or request is None or decision is None:
            why = "nothing is asked under this id" if decision is not None else "the answer says neither yes nor no"
            self._reacting.tell([delivery(steer.id, DeliveryState.REFUSED, why)])
            if request is not None:
                self._requests[steer.asked] = request
            return
        allow = decision is not Decision.DENY
        self._reacting.send(self._peer.answer(request.id, answer(request, allow=allow)))
        self._answers[request.id] = steer
        self._reacting.tell([*events, delivery(steer.id, DeliveryState.SENT)])

    def _resolved(self, request_id: object) -> None:
        """It has the answer, or needs none any more."""
        steer = self._answers.pop(request_id, None) if isinstance(request_id, int | str) else None
        if steer is not None:
            self._reacting.tell([delivery(steer.id, DeliveryState.TAKEN)])
        ask_id = f"ask-{request_id}"
        if self._requests.pop(ask_id, None) is not None:
            self._reacting.tell(self._asking.withdrawn(ask_id))

    # What we ask.

    def _request(self, method: str, params: dict[str, Any], *carried: Steer) -> None:
        number, data = self._peer.request(method, params)
        if carried:
            self._carried[number] = carried
        self._reacting.send(data)

    def _start_turn(self, texts: list[str], *carried: Steer) -> None:
        self._turn_open, self._turn, self._completed = True, None, False
        self._request("turn/start", {"threadId": self._thread, "input": _inputs(texts)}, *carried)

    def _steer(self, steer: Steer) -> None:
        if not self._turn_open or self._turn is None:
            self._reacting.tell(self._mail.keep(steer, "no turn is under way: it waits for the next one"))
            return
        params = {"threadId": self._thread, "expectedTurnId": self._turn, "input": _inputs([steer.text])}
        self._reacting.tell([delivery(steer.id, DeliveryState.SENT)])
        self._request("turn/steer", params, steer)

    def _break_off(self, steer: Steer) -> None:
        if not self._turn_open:
            why = "no turn is under way"
            later = self._mail.keep(steer, f"{why}: its text waits for the next one") if steer.text else None
            self._reacting.tell(later or [delivery(steer.id, DeliveryState.REFUSED, why)])
        elif self._interrupt is not None:
            self._reacting.tell([delivery(steer.id, DeliveryState.REFUSED, "the turn is being interrupted already")])
        else:
            self._interrupt = steer
            self._reacting.tell([delivery(steer.id, DeliveryState.SENT)])
            self._request_interrupt()

    def _request_interrupt(self) -> None:
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
        wrong = self._another_conversation(thread)
        if wrong:
            self._error = wrong
            self._reacting.tell([AgentEvent(kind=Kind.ERROR, text=wrong)])
            self._conclude()
            return
        self._start_turn([self._briefing.prompt])

    def _another_conversation(self, thread: dict[str, Any]) -> str | None:
        """Why this is not the conversation that was to be gone on with."""
        resume = self._spec.resume
        if not self._thread:
            return "codex began a thread without an id"
        if resume is None:
            return None
        if self._thread != resume.id:
            return f"codex went on with {self._thread} and not with {resume.id}"
        return first_prompt_differs(resume, _first_prompt(thread))

    def _turn_named(self, turn: str) -> None:
        if turn and self._turn_open and self._turn is None:
            self._turn = turn
            if self._interrupted:
                self._request_interrupt()

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
        self._reacting.tell(told(self._answers.values(), DeliveryState.TAKEN))
        self._answers.clear()
        self._error = None
        match turn.get("status"):
            case "completed":
                self._completed = True
            case "interrupted":
                self._error = "its turn was interrupted"
            case status:
                self._error = _turn_error(turn) or f"its turn ended as {status!r}"
        if self._error is not None and not self._interrupted:
            self._reacting.tell([AgentEvent(kind=Kind.ERROR, text=self._error)])
        self._reacting.tell([AgentEvent(kind=Kind.TURN_END)])
        self._go_on()

    def _go_on(self) -> None:
        """Begin the next turn if there is something to say, or be done; nothing while a turn or a steer is open."""
        if self._over or self._turn_open or self._carried or not self._thread:
            return
        interrupt, self._interrupt = self._interrupt, None
        if self._stopping:
            self._conclude(interrupt)
            return
        waiting = self._mail.take()
        carried = (interrupt, *waiting) if interrupt is not None and interrupt.text else waiting
        if interrupt is not None and not interrupt.text:
            self._reacting.tell([delivery(interrupt.id, DeliveryState.TAKEN)])
        self._reacting.tell(told(waiting, DeliveryState.SENT))
        if carried:
            self._interrupted, self._error = False, None
            self._start_turn([steer.text for steer in carried], *carried)
        else:
            self._conclude()

    def _conclude(self, interrupt: Steer | None = None) -> None:
        """Nothing more is to be done."""
        self._over = True
        if interrupt is not None:
            self._reacting.tell([delivery(interrupt.id, DeliveryState.TAKEN)])
        self._reacting.tell(self._mail.refuse(OVER))
        self._reacting.end()


def _inputs(texts: list[str]) -> list[dict[str, Any]]:
    return [{"type": "text", "text": text} for text in texts]


def _turn_error(turn: dict[str, Any]) -> str:
    error = mapping(turn.get("error"))
    said = ": ".join(part for part in (string(error.get("message")), string(error.get("additionalDetails"))) if part)
    reasons = mapping(error.get("codexErrorInfo")).values()
    refused = any(mapping(reason).get("httpStatusCode") == _UNAUTHORIZED for reason in reasons)
    refused = refused or error.get("codexErrorInfo") == "unauthorized" or "environment variable" in said
    return said + _LOGIN if refused else said


def _first_prompt(thread: dict[str, Any]) -> str:
    """The text that the conversation began with; empty when the thread was told without its turns."""
    for turn in sequence(thread.get("turns")):
        for item in sequence(mapping(turn).get("items")):
            if mapping(item).get("type") == "userMessage":
                return "".join(string(mapping(part).get("text")) for part in sequence(item.get("content")))
    return ""
