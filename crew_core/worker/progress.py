"""What an agent has been doing, added up from its events, and when that is worth telling."""

from __future__ import annotations

from collections import deque
from datetime import datetime

from msgspec.structs import replace

from crew_core.agents.used import added
from crew_core.model.progress import Activity, Progress, ToolUse
from crew_core.model.transcript import AgentEvent, Kind
from crew_core.model.usage import Usage
from crew_core.store.clock import iso

#: The numbers are pi-crew's (measured to be enough for its views).
RECENT_TOOLS = 25
RECENT_LINES = 50
LINES_PER_EVENT = 10
ARGUMENTS_SHOWN = 240
TOKENS_STEP = 256
INTERVAL_S = 1.0

_LINE_SHOWN = 400
_NAME_SHOWN = 120

#: Models of one attempt that are told apart.
_MODELS = 20

#: Tools whose end has not come; a program that never tells one must not fill our memory.
_RUNNING_TOOLS = 100


class ProgressLedger:
    """Fed with every event; ``reason`` says whether there is news, by the first rule that matches."""

    def __init__(self, now: datetime, tokens_step: int = TOKENS_STEP) -> None:
        """:param tokens_step: so many tokens more are news."""
        self._began = now
        self._tokens_step = tokens_step
        self._tools: deque[ToolUse] = deque(maxlen=RECENT_TOOLS)
        self._lines: deque[str] = deque(maxlen=RECENT_LINES)
        self._running: dict[str, tuple[str, str, str]] = {}
        self._tool_count = self._tokens = self._turns = self._failures = self._unknown = 0
        self._failed_tool: str | None = None
        self._usage: Usage | None = None
        self._cost_behind = False
        self._reports = 0
        self._session_model: str | None = None
        self._asked: dict[str, int] = {}
        self._asks: dict[str, None] = {}
        #: The message whose last line is not complete.
        self._unfinished = ""
        self._last: datetime = now
        self._news = False
        self._told: Progress | None = None
        self._told_at: datetime = now

    def observe(self, event: AgentEvent, now: datetime) -> None:
        self._last = now
        self._news = True
        match event.kind:
            case Kind.TOOL_START:
                self._start_tool(event, now)
            case Kind.TOOL_END:
                self._end_tool(event, now)
            case Kind.USAGE if event.usage is not None:
                self._add(event.usage, _model(event) if not event.parent else None)
            case Kind.SESSION:
                self._session_model = _model(event) or self._session_model
            case Kind.TURN_END:
                self._turns += 1
            case Kind.TEXT | Kind.RESULT if event.text:
                self._hear(event)
            case Kind.RAW:
                self._unknown += 1
            case Kind.PERMISSION | Kind.QUESTION if len(self._asks) < _RUNNING_TOOLS:
                self._asks[event.id] = None
            case Kind.ANSWERED:
                self._asks.pop(event.id, None)
            case _:
                pass

    def _add(self, usage: Usage, model: str | None) -> None:
        spent = sum(part or 0 for part in (usage.input, usage.output, usage.cache_write))
        self._tokens += spent
        self._reports += spent > 0
        if model is not None and (model in self._asked or len(self._asked) < _MODELS):
            self._asked[model] = self._asked.get(model, 0) + spent
        self._turns = max(self._turns, usage.turns or 0)
        self._usage = usage if self._usage is None else _sum(self._usage, usage)
        if usage.cost is not None:
            self._cost_behind = False
        elif spent:
            self._cost_behind = True

    @property
    def tokens(self) -> int:
        """Input that came from no cache, output, and what was written to a cache."""
        return self._tokens

    @property
    def usage(self) -> Usage | None:
        """The sum of all that was reported."""
        return self._usage

    @property
    def cost_behind(self) -> bool:
        """Tokens were reported after the last cost."""
        return self._cost_behind

    @property
    def model(self) -> str | None:
        """The one that it asked most: programs ask others besides, for titles and the like."""
        return max(self._asked, key=self._asked.__getitem__) if self._asked else self._session_model

    def _hear(self, event: AgentEvent) -> None:
        lines = _last_lines(event.text)
        if event.id and event.id == self._unfinished and self._lines:
            # Models speak in pieces of a few characters: this one goes on in the last line.
            lines[0] = (self._lines.pop() + lines[0])[:_LINE_SHOWN]
        self._lines.extend(lines)
        self._unfinished = "" if event.text.endswith("\n") else event.id

    def _start_tool(self, event: AgentEvent, now: datetime) -> None:
        self._tool_count += 1
        name = event.tool[:_NAME_SHOWN]
        # Anew at the end, so that the current tool is the one that began last.
        self._running.pop(event.id or name, None)
        self._running[event.id or name] = (name, event.text[:ARGUMENTS_SHOWN], iso(now))
        if len(self._running) > _RUNNING_TOOLS:
            del self._running[next(iter(self._running))]

    def _end_tool(self, event: AgentEvent, now: datetime) -> None:
        name = event.tool[:_NAME_SHOWN]
        tool, args, _ = self._running.pop(event.id or name, (name, "", ""))
        self._tools.append(ToolUse(tool=tool, args=args, ended_at=iso(now), failed=event.failed))
        if event.failed:
            self._failures = self._failures + 1 if self._failed_tool == tool else 1
            self._failed_tool = tool
        else:
            self._failures, self._failed_tool = 0, None

    def progress(self, now: datetime) -> Progress:
        current = next(reversed(self._running.values()), None)
        return Progress(
            current_tool=current[0] if current else None,
            current_tool_args=current[1] if current else None,
            current_tool_started_at=current[2] if current else None,
            recent_tools=tuple(self._tools),
            recent_output=tuple(self._lines),
            tool_count=self._tool_count,
            tokens=self._tokens,
            turns=self._turns,
            duration_ms=round((self._last - self._began).total_seconds() * 1000),
            last_activity_at=iso(self._last),
            activity_state=Activity.ACTIVE,
            failed_tool=self._failed_tool,
            consecutive_failures=self._failures,
            unknown_events=self._unknown,
            asks=tuple(self._asks),
            usage=self._usage,
            cost_behind=self._cost_behind,
            reports=self._reports,
            model=self.model,
        )

    def reason(self, now: datetime) -> str:
        """Why the present progress should be told now; empty when it can wait."""
        told = self._told
        if told is None:
            return "first"
        if not self._news:
            return ""
        current = next(reversed(self._running.values()), None)
        if (current[0] if current else None) != told.current_tool:
            return "tool_changed"
        if self._tool_count > told.tool_count:
            return "tool_count_increased"
        if self._turns > told.turns:
            return "turns_increased"
        if self._tokens >= told.tokens + self._tokens_step:
            return "tokens_increased"
        if (now - self._told_at).total_seconds() >= INTERVAL_S:
            return "interval"
        return ""

    def tell(self, now: datetime) -> Progress:
        """The progress, counted as told."""
        self._told = self.progress(now)
        self._told_at = now
        self._news = False
        return self._told


def _model(event: AgentEvent) -> str | None:
    named = (event.data or {}).get("model")
    return str(named)[:_NAME_SHOWN] if named else None


def _sum(one: Usage, other: Usage) -> Usage:
    """Of what only one of them knows, that; turns are counted by the program itself."""
    turns = other.turns if one.turns is None else max(one.turns, other.turns or 0)
    return replace(added(one, other), turns=turns)


def _last_lines(text: str) -> list[str]:
    """The last lines of a text, each cut to what is shown. Lines end at the newline character only."""
    lines = text.removesuffix("\n").rsplit("\n", LINES_PER_EVENT)[-LINES_PER_EVENT:]
    return [line[:_LINE_SHOWN] for line in lines]
