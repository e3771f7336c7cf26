"""The proxy that the environment names for a host, in the variables that curl and most others read."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple
from urllib.parse import unquote, urlsplit

_HERE = frozenset({"localhost", "127.0.0.1", "::1"})


class Proxy(NamedTuple):
    """``login`` is ``name:password``, or empty."""

    host: str
    port: int
    login: str


def proxy_for(host: str, environment: Mapping[str, str], *, secure: bool) -> Proxy | None:
    """None: straight to it. This machine is never reached by a proxy."""
    if host in _HERE or _excepted(host, _value(environment, "no_proxy")):
        return None
    url = _value(environment, "https_proxy" if secure else "http_proxy") or _value(environment, "all_proxy")
    parts = urlsplit(url if "://" in url else f"http://{url}")
    if not parts.hostname:
        return None
    login = f"{unquote(parts.username)}:{unquote(parts.password or '')}" if parts.username else ""
    return Proxy(parts.hostname, parts.port or 80, login)


def _value(environment: Mapping[str, str], name: str) -> str:
    return environment.get(name) or environment.get(name.upper()) or ""


def _excepted(host: str, exceptions: str) -> bool:
    for name in exceptions.replace(",", " ").split():
        bare = name.partition(":")[0].lstrip("*").lstrip(".").lower()
        if name == "*" or (bare and (host.lower() == bare or host.lower().endswith(f".{bare}"))):
            return True
    return False
