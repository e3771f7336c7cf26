"""One setting is changed in a file, and every other byte stays as it was."""

from __future__ import annotations

import tomllib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crew_core.config.editing import with_value, without
from crew_core.config.schema import Key, Value, keys
from crew_core.config.values import to_text
from tests.config.key_samples import EVERY_KEY, samples

KEYS = st.sampled_from(EVERY_KEY)
PAIRS = KEYS.flatmap(lambda key: st.tuples(st.just(key), st.sampled_from(samples(key))))
COMMENTS = st.sampled_from(["", "# a comment", "#", "   ", "\t# [limits]", "# maxWorkers = 3", "# é → ✓"])


@st.composite
def files(draw: st.DrawFn) -> str:
    """Right settings files as people write them: dotted, inline, quoted, in tables, with comments everywhere."""
    chosen: dict[str, dict[str, Value]] = {}
    for key, value in draw(st.lists(PAIRS, max_size=6)):
        chosen.setdefault(key.section, {})[key.name] = value
    lines = [draw(COMMENTS)]
    tables: list[str] = []
    for section, body in chosen.items():
        form = draw(st.sampled_from(["table", "dotted", "inline"]))
        pairs = [(name, repr(value) if isinstance(value, str) else to_text(value)) for name, value in body.items()]
        if form == "inline":
            lines.append(f"{section} = {{ {', '.join(f'{name} = {value}' for name, value in pairs)} }} # inline")
        elif form == "dotted":
            lines += [f"{section}.{name}  =  {value}   # dotted" for name, value in pairs]
        else:
            tables += [
                f"[{section}] # {section}",
                *(f"  '{name}' = {value} # {n}" for n, (name, value) in enumerate(pairs)),
            ]
            tables += [draw(COMMENTS)]
    text = "\n".join([*lines, *tables]) + draw(st.sampled_from(["", "\n", "\n\n"]))
    return text.replace("\n", "\r\n") if draw(st.booleans()) else text


def _meaning(text: str) -> dict[str, Value]:
    values = tomllib.loads(text)
    return {f"{section}.{name}": value for section, body in values.items() for name, value in body.items()}


@settings(max_examples=40)
@given(files(), PAIRS)
def test_what_is_put_in_is_there_and_nothing_else_is_different(text: str, pair: tuple[Key, Value]) -> None:
    key, value = pair
    new = with_value(text, key, value)
    assert _meaning(new) == _meaning(text) | {key.path: value}
    assert _without_its_value(new, key) == _without_its_value(text, key)


def _without_its_value(text: str, key: Key) -> list[str]:
    """The lines that neither set the key nor were added for it: comments, other settings, ends of lines."""
    lines = [line for line in text.splitlines() if key.name not in line and line.strip()]
    return [line for line in lines if line.strip() != f"[{key.section}]" and not line.startswith(f"{key.section} = {{")]


@settings(max_examples=40)
@given(files(), PAIRS)
def test_putting_the_same_in_twice_is_once(text: str, pair: tuple[Key, Value]) -> None:
    once = with_value(text, *pair)
    assert with_value(once, *pair) == once


@settings(max_examples=40)
@given(files(), PAIRS)
def test_taking_out_what_was_put_in_gives_the_meaning_back(text: str, pair: tuple[Key, Value]) -> None:
    key, value = pair
    back = without(with_value(text, key, value), key)
    before = _meaning(text)
    before.pop(key.path, None)
    assert _meaning(back) == before
    assert _without_its_value(back, key) == _without_its_value(text, key)


@settings(max_examples=40)
@given(files())
def test_ends_of_lines_stay_as_they_are(text: str) -> None:
    key = keys()["limits.maxWorkers"]
    new = with_value(text, key, 77)
    if "\r\n" in text:
        assert new.count("\n") == new.count("\r\n")
    else:
        assert "\r" not in new


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("", "[limits]\nmaxWorkers = 7\n"),
        ("# mine\n", "# mine\n\n[limits]\nmaxWorkers = 7\n"),
        ("[limits]\nmaxWorkers = 3 # why\n# end\n", "[limits]\nmaxWorkers = 7 # why\n# end\n"),
        ("limits.maxDepth = 1\n", "limits.maxDepth = 1\nlimits.maxWorkers = 7\n"),
        ("[limits]\nmaxDepth = 1 # one\n\n[ui]\n", "[limits]\nmaxDepth = 1 # one\nmaxWorkers = 7\n\n[ui]\n"),
        ("[ui]\ntheme = 'a'", "[ui]\ntheme = 'a'\n[limits]\nmaxWorkers = 7\n"),
    ],
)
def test_it_looks_as_a_person_would_have_written_it(before: str, after: str) -> None:
    assert with_value(before, keys()["limits.maxWorkers"], 7) == after
