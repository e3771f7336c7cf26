"""What it means that a server does not do what it was asked: whether to ask again, when, and with less."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Mapping
from typing import Any

from crew_core.agents.builtin_program.chunks import code_of, error_of
from crew_core.agents.builtin_program.failure import Fault

#: Too early, too many, broken or overloaded; 529 is Anthropic's word for overloaded, which gateways pass on.
_AGAIN = frozenset({408, 425, 429, 500, 502, 503, 504, 529})

#: 429 also stands for an account without money, which no waiting helps.
_NO_MONEY = re.compile(r"insufficient_quota|billing|credit balance", re.IGNORECASE)

_TOO_LONG = re.compile(
    r"context_length_exceeded|exceed_context_size|context (?:length|window|size)|maximum context|too many tokens|"
    r"(?:prompt|input|request) (?:is |length |tokens )?(?:too (?:long|large)|exceed)|reduce the length",
    re.IGNORECASE,
)

#: Servers name the field, or say that the model does not think, or cannot do otherwise.
_NO_EFFORT = re.compile(r"reasoning|thinking", re.IGNORECASE)

_OVERLOADED = re.compile(r"rate.?limit|overload|server_error|timeout|unavailable|internal", re.IGNORECASE)

_WORDS_SHOWN = 2_000


def refused(status: int, headers: Mapping[str, str], body: bytes) -> Fault:
    """The answer to a request had another status than 200."""
    try:
        told: Any = json.loads(body)
    except (ValueError, RecursionError):
        told = None
    words = error_of(told) or body.decode("utf-8", "replace").strip()
    codes = f"{code_of(told)} {words}"
    text = f"the model server said {status}: {words[:_WORDS_SHOWN] or 'nothing more'}"
    if status in (400, 413, 422) and _TOO_LONG.search(codes):
        return Fault(text, too_long=True)
    if status in (400, 422) and _NO_EFFORT.search(codes):
        return Fault(text, no_effort=True)
    again = status in _AGAIN and not (status == 429 and _NO_MONEY.search(codes))
    return Fault(text, again=again, retry_after_s=retry_after(headers) if again else None)


def broken_off(chunk: Mapping[str, Any]) -> Fault:
    """The stream says in the middle that it cannot go on."""
    words, codes = error_of(chunk), code_of(chunk)
    number = re.match(r"\d{3}\b", codes)
    again = int(number[0]) in _AGAIN if number else bool(_OVERLOADED.search(codes))
    too_long = not again and bool(_TOO_LONG.search(f"{codes} {words}"))
    return Fault(
        f"the model server broke off: {words[:_WORDS_SHOWN] or 'it did not say why'}", again=again, too_long=too_long
    )


def retry_after(headers: Mapping[str, str]) -> float | None:
    """Seconds that the server wants to be left alone; it may say them or a date (RFC 9110, 10.2.3)."""
    text = headers.get("retry-after-ms", "")
    if _number(text) is not None:
        return float(text) / 1000
    text = headers.get("retry-after", "")
    if _number(text) is not None:
        return float(text)
    if not text:
        return None
    from email.utils import parsedate_to_datetime

    try:
        return max(0.0, parsedate_to_datetime(text).timestamp() - time.time())
    except (ValueError, OverflowError):
        return None


def _number(text: str) -> float | None:
    return float(text) if re.fullmatch(r"\d{1,9}(?:\.\d{1,9})?", text.strip()) else None
