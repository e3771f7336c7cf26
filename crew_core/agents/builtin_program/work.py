"""One task from its orders to its answer: everything that takes part in it, put together."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any, NamedTuple

from crew_core.agents.builtin_program import conversation
from crew_core.agents.builtin_program.asking import EFFORT, Asking
from crew_core.agents.builtin_program.attention import Attention
from crew_core.agents.builtin_program.budget import Budget
from crew_core.agents.builtin_program.children import Children
from crew_core.agents.builtin_program.endpoint import KEYS, Endpoint
from crew_core.agents.builtin_program.limits import Limits
from crew_core.agents.builtin_program.orders import Orders
from crew_core.agents.builtin_program.permissions import Permissions
from crew_core.agents.builtin_program.stream import Stream
from crew_core.agents.builtin_program.system_text import system_text
from crew_core.agents.builtin_program.tool_use import ToolUse
from crew_core.agents.builtin_program.tools.catalogue import granted
from crew_core.agents.builtin_program.tools.tool import Bench
from crew_core.agents.builtin_program.turns import Turns


class Means(NamedTuple):
    """What the process has to work with."""

    endpoint: Endpoint
    limits: Limits
    attention: Attention
    children: Children
    stream: Stream


def carry_out(orders: Orders, session_id: str, means: Means) -> str:
    """The id of the message that is the answer.

    :raises Failed: there is none. :raises OSError: the conversation cannot be kept, or nobody reads the stream.
    Also raises as ``Attention.wait`` does.
    """
    endpoint, limits, attention, children, stream = means
    grants, unknown = granted(orders.tools, writes=orders.writes)
    if unknown:
        stream.notice(f"tools that this agent does not have: {', '.join(unknown)}")
    begin = conversation.resume if orders.resume else conversation.begin
    talk = begin(orders.state_dir, session_id, orders.cwd, orders.prompt_hash)
    asking = Asking(endpoint, limits, attention, stream)
    model = endpoint.model or asking.first_model()
    if not endpoint.model:
        stream.session(session_id, orders.cwd, model)
    talk.user(orders.prompt)
    bench = Bench(orders.cwd, attention, children, _without_keys(os.environ), limits, stream.notice)
    turns = Turns(
        talk,
        attention,
        stream,
        asking=asking,
        budget=Budget(limits.context_tokens, stream),
        tool_use=ToolUse(grants, bench, Permissions(attention, stream, ask=orders.ask), stream),
        most=limits.max_turns,
    )
    system = system_text(grants, orders.system)
    tools = [grant.tool.schema() for grant in grants.values()]
    return turns.run(lambda: _request(model, system, tools, orders.thinking))


def _request(model: str, system: str, tools: list[dict[str, Any]], thinking: str) -> dict[str, Any]:
    """Without what a server may not know: an empty list of tools is an error for some."""
    fields: dict[str, Any] = {
        "model": model,
        "messages": [{"role": "system", "content": system}],
        "stream": True,
        "stream_options": {"include_usage": True},
    }
    if tools:
        fields["tools"] = tools
    if thinking:
        fields[EFFORT] = thinking
    return fields


def _without_keys(environment: Mapping[str, str]) -> dict[str, str]:
    return {name: value for name, value in environment.items() if name not in KEYS}
