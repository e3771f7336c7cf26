"""The program ``gemini``: Google's Gemini CLI, as an agent of the Agent Client Protocol (``gemini --acp``)."""

from __future__ import annotations

import glob
import re
from functools import partial
from typing import Any

from crew_core.agents.acp.gemini_thinking import HOME, directory_below, thinks_at_start, with_thinking
from crew_core.agents.acp.own_record import OwnRecord, Response
from crew_core.agents.acp.program import AcpProgram, tool_name
from crew_core.agents.acp.session import AcpSession
from crew_core.agents.json_fields import count, mapping, string
from crew_core.agents.own_state import has_own_state, kept
from crew_core.agents.protocol import Abilities, Briefing, Launch, LinesRecord, Needs, Place
from crew_core.model.attempt import AttemptSpec
from crew_core.model.usage import Usage

ABILITIES = Abilities(steer_next_turn=True, resume=True, permissions=True, usage=True, own_state=True)

#: Measured: 0.61 without its own relaunch.
NEEDS = Needs(memory_bytes=220 << 20, start_s=1.1)

KEYS = ("GEMINI_API_KEY", "GOOGLE_API_KEY")

#: The credentials of a whole cloud, where that is where the model is.
_KEYS_WITH = {"GOOGLE_GENAI_USE_VERTEXAI": ("GOOGLE_APPLICATION_CREDENTIALS",)}

_EXECUTABLE = ("gemini",)

_SETTINGS = ".gemini/settings.json"


#: Gemini names the file of a conversation after the minute and the first 8 characters of its id, and creates it anew
#: before it loads one (measured: 0.61): in the minute in which it began, that would empty it. So it is waited for.
_WAIT = """\
for file in "${GEMINI_CLI_HOME:-$HOME}"/.gemini/tmp/*/chats/session-"$(date -u +%Y-%m-%dT%H-%M)"-@ID@.json*; do
    [ -e "$file" ] && sleep "$((61 - $(date +%S | sed 's/^0//')))" && break
done
exec "$@"
"""


def launch(spec: AttemptSpec) -> Launch:
    """Its settings are copied, its login is not.

    It would start itself again, and the first process would keep signals to itself; and it would ask whether the
    directory may be trusted, which whoever gave it to a crew has decided.
    """
    own = has_own_state(spec)
    model = ("--model", spec.model) if spec.model else ()
    env = {"GEMINI_CLI_NO_RELAUNCH": "true", "GEMINI_CLI_TRUST_WORKSPACE": "true", "NO_COLOR": "1"}
    short_id = re.match(r"[\w-]{8}", spec.resume.id) if spec.resume is not None else None
    waits = ("sh", "{files}/wait.sh") if short_id else ()
    below = directory_below(spec)
    settings = f"{below}/{_SETTINGS}".removeprefix("/")
    return Launch(
        argv=(*waits, *(spec.settings.command or _EXECUTABLE), "--acp", *model, *spec.settings.args),
        files={"wait.sh": _WAIT.replace("@ID@", short_id[0]).encode()} if short_id else {},
        env=env | ({HOME: spec.state_dir + below} if own else {}),
        own_state=own,
        state_copies={settings: Place(_SETTINGS, "~", HOME)} if own else {},
        state_made={settings: partial(with_thinking, spec)} if below else {},
        keys=KEYS,
        keys_with=_KEYS_WITH,
    )


def _record(spec: AttemptSpec, session: str) -> LinesRecord:
    """The file of a conversation has the first 8 characters of its id in its name (0.61)."""
    chats = f".gemini/tmp/*/chats/session-*-{glob.escape(session[:8])}.jsonl"
    return LinesRecord(kept(spec, chats, "~", HOME, below=directory_below(spec)), b'"tokens"')


def _response(row: dict[str, Any]) -> Response | None:
    """``input`` contains what came from the cache; ``output`` leaves the thinking out."""
    tokens = mapping(row.get("tokens"))
    whole, output = count(tokens.get("input")), count(tokens.get("output"))
    if row.get("type") != "gemini" or whole is None or output is None:
        return None
    cached, thoughts = count(tokens.get("cached")) or 0, count(tokens.get("thoughts")) or 0
    usage = Usage(input=max(0, whole - cached), output=output + thoughts, reasoning=thoughts, cache_read=cached)
    return Response(string(row.get("id")), usage, string(row.get("model")))


def _tool_name(call: dict[str, Any], first_title: str) -> str:
    """Its call ids begin with the tool's name: ``run_shell_command__run_shell_command_1795340566597_0``."""
    return string(call.get("toolCallId")).partition("__")[0] or tool_name(call, first_title)


PROGRAM = AcpProgram(
    name="gemini",
    login="Set GEMINI_API_KEY, or log in with `gemini` and set shareLogin for gemini",
    reading_modes=("plan",),
    model_at_start=True,
    thinks_at_start=thinks_at_start,
    auth_method="gemini-api-key",
    own_record=OwnRecord(_record, _response),
    tool_name=_tool_name,
)


def session(spec: AttemptSpec, briefing: Briefing) -> AcpSession:
    """See ``registry``."""
    return AcpSession(spec, briefing, PROGRAM, launch)
