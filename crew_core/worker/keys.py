"""Which secrets of the environment a program gets to see: those that its adapter asks for, and no others."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping

#: How variables are called that hold a key; a name that only mentions one, such as ``KEYBOARD``, is none.
_SECRET = re.compile(
    r"(^|_)(API_?KEY|ACCESS_KEY|SECRET_KEY|PRIVATE_KEY|KEY|TOKEN|SECRET|PASSWORD|PASSWD|CREDENTIALS?)$"
)

#: Shorter values are no keys, and would be found everywhere.
SHORTEST_SECRET = 8


def is_secret(name: str) -> bool:
    """Whether a variable of this name holds a key, a token or a password."""
    return _SECRET.search(name.upper()) is not None


def without_keys(
    environment: Mapping[str, str], allowed: Collection[str] | None, with_variable: Mapping[str, Collection[str]]
) -> dict[str, str]:
    """The environment without secrets other than ``allowed`` (None: all are), and those whose variable is set."""
    if allowed is None:
        return dict(environment)
    named = {*allowed, *(key for variable, keys in with_variable.items() if environment.get(variable) for key in keys)}
    return {name: value for name, value in environment.items() if name in named or not is_secret(name)}
