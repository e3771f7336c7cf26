"""docs/pi-crew-runs.md has every rule of verdicts by its name, and none that there is not."""

from __future__ import annotations

import ast
import inspect
import re
from collections.abc import Iterator
from pathlib import Path

from crew_core.observe.picrew import doubts, living, verdicts

_PAGE = (Path(__file__).parents[3] / "docs/pi-crew-runs.md").read_text()

#: Which argument of each call is the name of a rule.
_NAMED_BY = {"Evidence": 0, "_evidence": 0, "_at": 1, "_mark": 1}


def _rules(source: str) -> Iterator[str]:
    for node in ast.walk(ast.parse(source)):
        match node:
            case ast.Call(func=ast.Name(id=name), args=args) if name in _NAMED_BY and len(args) > _NAMED_BY[name]:
                yield from _text(args[_NAMED_BY[name]])
            case ast.Assign(targets=[ast.Name(id="rule")], value=value):
                yield from _text(value)
            case ast.Assign(targets=[ast.Tuple(elts=[ast.Name(id="rule"), *_])], value=ast.Tuple(elts=[first, *_])):
                yield from _text(first)
            case _:
                pass


def _text(node: ast.expr) -> Iterator[str]:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value


def test_the_rules_on_the_page_are_those_that_are_applied() -> None:
    applied = {rule for module in (living, doubts, verdicts) for rule in _rules(inspect.getsource(module))}
    rows = set(re.findall(r"^\| `([a-z-]+)` \|", _PAGE, re.MULTILINE))
    in_text = {"last-sign", "recorded-end", "journal-end", "no-process", "unreadable"}

    assert all(f"`{rule}`" in _PAGE for rule in in_text)
    assert applied == rows | in_text
