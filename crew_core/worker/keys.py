"""Which secrets of the environment a program gets to see: those that its adapter asks for, and no others.

A variable is a secret by its name, or by what stands in it: ``DATABASE_URL`` is one only where it has a password.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping

from crew_core.agents.secret_forms import secret_kind

#: How variables are called that hold a key; a name that only mentions one, such as ``KEYBOARD``, is none.
_NAMED = re.compile(
    r"(^|_)(KEY|TOKEN|SECRET|PASS|PASSPHRASE|CREDENTIALS?|PAT)$"
    r"|(API_?KEY|ACCESS_?KEY|SECRET_?KEY|PRIVATE_?KEY|PASSWORD|PASSWD)$"
    r"|(^|_)(ACCESS_KEY_ID|SECRET_KEY_BASE)$|^MYSQL_PWD$"
)

#: Names that also other things have, a number or a place: what stands in them tells.
_PERHAPS = re.compile(
    r"[A-Z0-9](KEY|TOKEN|SECRET|_PWD)$"
    r"|(^|_)(API_?KEY|ACCESS_?KEY|SECRET|PRIVATE_?KEY|TOKEN|PASSWORD|PASSWD|CREDENTIALS?|COOKIE|AUTH)(_|\d*$)"
)

#: Where the network and the models are: a program would reach neither without them.
_WAY = re.compile(r"(^|_)(PROXY|BASE_URL)$")

#: ``scheme://user:password@host``, also without a user. No scheme is longer: without a bound the time that a variable
#: takes would grow with the square of its length.
_PASSWORD = re.compile(r"[A-Za-z][A-Za-z0-9+.-]{0,40}://[^/\s:@]*:(?P<password>[^/\s@]+)@")

#: ``host=db password=…`` and ``Server=db;Password=…``, as libraries of databases take it.
_ASSIGNED = re.compile(r"(?i)(^|;)\s*(password|pwd)\s*=\s*[^\s;$]|(^|\s)password=[^\s;$]")

#: Shorter values are no keys, and would be found everywhere.
SHORTEST_SECRET = 8

#: Without a figure in it, so much is more than a word.
_MORE_THAN_A_WORD = 20


def is_secret(name: str, value: str) -> bool:
    """Whether a variable holds a key, a token or a password."""
    upper = name.upper()
    if _NAMED.search(upper):
        return True
    if _PERHAPS.search(upper) and _may_be_a_key(value):
        return True
    return _WAY.search(upper) is None and _shows_a_secret(value)


def secrets_in(name: str, value: str) -> tuple[str, ...]:
    """What nobody may read in what a program prints: the value, if it is a secret, and a password in it."""
    passwords = tuple(found["password"] for found in _PASSWORD.finditer(value))
    return (value, *passwords) if is_secret(name, value) else passwords


def without_keys(
    environment: Mapping[str, str], allowed: Collection[str] | None, with_variable: Mapping[str, Collection[str]]
) -> dict[str, str]:
    """The environment without secrets other than ``allowed`` (None: all are), and those whose variable is set."""
    if allowed is None:
        return dict(environment)
    named = {*allowed, *(key for variable, keys in with_variable.items() if environment.get(variable) for key in keys)}
    return {name: value for name, value in environment.items() if name in named or not is_secret(name, value)}


def _shows_a_secret(value: str) -> bool:
    return bool(_PASSWORD.search(value) or _ASSIGNED.search(value) or secret_kind(value))


def _may_be_a_key(value: str) -> bool:
    """No number, no place, no word and no text."""
    value = value.strip()
    if len(value) < SHORTEST_SECRET or value.isdecimal() or value.startswith(("/", "~", "./")) or "://" in value:
        return False
    wordlike = len(value) < _MORE_THAN_A_WORD and not any(letter.isdigit() for letter in value)
    return not wordlike and not any(letter.isspace() for letter in value)
