"""Making known secrets unreadable in a stream of bytes, before anybody keeps it: each by asterisks of its length."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping

from crew_core.worker.keys import SHORTEST_SECRET, secrets_in

_ASTERISK = b"*"


def known_secrets(environment: Mapping[str, str]) -> frozenset[bytes]:
    """The values of its secret variables and the passwords in others, as bytes and as they stand in JSON."""
    values = {part.strip() for name, value in environment.items() for part in secrets_in(name, value)}
    return frozenset(form for value in values if len(value) >= SHORTEST_SECRET for form in _forms(value))


def _forms(value: str) -> Iterator[bytes]:
    for text in (value, json.dumps(value)[1:-1], json.dumps(value, ensure_ascii=False)[1:-1]):
        yield text.encode("utf-8", "surrogateescape")


class Redaction:
    """Fed with any cutting; what comes out is as long as what went in. Every byte of every occurrence is covered,
    also where two overlap.

    Only an end that could be the beginning of a secret is held back, so its memory is the longest secret. A secret
    that a program cuts itself, such as by telling a text in pieces, is not found.
    """

    def __init__(self, secrets: Iterable[bytes] = ()) -> None:
        self._secrets = tuple(sorted({secret for secret in secrets if secret}))
        self._held = b""
        #: So many bytes at the beginning of what is held belong to a secret that began before it.
        self._covered = 0

    def feed(self, data: bytes) -> bytes:
        """What of it, and of what was held back, may be kept."""
        if not self._secrets:
            return data
        return self._pass_on(self._held + data, ended=False)

    def end(self) -> bytes:
        """What was held back: nothing more comes."""
        return self._pass_on(self._held, ended=True)

    def whole(self, data: bytes) -> bytes:
        """These bytes by themselves, between others or not."""
        return _hide(data, self._occurrences(data))

    def _pass_on(self, data: bytes, *, ended: bool) -> bytes:
        keep = len(data) if ended else self._certain(data)
        places = [(0, self._covered), *self._occurrences(data)]
        # What was covered before stays so, also when nothing of it may be passed on yet.
        reach = max([self._covered, *(end for start, end in places if start < keep)])
        self._held, self._covered = data[keep:], max(reach - keep, 0)
        return _hide(data, places)[:keep]

    def _certain(self, data: bytes) -> int:
        """Where the first end of ``data`` begins that could go on to be a secret; its length when none could."""
        return min((_open_end(data, secret) for secret in self._secrets), default=len(data))

    def _occurrences(self, data: bytes) -> Iterator[tuple[int, int]]:
        for secret in self._secrets:
            at = data.find(secret)
            while at >= 0:
                yield at, at + len(secret)
                at = data.find(secret, at + 1)


def _open_end(data: bytes, secret: bytes) -> int:
    at = data.find(secret[:1], max(0, len(data) - len(secret) + 1))
    while at >= 0 and not secret.startswith(data[at:]):
        at = data.find(secret[:1], at + 1)
    return at if at >= 0 else len(data)


def _hide(data: bytes, places: Iterable[tuple[int, int]]) -> bytes:
    hidden = None
    for start, end in places:
        if start < end:
            hidden = bytearray(data) if hidden is None else hidden
            hidden[start:end] = _ASTERISK * (end - start)
    return data if hidden is None else bytes(hidden)
