"""Which role a planner means: its exact name, the name written otherwise, or a usual other word for it."""

from __future__ import annotations

import re
from collections.abc import Collection

#: pi-crew's table (runtime-spec §3.10): planners use these words though they were told the names.
ALIASES: dict[str, tuple[str, ...]] = {
    "reviewer": ("code-reviewer", "review", "code-review", "critic"),
    "security-reviewer": ("security", "security-review", "sec-review"),
    "test-engineer": ("tester", "qa", "test"),
    "executor": ("developer", "implementer", "coder", "engineer"),
    "explorer": ("researcher", "scout"),
    "analyst": ("analysis", "analyzer"),
}

_MEANT = {alias: role for role, aliases in ALIASES.items() for alias in aliases}

_SEPARATORS = re.compile(r"[\s_-]+")


def role_of(said: str, roles: Collection[str]) -> str | None:
    """The role of the team that ``said`` means. A name of a role always means that role, never an alias."""
    if said in roles:
        return said
    names = {_plain(role): role for role in sorted(roles, reverse=True)}
    plain = _plain(said)
    return names.get(plain) or names.get(_MEANT.get(plain, plain))


def _plain(name: str) -> str:
    return _SEPARATORS.sub("-", name.strip().casefold())
