"""Where the model is: base URL, key and model name, from what the environment and the agent's file say."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple
from urllib.parse import urlsplit

from crew_core.agents.builtin_program.failure import Failed


class Endpoint(NamedTuple):
    """``base_url`` without a slash at its end; ``model`` empty: the first one that the server lists."""

    base_url: str
    key: str
    model: str


#: provider → base URL of its OpenAI-compatible service, and the variable that holds its key (none: a local server).
PROVIDERS = {
    "openai": ("https://api.openai.com/v1", "OPENAI_API_KEY"),
    "openrouter": ("https://openrouter.ai/api/v1", "OPENROUTER_API_KEY"),
    "groq": ("https://api.groq.com/openai/v1", "GROQ_API_KEY"),
    "deepseek": ("https://api.deepseek.com/v1", "DEEPSEEK_API_KEY"),
    "mistral": ("https://api.mistral.ai/v1", "MISTRAL_API_KEY"),
    "gemini": ("https://generativelanguage.googleapis.com/v1beta/openai", "GEMINI_API_KEY"),
    "lmstudio": ("http://127.0.0.1:1234/v1", ""),
    "llamacpp": ("http://127.0.0.1:8080/v1", ""),
    "vllm": ("http://127.0.0.1:8000/v1", ""),
    "ollama": ("http://127.0.0.1:11434/v1", ""),
}

#: Every variable that may hold a key; no tool of the agent sees them.
KEYS = tuple(key for _, key in PROVIDERS.values() if key)

_OLLAMA_PORT = 11434

_NONE = (
    "no model endpoint is set: set OPENAI_BASE_URL (a local server needs no key), OPENAI_API_KEY or OLLAMA_HOST, or "
    f"name the model as PROVIDER/MODEL with one of {', '.join(PROVIDERS)}"
)


def find_endpoint(environment: Mapping[str, str], model: str) -> Endpoint:
    """A base URL that is set takes the model's name as it is; else ``provider/model`` chooses the service.

    :raises Failed: there is none, or it cannot be used.
    """
    named = model or environment.get("CREW_BUILTIN_MODEL") or environment.get("OPENAI_MODEL") or ""
    if base := environment.get("OPENAI_BASE_URL"):
        return Endpoint(_checked(base), environment.get("OPENAI_API_KEY", ""), named)
    provider, slash, rest = named.partition("/")
    if slash and provider in PROVIDERS:
        return _of_provider(environment, provider, rest)
    if environment.get("OPENAI_API_KEY"):
        return _of_provider(environment, "openai", named)
    if environment.get("OLLAMA_HOST"):
        return _of_provider(environment, "ollama", named)
    raise Failed(_NONE)


def _of_provider(environment: Mapping[str, str], provider: str, model: str) -> Endpoint:
    base, variable = PROVIDERS[provider]
    key = environment.get(variable, "") if variable else ""
    if variable and not key:
        raise Failed(f"the provider {provider} needs a key: set {variable}")
    if provider == "ollama" and (host := environment.get("OLLAMA_HOST")):
        base = ollama_url(host)
    return Endpoint(_checked(base), key, model)


def ollama_url(host: str) -> str:
    """The base URL that an ``OLLAMA_HOST`` means: ``host``, ``host:port``, ``:port`` or a URL. The address that a
    server binds to listen everywhere is this machine for whoever calls it."""
    scheme, _, rest = host.strip().rpartition("://")
    parts = urlsplit(f"//{rest}")
    try:
        port = parts.port
    except ValueError as error:
        raise Failed(f"OLLAMA_HOST is no address: {host}") from error
    name = parts.hostname or "127.0.0.1"
    name = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(name, name)
    known = {"http": 80, "https": 443}.get(scheme, _OLLAMA_PORT)
    shown = f"[{name}]" if ":" in name else name
    return f"{scheme or 'http'}://{shown}:{port or known}{parts.path.rstrip('/')}/v1"


def _checked(url: str) -> str:
    try:
        parts = urlsplit(url.strip())
        usable = parts.scheme in {"http", "https"} and parts.hostname and (parts.port or True)
    except ValueError:
        usable = False
    if not usable:
        raise Failed(f"the model endpoint is no http or https URL: {url}")
    return url.strip().rstrip("/")
