"""``acp:codex``: Codex behind ``codex-acp`` (``@agentclientprotocol/codex-acp`` 2.6)."""

from __future__ import annotations

import glob
from collections.abc import Mapping
from typing import Any

import msgspec

from crew_core.agents.acp.known import Known
from crew_core.agents.acp.own_record import OwnRecord, Response
from crew_core.agents.acp.program import AcpProgram
from crew_core.agents.codex_access import COPIES, HOME, KEYS
from crew_core.agents.json_fields import count, mapping
from crew_core.agents.own_state import kept
from crew_core.agents.protocol import LinesRecord
from crew_core.model.attempt import AttemptSpec
from crew_core.model.usage import Usage

#: A JSON object that goes over the settings of Codex. The protocol's own choice knows only the models of its list.
_SETTINGS = "CODEX_CONFIG"


def _variables(spec: AttemptSpec) -> Mapping[str, str]:
    chosen = {"model": spec.model} if spec.model else {}
    if spec.thinking:
        chosen["model_reasoning_effort"] = "none" if spec.thinking == "off" else spec.thinking
    return {_SETTINGS: msgspec.json.encode(chosen).decode()} if chosen else {}


def _thinks_at_start(spec: AttemptSpec) -> bool:
    """Unless the person's own settings stand there. Then the model is chosen in the session too, if it is known."""
    return _SETTINGS not in spec.settings.env


def _record(spec: AttemptSpec, session: str) -> LinesRecord:
    """The rollouts that Codex keeps by day (0.169)."""
    path = f"sessions/*/*/*/rollout-*-{glob.escape(session)}.jsonl"
    return LinesRecord(kept(spec, path, "~/.codex", HOME), b'"token_count"')


def _response(row: dict[str, Any]) -> Response | None:
    """A response is told again when nothing but the rate limits is new; the sum so far tells it from others.
    ``input_tokens`` contains what came from the cache, ``output_tokens`` the thinking."""
    info = mapping(mapping(row.get("payload")).get("info"))
    last, sum_so_far = mapping(info.get("last_token_usage")), mapping(info.get("total_token_usage"))
    whole, output = count(last.get("input_tokens")), count(last.get("output_tokens"))
    total = count(sum_so_far.get("total_tokens"))
    if whole is None or output is None or total is None:
        return None
    cached = count(last.get("cached_input_tokens")) or 0
    thought = count(last.get("reasoning_output_tokens"))
    usage = Usage(input=max(0, whole - cached), output=output, reasoning=thought, cache_read=cached)
    return Response(str(total), usage)


def _own_word(message_id: str, text: str) -> bool:
    """Its warnings and errors; its model's messages have ids."""
    return not message_id


AGENT = Known(
    program=AcpProgram(
        name="acp:codex",
        login="Set OPENAI_API_KEY, or log in with `codex login` and set shareLogin for acp:codex",
        # It can write nothing there without asking for more; by itself another model would say what may be done.
        asking_modes=("read-only",),
        working_modes=("workspace-write",),
        thinks_at_start=_thinks_at_start,
        own_word=_own_word,
        auth_method="api-key",
        own_record=OwnRecord(_record, _response),
    ),
    command=("codex-acp",),
    keys=KEYS,
    env={"NO_COLOR": "1"},
    variables=_variables,
    home=HOME,
    copies=COPIES,
    steers=True,
)
