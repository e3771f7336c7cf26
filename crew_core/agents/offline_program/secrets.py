"""What looks like a secret: found by the security rules, and kept out of everything that is written."""

from __future__ import annotations

import re
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Secret:
    """A form that keys of one kind have; well-known prefixes, so that false alarms are rare."""

    kind: str
    pattern: re.Pattern[str]


SECRETS = (
    Secret("private key", re.compile(r"-----BEGIN (?:[A-Z]+ ){0,3}PRIVATE KEY-----")),
    Secret("AWS access key", re.compile(r"\b(?:AKIA|ASIA)[A-Z0-9]{16}\b")),
    Secret("GitHub token", re.compile(r"\b(?:gh[pousr]_[A-Za-z0-9]{36,255}|github_pat_[A-Za-z0-9_]{50,255})\b")),
    Secret("GitLab token", re.compile(r"\bglpat-[A-Za-z0-9_-]{20,64}\b")),
    Secret("Slack token", re.compile(r"\bxox[abposr]-[A-Za-z0-9-]{10,250}\b")),
    Secret("Google API key", re.compile(r"\bAIza[A-Za-z0-9_-]{35}\b")),
    Secret("Stripe key", re.compile(r"\b[rs]k_live_[A-Za-z0-9]{16,128}\b")),
    Secret("model provider key", re.compile(r"\bsk-(?:ant-|proj-)?[A-Za-z0-9_-]{32,200}\b")),
    Secret("npm token", re.compile(r"\bnpm_[A-Za-z0-9]{36}\b")),
    Secret("PyPI token", re.compile(r"\bpypi-AgE[A-Za-z0-9_-]{50,250}")),
    Secret(
        "JSON web token", re.compile(r"\beyJ[A-Za-z0-9_-]{10,500}\.eyJ[A-Za-z0-9_-]{10,2000}\.[A-Za-z0-9_-]{10,500}")
    ),
    Secret(
        "password in a URL", re.compile(r"\b[a-z][a-z0-9+.-]{1,20}://[^/\s:@'\"{}$<>]{1,80}:[^/\s:@'\"{}$<>]{3,80}@")
    ),
)

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


def secret_kind(line: str) -> str:
    """What kind of secret the line has; empty when it has none."""
    for secret in SECRETS:
        if secret.pattern.search(line):
            return secret.kind
    return ""


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
