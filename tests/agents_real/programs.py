"""The programs that the suite drives: how each is started, and how it is told to speak to our model server.

The settings are those that a person would make: variables, and files in the program's own state directory.
"""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from crew_core.agents import registry
from crew_core.agents.protocol import Abilities, UnknownProgram
from tests.agents_real import installing

#: The key that every program is given; it must not be found anywhere on disk afterwards.
KEY = "sk-scripted-0123456789"

#: Tokens; so many that an answer of 5 MB is no reason to shorten the conversation.
CONTEXT = 10_000_000

#: Dollars per million tokens of input, output, read from the cache and written to it, for programs that are told.
PRICES = (2.0, 8.0, 0.5, 2.5)

Files = Mapping[str, str]


@dataclass(frozen=True, slots=True, eq=False)
class Program:
    """``env`` and ``state`` (what a person has of it) are told the URL of the model server.

    ``home`` is what stands before the paths of ``state`` in a person's home; it gets copies of those that it needs.
    ``keys`` are the variables that hold their key. ``priced``: its model costs ``PRICES``. ``thinks`` False: it
    offers no thinking level for this model. ``asks_to_leave``: it asks for commands that are to run outside a sandbox
    that only reads.
    """

    name: str
    model: str
    env: Callable[[str], Mapping[str, str]]
    state: Callable[[str], Files] = lambda url: {}
    home: str = ""
    keys: tuple[str, ...] = ()
    priced: bool = False
    thinks: bool = True
    asks_to_leave: bool = False

    @property
    def abilities(self) -> Abilities:
        return registry.abilities(self.name)

    @property
    def environment(self) -> dict[str, str]:
        """What a person has in theirs for it."""
        return dict.fromkeys(self.keys, KEY)

    @property
    def command(self) -> tuple[str, ...]:
        """Empty: it is our own, and its adapter knows how it is started."""
        return installing.command(self.name) if self.name in installing.PACKAGES else ()

    @property
    def installed(self) -> bool:
        """Nothing has to be fetched for it."""
        package = installing.PACKAGES.get(self.name)
        return package is None or package.there

    def missing(self) -> str | None:
        """Why it cannot be tried."""
        try:
            registry.abilities(self.name)
            installing.command(self.name) if self.name in installing.PACKAGES else None
        except UnknownProgram as why:
            return str(why)
        except installing.NotInstalled as why:
            return str(why)
        return None


def _builtin(url: str) -> Mapping[str, str]:
    return {"OPENAI_BASE_URL": f"{url}/v1"}


def _claude(url: str) -> Mapping[str, str]:
    return {
        "ANTHROPIC_BASE_URL": url,
        "CLAUDE_CODE_MAX_RETRIES": "2",
        "API_TIMEOUT_MS": "60000",
        # It refuses to work for root otherwise.
        "IS_SANDBOX": "1",
    }


def _codex(url: str) -> Mapping[str, str]:
    return {}


def _codex_state(url: str) -> Files:
    return {
        "config.toml": f"""\
model_provider = "scripted"
[model_providers.scripted]
name = "scripted"
base_url = "{url}/v1"
wire_api = "responses"
env_key = "OPENAI_API_KEY"
request_max_retries = 2
stream_max_retries = 2
"""
    }


def _pi(url: str) -> Mapping[str, str]:
    return {"PI_OFFLINE": "1", "PI_TELEMETRY": "0"}


def _pi_state(url: str) -> Files:
    cost = dict(zip(("input", "output", "cacheRead", "cacheWrite"), PRICES, strict=True))
    model: dict[str, Any] = {"id": "scripted-1", "name": "scripted", "cost": cost}
    model |= {"contextWindow": CONTEXT, "maxTokens": 16_000, "reasoning": True, "input": ["text"]}
    provider = {"baseUrl": f"{url}/v1", "api": "openai-completions", "apiKey": "$OPENAI_API_KEY", "models": [model]}
    return {"models.json": json.dumps({"providers": {"scripted": provider}})}


def _gemini(url: str) -> Mapping[str, str]:
    return {"GOOGLE_GEMINI_BASE_URL": url, "GEMINI_CLI_TRUST_WORKSPACE": "true"}


