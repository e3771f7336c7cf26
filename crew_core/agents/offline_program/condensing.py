"""Earlier results made short: what is said with a place, a number, a question or a risk is kept."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from crew_core.agents.offline_program.earlier import Earlier
from crew_core.agents.offline_program.mentions import Mention, mentions

_FENCE = re.compile(r"(?ms)^ {0,3}(?P<fence>`{3,}|~{3,}).*?(?:^ {0,3}(?P=fence)[`~]*[ \t]*$|\Z)")
_VERDICT = re.compile(r"(?m)^VERDICT: (?P<verdict>PASS|FAIL: .*|NOT VERIFIED: .*|FAIL|NOT VERIFIED)[ \t]*$")
_HEADING = re.compile(r"(?m)^#{1,6}[ \t]+(?P<title>\S.*)$")
_OPEN = re.compile(
    r"(?i)\?\s*$|\bnot (?:verified|finished|clear|known|found|run|read)\b|\bcould not\b|\bunknown\b|\bunclear\b|"
    r"\bopen question|\bcut off\b|\bfound nowhere\b"
)
_RISK = re.compile(r"(?i)\b(?:high|critical|severe|risk\w*|danger\w*|vulnerab\w+|insecure|secret|breaking|data loss)\b")
_NUMBER = re.compile(
    r"\b\d[\d,.]*\s+(?:\w+\s+)?(?:file|line|commit|test|finding|error|failure|warning|word|author|check)s?\b"
)
_ITEM = re.compile(r"^\s*(?:[-*+]|\d+[.)])\s+(?P<text>\S.*)$")


@dataclass(frozen=True, slots=True)
class Condensed:
    """What one earlier result comes to."""

    earlier: Earlier
    headings: tuple[str, ...]
    points: tuple[str, ...]
    numbers: tuple[str, ...]
    open: tuple[str, ...]
    risks: tuple[str, ...]
    places: tuple[Mention, ...]
    verdict: str
    states: dict[str, str] = field(default_factory=dict)


#: A check and what it came to, as the checking roles tell it.
_STATE = re.compile(r"^- `(?P<command>[^`]+)` \[[^\]]*\]: (?P<state>PASS|FAIL)\b")


def condensed(earlier: Earlier) -> Condensed:
    """Fenced blocks are for programs and left out; of the rest each line is sorted by what it says."""
    text = _FENCE.sub("", earlier.whole())
    lines = [line.strip() for line in text.split("\n") if line.strip()]
    prose = [line for line in lines if not line.startswith(("#", "VERDICT:"))]
    states = {found["command"]: found["state"] for line in lines if (found := _STATE.match(line))}
    return Condensed(
        earlier=earlier,
        headings=tuple(found["title"].strip() for found in _HEADING.finditer(text)),
        points=tuple(_plain(line) for line in prose if _ITEM.match(line)) or tuple(prose[:12]),
        numbers=tuple(dict.fromkeys(_plain(line) for line in lines if _NUMBER.search(line))),
        open=tuple(dict.fromkeys(_plain(line) for line in prose if _OPEN.search(line))),
        risks=tuple(dict.fromkeys(_plain(line) for line in prose if _RISK.search(line))),
        places=tuple(mentions(text)),
        verdict=verdict_in(text),
        states=states,
    )


def verdict_in(text: str) -> str:
    """What its last ``VERDICT:`` line says; empty without one."""
    found = _VERDICT.findall(text)
    return found[-1].strip() if found else ""


def _plain(line: str) -> str:
    found = _ITEM.match(line)
    return (found["text"] if found else line.lstrip("# ")).strip()
