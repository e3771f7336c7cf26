"""Right and wrong values for every setting of the schema, made from the schema."""

from __future__ import annotations

import json
from collections.abc import Iterator

from crew_core.config.schema import Key, Kind, Value, keys
from crew_core.config.values import WrongValue, checked

EVERY_KEY = tuple(keys().values())


def samples(key: Key) -> list[Value]:
    """At least two right values that are not the default; numbers in ascending order."""
    if key.path == "prices.models":
        return [{"house-model": "3 15"}, {"local/llama 3.1": "0 0", "x": "0.25 1.5 0.025 0.3"}]
    if key.kind is Kind.TABLE:
        return [{"quit": "Q"}, {"zoom": ["Z", "ctrl+z"], "not bare \x7f": '"'}]
    if key.kind is Kind.TEXT:
        return [value for value in key.choices or ("alpha", "beta-2", "gamma_3") if value != key.default]
    found = {value for value in _numbers(key) if _right(key, value) and value != key.default}
    return sorted(found)


def wrong_types(key: Key) -> list[object]:
    """Values as TOML could have them, none of which the setting takes."""
    if key.kind is Kind.TABLE:
        return ["", "x", 7, True, [], ["x"], {"a": 1}, {"a": ["x", 1]}]
    either = ["x y", "", "acp:", 7] if key.kind is Kind.TEXT else ["3", "", "three"]
    half = [1.5] if key.kind is Kind.WHOLE else []
    return [*either, *half, True, [], [1], {}, {"a": 1}]


def out_of_range(key: Key) -> list[Value]:
    if key.kind is Kind.TABLE:
        return [7]
    if key.kind is Kind.TEXT:
        return ["no such choice!"]
    low = [key.above, key.above - 1] if key.above is not None else [(key.least or 0) - 1]
    return [*low, (key.most or 0) + 1, -(2**70), 2**70]


def toml(key: Key, value: object) -> str:
    """A file that says just that."""
    return f"[{key.section}]\n{key.name} = {_toml(value)}\n"


def _toml(value: object) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f"{_toml(name)} = {_toml(each)}" for name, each in value.items()) + "}"
    # JSON leaves this one as it is, TOML must not have it.
    return json.dumps(value).replace("\x7f", "\\u007f")


def _numbers(key: Key) -> Iterator[int | float]:
    base = key.default if isinstance(key.default, (int, float)) else 30
    for number in (key.least, key.most, base - 1, base + 1, base * 2, base * 3, base / 2, 0.1, 2.5):
        if number is not None:
            yield int(number) if key.kind is Kind.WHOLE else number


def _right(key: Key, value: Value) -> bool:
    try:
        checked(key, value)
    except WrongValue:
        return False
    return True
