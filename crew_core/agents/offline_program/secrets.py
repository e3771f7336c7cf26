"""What looks like a secret: found by the security rules, and kept out of everything that is written."""

from __future__ import annotations

import re

from crew_core.agents.secret_forms import SECRETS

#: ``password = "literal"`` in any language, with keys in quotes too.
ASSIGNED = re.compile(
    r"(?i)\b[\w-]{0,40}(?:password|passwd|pwd|secret|api_?key|auth_?token|access_?token|private_?key)"
    r"[\"']?\s{0,5}(?::=|=>|=|:)\s{0,5}[\"'](?P<value>[^\"'\s]{6,200})[\"']"
)

#: A value that is written instead of a secret.
_STAND_IN = re.compile(
    r"(?i)example|changeme|change[-_]me|placeholder|dummy|sample|redacted|your|xxx|[|\\]|\(\?|\*\*\*|\.\.\.|<|\$\{?|\{|%|"
    r"^(?:password|passwd|secret|token|test|none|null|true|false|string|required|hidden|text)\w*$"
)


def assigns_secret(line: str) -> bool:
    """Whether a literal is given to something that is named like a secret."""
    found = ASSIGNED.search(line)
    return found is not None and _STAND_IN.search(found["value"]) is None and not _is_a_name(found["value"])


def _is_a_name(value: str) -> bool:
    """``user.password_field`` or ``api-key``: words, no digits; a key for a lookup rather than the secret."""
    return re.fullmatch(r"[a-z]+(?:[._/-][a-z]+)+", value) is not None


def redacted(text: str) -> str:
    """The text without what looks like a secret."""
    for secret in SECRETS:
        text = secret.pattern.sub(f"[{secret.kind} redacted]", text)
    return ASSIGNED.sub(_without_value, text)


def _without_value(found: re.Match[str]) -> str:
    if _STAND_IN.search(found["value"]) or _is_a_name(found["value"]):
        return found[0]
    start, end = found.span("value")
    begin = found.start()
    return f"{found[0][: start - begin]}[redacted]{found[0][end - begin :]}"
