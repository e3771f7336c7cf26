"""The thinking level of Gemini CLI: it knows none as such, but its settings say for each model what requests ask for.

These settings are read from its state directory, which the agents of a run share. So those that think at one level have
a directory of their own in it, and there the person's settings with what makes that level.
"""

from __future__ import annotations

import re
from typing import Any

import msgspec

from crew_core.agents.json_fields import mapping, sequence
from crew_core.agents.own_state import has_own_state
from crew_core.model.attempt import AttemptSpec

#: The variable that names the directory in which its state directory lies.
HOME = "GEMINI_CLI_HOME"

#: Tokens for models of the family 2.5, and levels for later ones, as Google's own endpoint for OpenAI's clients takes
#: these words: https://ai.google.dev/gemini-api/docs/openai#thinking. All later models take ``LOW``, not ``MINIMAL``.
_BUDGETS = {"minimal": 1024, "low": 1024, "medium": 8192, "high": 24576, "xhigh": 24576}
_LEVELS = {"minimal": "LOW", "low": "LOW", "medium": "MEDIUM", "high": "HIGH", "xhigh": "HIGH"}

#: What its settings of the models of a family are made of (0.61). No model takes both, a budget and a level.
_OF_BUDGET, _OF_LEVEL = "chat-base-2.5", "chat-base-3"

#: Those models, and what it chooses from them by itself. By its own name each would also be told for the small
#: questions beside the conversation, where it is not to think.
_MADE_OF_THEM = re.compile(
    r"(?:auto|pro|flash)\b.*|gemini-2\.5-(?:pro|flash|flash-lite)|gemini-3(?:\.1)?-(?:pro|flash|flash-lite)-preview|"
    r"gemini-3\.1-pro-preview-customtools|gemini-3\.[158]-flash(?:-lite)?"
)

#: Others, as far as their names tell what they take.
_TAKES_BUDGET = re.compile(r"gemini-2\.5\b")
_TAKES_LEVEL = re.compile(r"gemini-[3-9]")

#: The one that knows only ``LOW`` and ``HIGH``.
_TWO_LEVELS = "gemini-3-pro-preview"

#: Pro models cannot do without, and of a model that is not named nobody knows which it will be.
_TAKES_NONE = re.compile(r"gemini-2\.5-flash")

#: Texts, which stay, and comments, which its settings may have.
_COMMENT = re.compile(rb'("(?:[^"\\]|\\.)*")|//[^\n]*|/\*.*?\*/', re.DOTALL)


def thinks_at_start(spec: AttemptSpec) -> bool:
    """Whether its settings say the level that the attempt wants."""
    return bool(_by_model(spec))


def directory_below(spec: AttemptSpec) -> str:
    """Where below ``spec.state_dir`` it has its home: ``/thinking-high``; empty for the directory itself."""
    return f"/thinking-{spec.thinking}" if thinks_at_start(spec) else ""


def with_thinking(spec: AttemptSpec, settings: bytes) -> bytes:
    """The person's settings, which may be empty, and the level. What is no JSON stays so: it says that itself."""
    try:
        told = msgspec.json.decode(_COMMENT.sub(rb"\1", settings) or b"{}", type=dict[str, Any])
    except (msgspec.MsgspecError, UnicodeDecodeError):
        return settings
    configs = mapping(told.get("modelConfigs"))
    # The last one counts.
    ours = [_override(model, thinking) for model, thinking in _by_model(spec).items()]
    overrides = [*sequence(configs.get("customOverrides")), *ours]
    return msgspec.json.encode(told | {"modelConfigs": configs | {"customOverrides": overrides}})


def _override(model: str, thinking: dict[str, Any]) -> dict[str, Any]:
    return {"match": {"model": model}, "modelConfig": {"generateContentConfig": {"thinkingConfig": thinking}}}


def _by_model(spec: AttemptSpec) -> dict[str, dict[str, Any]]:
    """Model, or what it is made of → how it thinks; what is more special counts."""
    level, model = spec.thinking, spec.model or "auto"
    if level is None or not has_own_state(spec) or HOME in spec.settings.env:
        return {}
    if level not in _LEVELS:
        # Without thinking, it must not be asked for its thoughts.
        none = {"thinkingBudget": 0, "includeThoughts": False}
        return {model: none} if _TAKES_NONE.match(model) else {}
    budget, name = {"thinkingBudget": _BUDGETS[level]}, {"thinkingLevel": _LEVELS[level]}
    if not _MADE_OF_THEM.fullmatch(model):
        own = budget if _TAKES_BUDGET.match(model) else name if _TAKES_LEVEL.match(model) else {}
        return {model: own} if own else {}
    two = {_TWO_LEVELS: {"thinkingLevel": "HIGH"}} if level == "medium" else {}
    return {_OF_BUDGET: budget, _OF_LEVEL: name, **two}
