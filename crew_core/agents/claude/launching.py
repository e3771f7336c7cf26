"""How Claude Code is started."""

from __future__ import annotations

from crew_core.agents.as_words import as_words
from crew_core.agents.claude.speech import user_message
from crew_core.agents.claude.tools import NEVER, Allowance
from crew_core.agents.claude_access import COPIES, HOME, KEYS, KEYS_WITH
from crew_core.agents.own_state import has_own_state
from crew_core.agents.protocol import Briefing, Launch
from crew_core.model.attempt import AttemptSpec
from crew_core.model.status import Access, PermissionMode

#: Both ways JSON lines, each message as it grows, permissions asked on stdio, what it took from stdin said again.
_FIXED = (
    *("-p", "--output-format", "stream-json", "--verbose", "--include-partial-messages"),
    *("--input-format", "stream-json", "--replay-user-messages", "--permission-prompt-tool", "stdio"),
)

#: Its levels are low, medium, high, xhigh and max; the rest is the nearest of them.
_EFFORT = {"minimal": "low", "low": "low", "medium": "medium", "high": "high", "xhigh": "xhigh", "max": "max"}

_ENVIRONMENT = {
    "CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC": "1",
    "DISABLE_AUTOUPDATER": "1",
    # Its own 10 take minutes, also for a key that is wrong. These take half a minute, and an attempt is repeated too.
    "CLAUDE_CODE_MAX_RETRIES": "6",
    # How long it waits for a response to begin. Its own 10 minutes, that often, are more than an hour.
    "API_TIMEOUT_MS": "300000",
}

_SYSTEM = "claude-system.md"


def launch(spec: AttemptSpec, briefing: Briefing) -> Launch:
    """The prompt goes to stdin, which stays open for what comes later."""
    own_state = has_own_state(spec)
    return Launch(
        argv=(*(spec.settings.command or ("claude",)), *_arguments(spec, briefing), *spec.settings.args),
        env=_ENVIRONMENT | ({HOME: spec.state_dir} if own_state else {}),
        files={_SYSTEM: briefing.system.encode("utf-8", "replace")} if briefing.system else {},
        stdin=user_message(as_words(briefing.prompt)),
        own_state=own_state,
        state_copies=COPIES if own_state else {},
        keys=KEYS,
        keys_with=KEYS_WITH,
    )


def _arguments(spec: AttemptSpec, briefing: Briefing) -> tuple[str, ...]:
    allowance = Allowance(spec)
    arguments = [*_FIXED, "--permission-mode", _mode(spec, allowance)]
    if spec.model:
        arguments += ["--model", spec.model.removeprefix("anthropic/")]
    if spec.thinking == "off":
        arguments += ["--thinking", "disabled"]
    elif spec.thinking:
        arguments += ["--effort", _EFFORT.get(spec.thinking, spec.thinking)]
    if allowance.tools is not None:
        arguments += ["--tools", ",".join(allowance.tools)]
    if allowance.rules:
        arguments += ["--allowedTools", *allowance.rules]
    arguments += ["--disallowedTools", ",".join((*NEVER, *_no_questions(spec)))]
    if spec.access is Access.READ:
        # A server's tools are in no list, and what they do is not known.
        arguments.append("--strict-mcp-config")
    if briefing.system:
        arguments += ["--append-system-prompt-file", "{files}/" + _SYSTEM]
    if spec.resume is not None:
        arguments += ["--resume", spec.resume.id]
    return tuple(arguments)


def _mode(spec: AttemptSpec, allowance: Allowance) -> str:
    """``acceptEdits`` spares a question for each edit that would be allowed anyway."""
    free = spec.permissions is PermissionMode.AUTO and spec.access is Access.WRITE and not allowance.rules
    return "acceptEdits" if free else "default"


def _no_questions(spec: AttemptSpec) -> tuple[str, ...]:
    return () if spec.permissions is PermissionMode.ASK else ("AskUserQuestion",)
