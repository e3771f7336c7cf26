"""What Codex may have of the person's, whoever starts it: their keys, and copies of their settings."""

from __future__ import annotations

from crew_core.agents.protocol import Place

#: Its own provider's keys, and those of the providers that its documentation configures.
KEYS = (
    *("OPENAI_API_KEY", "CODEX_API_KEY", "CODEX_ACCESS_TOKEN", "AZURE_OPENAI_API_KEY", "OPENROUTER_API_KEY"),
    *("MISTRAL_API_KEY", "GROQ_API_KEY", "DEEPSEEK_API_KEY"),
)

#: The variable that names its state directory.
HOME = "CODEX_HOME"

#: What a person has set for all their sessions; their login is not among it.
COPIES = {"config.toml": Place("config.toml", "~/.codex", HOME)}
