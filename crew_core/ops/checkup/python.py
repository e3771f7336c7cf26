"""Python, the packages that this program needs, and the platform."""

from __future__ import annotations

import platform
import re
import sys
from collections.abc import Iterator
from importlib import metadata

from crew_core.ops.checkup.finding import Finding, fail, ok, warn

_OLDEST = (3, 11)
_PROGRAM = "crew-tui"
_REINSTALL = "install crew-tui again with its dependencies: pip install --force-reinstall crew-tui"

_REQUIREMENT = re.compile(r"(?P<name>[A-Za-z0-9._-]+)(?P<bounds>[^;]*)(?:;(?P<marker>.*))?")
_BOUND = re.compile(r"(?P<how>==|>=|<=|<|>)\s*(?P<version>[0-9.]+)")


def findings() -> Iterator[Finding]:
    version = platform.python_version()
    if sys.version_info >= _OLDEST:
        yield ok("python", f"{version}, {sys.executable}")
    else:
        yield fail("python", f"{version} is too old", f"use Python {'.'.join(map(str, _OLDEST))} or newer")
    yield _platform()
    yield from _packages()


def _platform() -> Finding:
    said = f"{platform.system()} {platform.release()} {platform.machine()}"
    if sys.platform in ("linux", "darwin"):
        return ok("platform", said)
    return fail("platform", f"{said} is not supported", "use Linux, macOS, or Windows through WSL")


def _packages() -> Iterator[Finding]:
    try:
        required = metadata.requires(_PROGRAM) or []
    except metadata.PackageNotFoundError:
        yield warn("packages", "crew-tui is not installed as a package, so its needs are not known", _REINSTALL)
        return
    wrong = [problem for line in required if (problem := _problem(line))]
    if wrong:
        yield fail("packages", "; ".join(wrong), _REINSTALL)
    else:
        yield ok("packages", f"crew-tui {metadata.version(_PROGRAM)} with everything that it needs")


def _problem(line: str) -> str:
    """What is wrong about one requirement; empty when nothing is, or when it is not for here."""
    found = _REQUIREMENT.match(line)
    if found is None or not _for_us(found["marker"] or ""):
        return ""
    try:
        version = metadata.version(found["name"])
    except metadata.PackageNotFoundError:
        return f"{found['name']} is missing"
    kept = all(_keeps(version, bound["how"], bound["version"]) for bound in _BOUND.finditer(found["bounds"]))
    return "" if kept else f"{found['name']} is {version}, and must be {found['bounds'].strip()}"


def _for_us(marker: str) -> bool:
    return "extra" not in marker and ("sys_platform" not in marker or f"{sys.platform!r}" in marker.replace('"', "'"))


def _keeps(version: str, how: str, bound: str) -> bool:
    have, want = _numbers(version), _numbers(bound)
    length = max(len(have), len(want))
    a, b = ((*each, *[0] * (length - len(each))) for each in (have, want))
    return {"==": a == b, ">=": a >= b, "<=": a <= b, "<": a < b, ">": a > b}[how]


def _numbers(version: str) -> list[int]:
    found = re.match(r"\d+(?:\.\d+)*", version)
    return [int(part) for part in found[0].split(".")] if found else []
