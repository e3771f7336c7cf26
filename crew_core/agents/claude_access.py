"""What Claude Code may have of the person's, whoever starts it: their keys, and copies of their settings."""

from __future__ import annotations

from crew_core.agents.protocol import Place

KEYS = (
    *("ANTHROPIC_API_KEY", "ANTHROPIC_AUTH_TOKEN", "CLAUDE_CODE_OAUTH_TOKEN"),
    *("AWS_BEARER_TOKEN_BEDROCK", "ANTHROPIC_FOUNDRY_API_KEY", "ANTHROPIC_CUSTOM_HEADERS"),
)

#: The credentials of a whole cloud, where that is where the model is.
KEYS_WITH = {
    "CLAUDE_CODE_USE_BEDROCK": ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"),
    "CLAUDE_CODE_USE_VERTEX": ("GOOGLE_APPLICATION_CREDENTIALS",),
}

#: The variable that names its state directory.
HOME = "CLAUDE_CONFIG_DIR"

#: What a person has set for all their sessions; their login is not among it.
COPIES = {name: Place(name, "~/.claude", HOME) for name in ("settings.json", "CLAUDE.md")}
