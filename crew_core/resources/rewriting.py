"""The text of a resource file with one name in it replaced; every other byte stays as it is."""

from __future__ import annotations

import re
from collections.abc import Iterable

from crew_core.resources.kinds import Kind
from crew_core.resources.references import Reference

_LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+\Z")
_RULE = "---"
_NAME = re.compile(r"(?P<before>\s*name\s*:[ \t]*)(?P<value>[^\r\n]*?)(?P<after>[ \t]*[\r\n]*)\Z")
_ROLE = re.compile(r"(?P<before>-\s*[A-Za-z0-9_][A-Za-z0-9_-]*)\s*(?P<colon>:?)(?P<rest>.*)\Z", re.DOTALL)


def with_own_name(text: str, new: str) -> str:
    """The file calls itself ``new``, if it calls itself anything."""
    lines = _LINE.findall(text)
    for index in reversed(range(1, _end_of_front_matter(lines))):
        found = _NAME.match(lines[index])
        if found is not None and found["value"]:
            lines[index] = f"{found['before']}{new}{found['after']}"
            break
    return "".join(lines)


def with_references(text: str, found: Iterable[Reference], new: str) -> str:
    """Each of ``found``, all of them of this text, names ``new``."""
    lines = _LINE.findall(text)
    # From below: a line that is added moves only what is below it.
    for reference in sorted(found, key=lambda each: each.line, reverse=True):
        if reference.kind is Kind.WORKFLOW and reference.implied:
            _add_setting(lines, f"defaultWorkflow: {new}")
            continue
        line = lines[reference.line - 1]
        if reference.role is not None and reference.implied:
            line = _with_agent(line, new)
        elif reference.owner_kind is Kind.TEAM and reference.kind is not Kind.WORKFLOW:
            key = "agent" if reference.kind is Kind.AGENT else "skills"
            line = _in_token(line, key, reference.name, new)
        else:
            head, colon, value = line.partition(":")
            line = head + colon + _renamed(value, reference.name, new)
        lines[reference.line - 1] = line
    return "".join(lines)


def _renamed(text: str, old: str, new: str) -> str:
    return re.sub(rf"(?<![\w-]){re.escape(old)}(?![\w-])", new, text, flags=re.IGNORECASE)


def _in_token(line: str, key: str, old: str, new: str) -> str:
    token = re.compile(rf"(?<!\S){key}=\S*")
    return token.sub(lambda found: f"{key}={_renamed(found[0].removeprefix(f'{key}='), old, new)}", line)


def _with_agent(line: str, agent: str) -> str:
    """``- role: what it does`` names its agent."""
    body = line.rstrip("\r\n")
    found = _ROLE.match(body)
    assert found is not None, "the parser saw a role here"
    rest = found["rest"]
    apart = " " if rest and not rest[0].isspace() else ""
    return f"{found['before']}: agent={agent}{apart}{rest}{line[len(body) :]}"


def _add_setting(lines: list[str], setting: str) -> None:
    """To the front matter, which is made when there is none."""
    mark = "\ufeff" if lines and lines[0].startswith("\ufeff") else ""
    ending = lines[0][len(lines[0].rstrip("\r\n")) :] if lines else "\n"
    end = _end_of_front_matter(lines)
    if end:
        lines.insert(end, f"{setting}{ending}")
    else:
        if lines:
            lines[0] = lines[0].removeprefix(mark)
        lines[:0] = [f"{mark}{_RULE}{ending}", f"{setting}{ending}", f"{_RULE}{ending}"]


def _end_of_front_matter(lines: list[str]) -> int:
    """The index of the rule that closes it; 0 when there is none."""
    if not lines or lines[0].removeprefix("\ufeff").rstrip() != _RULE:
        return 0
    return next((index for index, line in enumerate(lines[1:], 1) if line.rstrip() == _RULE), 0)