def _gemini_state(url: str) -> Files:
    settings = {
        "security": {"auth": {"selectedType": "gemini-api-key"}},
        "privacy": {"usageStatisticsEnabled": False},
        "general": {"disableAutoUpdate": True},
    }
    return {".gemini/settings.json": json.dumps(settings)}


def _opencode(url: str) -> Mapping[str, str]:
    return {"OPENCODE_DISABLE_MODELS_FETCH": "1"}


def _opencode_state(url: str) -> Files:
    cost = dict(zip(("input", "output", "cache_read", "cache_write"), PRICES, strict=True))
    limit = {"context": CONTEXT, "output": 16_000}
    provider = {
        "npm": "@ai-sdk/openai-compatible",
        "options": {"baseURL": f"{url}/v1", "apiKey": "{env:OPENAI_API_KEY}"},
        "models": {"scripted-1": {"name": "scripted", "limit": limit, "cost": cost}},
    }
    configuration = {"provider": {"scripted": provider}, "model": "scripted/scripted-1"}
    return {"config/opencode/opencode.json": json.dumps(configuration)}


def _acp_codex_state(url: str) -> Files:
    """It lets nobody choose a model that it does not know, so that one is in the settings."""
    return {"config.toml": f'model = "scripted-1"\n{_codex_state(url)["config.toml"]}'}


def _qwen(url: str) -> Mapping[str, str]:
    return {"OPENAI_BASE_URL": f"{url}/v1", "OPENAI_MODEL": "scripted-1"}


def _qwen_state(url: str) -> Files:
    settings = {"security": {"auth": {"selectedType": "openai"}}, "privacy": {"usageStatisticsEnabled": False}}
    return {"settings.json": json.dumps(settings)}


def _copilot(url: str) -> Mapping[str, str]:
    """It unpacks itself into the cache, once."""
    provider = {"COPILOT_PROVIDER_BASE_URL": f"{url}/v1", "COPILOT_MODEL": "scripted-1", "COPILOT_OFFLINE": "true"}
    return {**provider, "XDG_CACHE_HOME": str(installing.PACKAGES["acp:copilot"].directory / "cache")}


def _cline(url: str) -> Mapping[str, str]:
    """As an agent of the protocol it asks its own provider only, by its environment."""
    return {"CLINE_API_BASE_URL": url}


PROGRAMS = (
    Program("builtin", "scripted-1", _builtin, keys=("OPENAI_API_KEY",)),
    Program("claude", "claude-sonnet-4-5", _claude, keys=("ANTHROPIC_API_KEY",)),
    Program("codex", "scripted-1", _codex, _codex_state, home=".codex/", keys=("OPENAI_API_KEY",)),
    Program("pi", "scripted/scripted-1", _pi, _pi_state, home=".pi/agent/", keys=("OPENAI_API_KEY",), priced=True),
    Program("gemini", "gemini-2.5-flash", _gemini, _gemini_state, keys=("GEMINI_API_KEY",)),
    Program(
        "opencode",
        "scripted/scripted-1",
        _opencode,
        _opencode_state,
        home=".",
        keys=("OPENAI_API_KEY",),
        priced=True,
    ),
    Program("acp:claude", "sonnet", _claude, keys=("ANTHROPIC_API_KEY",)),
    Program(
        "acp:codex",
        "scripted-1",
        _codex,
        _acp_codex_state,
        home=".codex/",
        keys=("OPENAI_API_KEY",),
        asks_to_leave=True,
    ),
    Program("acp:qwen", "scripted-1", _qwen, _qwen_state, home=".qwen/", keys=("OPENAI_API_KEY",), thinks=False),
    Program("acp:copilot", "scripted-1", _copilot, keys=("COPILOT_PROVIDER_API_KEY",), thinks=False),
    Program("acp:cline", "anthropic/claude-sonnet-5", _cline, keys=("CLINE_API_KEY",), thinks=False),
)


@cache
def version(program: Program) -> str:
    """As it tells it itself."""
    if not program.command:
        return "ours"
    told = subprocess.run(
        [*program.command, "--version"], capture_output=True, text=True, timeout=60, check=True
    ).stdout
    found = re.search(r"\d+(\.\d+)+", told)
    return found.group() if found else told.strip()
