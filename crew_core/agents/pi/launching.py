"""How pi is started."""

from __future__ import annotations

from crew_core.agents.own_state import has_own_state
from crew_core.agents.pi import extension
from crew_core.agents.pi.speech import get_state
from crew_core.agents.pi.tools import tools_of
from crew_core.agents.protocol import Briefing, Launch, Place
from crew_core.model.attempt import AttemptSpec
from crew_core.model.status import PermissionMode

#: Its search tools fetch what they need once, so it is not told to stay offline.
_ENVIRONMENT = {"PI_TELEMETRY": "0", "PI_SKIP_VERSION_CHECK": "1"}

#: The keys of the providers that its documentation lists.
KEYS = (
    *("ANTHROPIC_API_KEY", "ANTHROPIC_OAUTH_TOKEN", "ANTHROPIC_AUTH_TOKEN", "OPENAI_API_KEY", "GEMINI_API_KEY"),
    *("ANT_LING_API_KEY", "DEEPSEEK_API_KEY", "NVIDIA_API_KEY", "COPILOT_GITHUB_TOKEN", "MISTRAL_API_KEY"),
    *("GROQ_API_KEY", "CEREBRAS_API_KEY", "XAI_API_KEY", "OPENROUTER_API_KEY", "AI_GATEWAY_API_KEY", "ZAI_API_KEY"),
    *("ZAI_CODING_CN_API_KEY", "OPENCODE_API_KEY", "RADIUS_API_KEY", "HF_TOKEN", "FIREWORKS_API_KEY"),
    *("TOGETHER_API_KEY", "BASETEN_API_KEY", "KIMI_API_KEY", "META_API_KEY", "MINIMAX_API_KEY", "MINIMAX_CN_API_KEY"),
    *("MOONSHOT_API_KEY", "QWEN_TOKEN_PLAN_API_KEY", "QWEN_TOKEN_PLAN_CN_API_KEY", "XIAOMI_API_KEY"),
    *("XIAOMI_TOKEN_PLAN_CN_API_KEY", "XIAOMI_TOKEN_PLAN_AMS_API_KEY", "XIAOMI_TOKEN_PLAN_SGP_API_KEY"),
    *("AZURE_OPENAI_API_KEY", "AWS_BEARER_TOKEN_BEDROCK", "CLOUDFLARE_API_KEY", "GOOGLE_CLOUD_API_KEY"),
)

#: The variable that names its state directory.
_STATE = "PI_CODING_AGENT_DIR"

#: What a person has set for all their sessions; their login (``auth.json``) is not among it.
_COPIES = {name: Place(name, "~/.pi/agent", _STATE) for name in ("models.json", "settings.json", "AGENTS.md")}

_SYSTEM = "pi-system.md"


def launch(spec: AttemptSpec, briefing: Briefing) -> Launch:
    """It is asked which session it has; only then it is told the prompt."""
    own_state = has_own_state(spec)
    files = {_SYSTEM: briefing.system.encode("utf-8", "replace")} if briefing.system else {}
    if spec.permissions is PermissionMode.ASK:
        files[extension.NAME] = extension.source()
    return Launch(
        argv=(*(spec.settings.command or ("pi",)), *_arguments(spec, files), *spec.settings.args),
        env=_ENVIRONMENT | ({_STATE: spec.state_dir} if own_state else {}),
        files=files,
        stdin=get_state(),
        own_state=own_state,
        state_copies=_COPIES if own_state else {},
        keys=KEYS,
    )


def _arguments(spec: AttemptSpec, files: dict[str, bytes]) -> tuple[str, ...]:
    arguments = ["--mode", "rpc"]
    tools = tools_of(spec)
    if spec.model:
        arguments += ["--model", spec.model]
    if spec.thinking:
        arguments += ["--thinking", spec.thinking]
    if tools:
        arguments += ["--tools", ",".join(tools)]
    elif tools is not None:
        arguments.append("--no-tools")
    if _SYSTEM in files:
        # A path of an existing file stands for what is in it. It is not kept with the session: each start tells it.
        arguments += ["--append-system-prompt", "{files}/" + _SYSTEM]
    if extension.NAME in files:
        arguments += ["--extension", "{files}/" + extension.NAME]
    if spec.resume is not None:
        arguments += ["--session", spec.resume.id]
    return tuple(arguments)
