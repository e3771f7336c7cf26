"""The program ``command``: any other one, as an agent's front matter describes it (``CommandPlan``)."""

from __future__ import annotations

import signal

from crew_core.agents.head_and_tail import HeadAndTail
from crew_core.agents.mapped_lines import MappedLines
from crew_core.agents.one_shot import OneShot
from crew_core.agents.protocol import Abilities, Briefing, Finish, Launch, Reaction
from crew_core.agents.text_pieces import TextPieces
from crew_core.model.attempt import AttemptSpec, StopRequest
from crew_core.model.mapping import FILE, JSONL, MODEL, PROMPT, THINKING
from crew_core.model.plan import CommandPlan
from crew_core.model.transcript import AgentEvent, Kind

ABILITIES = Abilities(commands_when_reading=True)

_PROMPT_FILE = "prompt.txt"


class PlainText:
    """Everything that it prints is text, and together it is the answer; blank output is none."""

    def __init__(self, answer_bytes: int) -> None:
        self._answer = HeadAndTail(answer_bytes)
        self._pieces = TextPieces()
        self._seen = False

    def feed(self, data: bytes) -> list[AgentEvent]:
        self._answer.add(data)
        self._seen = self._seen or bool(data.strip())
        return _text(self._pieces.add(data))

    def finish(self) -> Finish:
        answer, size = (self._answer.text(), self._answer.size) if self._seen else (b"", 0)
        events = tuple(_text(self._pieces.end()))
        return Finish(events=events, answer=answer, answer_bytes=size, answer_seen=self._seen)


class CommandSession(OneShot):
    """Told everything at its start. Whether it did well is said by its exit status and by what it printed."""

    def __init__(self, spec: AttemptSpec, briefing: Briefing, plan: CommandPlan) -> None:
        self._spec = spec
        self._plan = plan
        self._told = "\n\n".join(part for part in (briefing.system.strip(), briefing.prompt.strip()) if part) + "\n"
        jsonl = plan.output == JSONL
        self._reader = MappedLines(plan.map, spec.answer_bytes) if jsonl else PlainText(spec.answer_bytes)

    def open(self) -> Launch:
        by_file = self._plan.prompt == FILE
        told = self._told.encode("utf-8", "replace")
        return Launch(
            argv=tuple(self._filled(word) for word in self._plan.argv),
            files={_PROMPT_FILE: told} if by_file else {},
            stdin=None if by_file else told,
            close_stdin=not by_file,
            keys=self._plan.keys,
        )

    def _filled(self, word: str) -> str:
        for place, text in (
            (MODEL, self._spec.model or ""),
            (THINKING, self._spec.thinking or ""),
            (PROMPT, f"{{files}}/{_PROMPT_FILE}"),
        ):
            word = word.replace(place, text)
        return word

    def feed(self, data: bytes) -> Reaction:
        return Reaction(events=tuple(self._reader.feed(data)))

    def interrupt(self, stop: StopRequest) -> Reaction:
        return Reaction(signal=signal.SIGINT)

    def finish(self, exit_code: int | None, signal: int | None) -> Finish:
        return self._reader.finish()


def _text(text: str) -> list[AgentEvent]:
    return [AgentEvent(kind=Kind.TEXT, text=text)] if text else []


def session(spec: AttemptSpec, briefing: Briefing) -> CommandSession:
    """See ``registry``.

    :raises ValueError: the agent has no command.
    """
    if spec.command is None:
        raise ValueError(f"agent {spec.agent} has no command")
    return CommandSession(spec, briefing, spec.command)
