"""How Codex is started: ``codex app-server``, its home directory, its sandbox, the parameters of a thread."""

from __future__ import annotations

from typing import Any

from crew_core.agents.codex_access import COPIES, HOME, KEYS
from crew_core.agents.json_fields import mapping, sequence, string
from crew_core.agents.own_state import has_own_state
from crew_core.agents.protocol import Briefing, Launch
from crew_core.agents.resuming import first_prompt_differs
from crew_core.agents.role_tools import Does, Grant
from crew_core.model.attempt import AttemptSpec
from crew_core.model.status import PermissionMode

_EXECUTABLE = ("codex",)


def launch(spec: AttemptSpec, greeting: bytes) -> Launch:
    """``greeting`` is the first request. Its configuration is copied, its login is not."""
    own = has_own_state(spec)
    return Launch(
        argv=(*(spec.settings.command or _EXECUTABLE), "app-server", *spec.settings.args),
        # The terminal's colours would be in its log otherwise.
        env={"NO_COLOR": "1"} | ({HOME: spec.state_dir} if own else {}),
        stdin=greeting,
        own_state=own,
        state_copies=COPIES if own else {},
        keys=KEYS,
    )


#: The app-server takes OpenAI's key from a login only, never from the environment (measured: 0.163), except for a
#: provider that names a variable. This one does.
_BY_KEY: dict[str, Any] = {
    "name": "OpenAI",
    "base_url": "https://api.openai.com/v1",
    "wire_api": "responses",
    "env_key": "OPENAI_API_KEY",
}
_BY_KEY_NAME = "openai-by-key"


def thread(spec: AttemptSpec, briefing: Briefing, *, logged_in: bool) -> dict[str, Any]:
    """What ``thread/start`` and ``thread/resume`` are told.

    A reading role has a read-only sandbox and nothing may be asked: no approval leads out of it. One that may change
    files and run no commands has that sandbox too, and each of its patches is asked for, and allowed. ``logged_in``
    False: OpenAI is to be asked and there is no login, so the key of the environment is used.
    """
    grant = Grant(spec)
    ask = "untrusted" if spec.permissions is PermissionMode.ASK else "on-request"
    params: dict[str, Any] = {
        "cwd": spec.cwd,
        "sandbox": "workspace-write" if not grant.reads_only and grant.allows(Does.RUN) else "read-only",
        "approvalPolicy": "never" if grant.reads_only else ask,
    }
    if spec.model:
        params["model"] = spec.model
    config: dict[str, Any] = {}
    if spec.thinking:
        config["model_reasoning_effort"] = "none" if spec.thinking == "off" else spec.thinking
    if not logged_in:
        config |= {f"model_providers.{_BY_KEY_NAME}.{name}": value for name, value in _BY_KEY.items()}
        params["modelProvider"] = _BY_KEY_NAME
    if config:
        params["config"] = config
    if briefing.system:
        params["developerInstructions"] = briefing.system
    return params


def another_conversation(spec: AttemptSpec, thread: dict[str, Any]) -> str | None:
    """Why the thread that was begun is not the conversation that was meant."""
    begun = string(thread.get("id"))
    if not begun:
        return "codex began a thread without an id"
    if spec.resume is None:
        return None
    if begun != spec.resume.id:
        return f"codex went on with {begun} and not with {spec.resume.id}"
    return first_prompt_differs(spec.resume, _first_prompt(thread))


def _first_prompt(thread: dict[str, Any]) -> str:
    """The text that the conversation began with; empty when the thread was told without its turns."""
    for turn in sequence(thread.get("turns")):
        for item in sequence(mapping(turn).get("items")):
            if mapping(item).get("type") == "userMessage":
                return "".join(string(mapping(part).get("text")) for part in sequence(item.get("content")))
    return ""
