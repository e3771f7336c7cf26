"""Commands that a check must not lead to: they change the world, or ask the network for it."""

from __future__ import annotations

import re

#: Looked for in scripts and recipes, with everything that they call by name.
_DANGER = re.compile(
    r"(?<![\w/.-])(?:(?:pip3?|uv|poetry|pipenv|npm|pnpm|yarn|bun|brew|apt|apt-get|gem|bundle|composer)\s+"
    r"(?:[\w.-]+\s+)?(?:ci|install|add|sync|update|upgrade|publish|i)\b"
    r"|pip3?\s+install|-m\s+pip\b|twine|docker|podman|kubectl|helm|terraform|ansible\w*|ssh|scp|rsync|curl|wget|sudo"
    r"|git\s+(?:push|commit|clean|reset|checkout|stash|tag|pull|clone)|rm\s+-\w*[rf]"
    r"|(?:deploy|publish|release|upload|install)(?![\w.-]*\.(?:py|js|md)))(?!\w)"
)


def danger_in(text: str) -> str:
    """The first words that must not be run; empty when there are none."""
    found = _DANGER.search(text)
    return " ".join(found[0].split()) if found else ""
