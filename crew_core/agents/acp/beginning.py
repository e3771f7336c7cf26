"""From nothing to the first prompt: initialize, a session, its settings; a login on the way, if it wants one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from crew_core.agents.acp.program import AcpProgram
from crew_core.agents.acp.settings import Change, Settings
from crew_core.agents.acp.steering import announced
from crew_core.agents.json_fields import integer, mapping, sequence, string
from crew_core.agents.json_rpc import Failure, Peer, Response
from crew_core.model.attempt import AttemptSpec
from crew_core.model.transcript import AgentEvent, Kind

PROTOCOL = 1

#: The error code of the protocol for a session that needs a login.
_AUTH_REQUIRED = -32000

_LOGIN_WORDS = ("auth", "login", "log in", "api key", "api_key", "credential")

_OPENING = ("session/new", "session/resume", "session/load")


@dataclass(frozen=True, slots=True)
class Step:
    """What a response led to. ``ready``: the first prompt may be sent; ``error``: none can be."""

    events: tuple[AgentEvent, ...] = ()
    outgoing: bytes = b""
    ready: bool = False
    error: str | None = None


class Beginning:
    """Fed with the responses, in order."""

    def __init__(self, spec: AttemptSpec, program: AcpProgram) -> None:
        self._spec = spec
        self._program = program
        self._settings = Settings(spec, program)
        self._can: dict[str, Any] = {}
        self._methods: tuple[str, ...] = ()
        self._version = ""
        self._tried_login = False
        self._change: Change | None = None
        self._left = ["mode", "model", "thinking"]
        self.session = ""
        #: Whether the agent takes something within a turn; None: it has not said yet.
        self.steering: bool | None = None
        #: The agent tells what was said before: nothing of that is new.
        self.replaying = False

    @property
    def model(self) -> str:
        """The one that works, as far as is known."""
        chosen = self._spec.model if self._program.model_at_start else None
        return chosen or self._settings.model

    def greeting(self) -> dict[str, Any]:
        """We offer neither files nor terminals: an agent uses its own."""
        client = {"name": "crew-tui", "title": "crew-tui", "version": "0"}
        return {"protocolVersion": PROTOCOL, "clientCapabilities": {}, "clientInfo": client}

    def next(self, response: Response, peer: Peer) -> Step:
        """The response to a request that this, or ``greeting``, made."""
        if response.error is not None:
            return self._failed(response.method, response.error, peer)
        match response.method:
            case "initialize":
                return self._initialized(response.result, peer)
            case "authenticate":
                return self._open(peer)
            case method if method in _OPENING:
                return self._opened(response.result, peer)
            case _:
                self._settings.offered(response.result)
                return self._settle(peer)

    def _initialized(self, result: dict[str, Any], peer: Peer) -> Step:
        version = integer(result.get("protocolVersion"))
        if version != PROTOCOL:
            return Step(error=f"{self._program.name} speaks version {version} of the protocol, not {PROTOCOL}")
        self._can = mapping(result.get("agentCapabilities"))
        self._version = string(mapping(result.get("agentInfo")).get("version"))
        self.steering = announced(result)
        methods = [mapping(method) for method in sequence(result.get("authMethods"))]
        self._methods = tuple(string(method.get("name")) or string(method.get("id")) for method in methods)
        return self._open(peer)

    def _open(self, peer: Peer) -> Step:
        params: dict[str, Any] = {"cwd": self._spec.cwd, "mcpServers": []}
        resume = self._spec.resume
        if resume is None:
            return Step(outgoing=peer.request("session/new", params)[1])
        if "resume" in mapping(self._can.get("sessionCapabilities")):
            method = "session/resume"
        elif self._can.get("loadSession") is True:
            method, self.replaying = "session/load", True
            self._left.insert(0, "past")
        else:
            return Step(error=f"{self._program.name} cannot go on with a conversation")
        return Step(outgoing=peer.request(method, params | {"sessionId": resume.id})[1])

    def _opened(self, result: dict[str, Any], peer: Peer) -> Step:
        resume = self._spec.resume
        self.session = string(result.get("sessionId")) or (resume.id if resume is not None else "")
        if not self.session:
            return Step(error=f"{self._program.name} began a session without an id")
        if resume is not None and self.session != resume.id:
            return Step(error=f"{self._program.name} went on with {self.session} and not with {resume.id}")
        self._settings.offered(result)
        return self._settle(peer)

    def _settle(self, peer: Peer) -> Step:
        """The next setting that has to be changed; the session is told when all are as they should be."""
        notices: list[AgentEvent] = []
        while self._left:
            setting = self._left.pop(0)
            match setting:
                case "past":
                    # Gemini goes on telling the past after it has answered that the session is loaded.
                    change: Change | str | None = self._settings.present_mode()
                case "mode":
                    change = self._settings.mode()
                case "model":
                    change = self._settings.other_model()
                case _:
                    change = self._settings.thinking()
            if isinstance(change, Change):
                self._change = change
                params = change.params | {"sessionId": self.session}
                return Step(tuple(notices), peer.request(change.method, params)[1])
            if change is not None and setting != "thinking":
                return Step((*notices, self._told()), error=change)
            if change is not None:
                notices.append(AgentEvent(kind=Kind.NOTICE, text=change))
        self.replaying = False
        return Step((*notices, self._told()), ready=True)

    def _told(self) -> AgentEvent:
        data = {"cwd": self._spec.cwd, "model": self.model or self._spec.model, "version": self._version}
        return AgentEvent(kind=Kind.SESSION, id=self.session, data=data)

    def _failed(self, method: str, error: Failure, peer: Peer) -> Step:
        wants_login = error.code == _AUTH_REQUIRED or any(word in error.text.lower() for word in _LOGIN_WORDS)
        if method in _OPENING and wants_login and self._program.auth_method and not self._tried_login:
            self._tried_login = True
            return Step(outgoing=peer.request("authenticate", {"methodId": self._program.auth_method})[1])
        if method in (*_OPENING, "authenticate") and (wants_login or method == "authenticate"):
            ways = f" (it offers: {', '.join(self._methods)})" if self._methods else ""
            return Step(error=f"{self._program.name} is not logged in: {error.text}. {self._program.login}{ways}")
        change, self._change = self._change, None
        if change is None or method != change.method:
            return Step(error=f"{method}: {error.text}")
        if change.needed:
            return Step((self._told(),), error=f"{self._program.name} did not take {change.what}: {error.text}")
        step = self._settle(peer)
        notice = AgentEvent(kind=Kind.NOTICE, text=f"{self._program.name} did not take {change.what}: {error.text}")
        return Step((notice, *step.events), step.outgoing, step.ready, step.error)
