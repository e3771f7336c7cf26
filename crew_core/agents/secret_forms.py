"""The forms of well-known keys, tokens and passwords."""

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


def secret_kind(line: str) -> str:
    """What kind of secret the line has; empty when it has none."""
    for secret in SECRETS:
        if secret.pattern.search(line):
            return secret.kind
    return ""
