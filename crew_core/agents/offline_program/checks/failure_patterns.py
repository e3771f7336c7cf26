"""How tools say that something is wrong: a table of what their lines look like."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum


class Gives(Enum):
    """What a line means for the work list."""

    #: All of it in one line: path, line, what.
    FINDING = "finding"
    #: A test that failed, by name; places that follow belong to it.
    TEST = "test"
    #: The end of a section: the test by its full name, mostly with the reason.
    SUMMARY = "summary"
    #: Where the current test failed.
    PLACE = "place"
    #: What the current test said.
    REASON = "reason"
    #: A file, whose findings follow without its name.
    FILE = "file"
    #: A finding in that file.
    IN_FILE = "in-file"


@dataclass(frozen=True, slots=True)
class Pattern:
    """Groups ``path``, ``line``, ``test`` and ``what`` are taken where the pattern has them."""

    tool: str
    gives: Gives
    form: re.Pattern[str]


def _row(tool: str, gives: Gives, form: str) -> Pattern:
    return Pattern(tool, gives, re.compile(form))


#: The first row that fits a line decides.
PATTERNS = (
    _row("pytest", Gives.SUMMARY, r"(?:FAILED|ERROR) (?P<test>(?P<path>[^\s:]+\.py)(?:::.+?)?)(?: - (?P<what>.*))?$"),
    _row("pytest", Gives.TEST, r"_{3,} (?:ERROR (?:at (?:setup|teardown) of|collecting) )?(?P<test>\S.*?) _{3,}$"),
    _row("pytest", Gives.REASON, r"E {3}(?P<what>\S.*)$"),
    _row("unittest", Gives.TEST, r"(?:FAIL|ERROR): (?P<short>\w+) \((?P<test>[\w.]+)\)"),
    _row("python", Gives.PLACE, r" {2}File \"(?P<path>[^\"]+)\", line (?P<line>\d+)(?:, in .*)?$"),
    _row("cargo", Gives.PLACE, r"thread '(?P<test>[^']+)' (?:\(\d+\) )?panicked at (?P<path>[^:]+):(?P<line>\d+):\d+"),
    _row("cargo", Gives.TEST, r"test (?P<test>\S+) \.\.\. FAILED$"),
    _row("rustc", Gives.TEST, r"(?P<test>error(?:\[E\d+\])?: .+)$"),
    _row("rustc", Gives.PLACE, r" *--> (?P<path>[^:]+):(?P<line>\d+):\d+$"),
    _row("go test", Gives.TEST, r" *--- FAIL: (?P<test>\S+) \("),
    _row("go test", Gives.PLACE, r" +(?P<path>[\w./-]+\.go):(?P<line>\d+): (?P<what>.*)$"),
    _row("tap", Gives.TEST, r" *not ok \d+ -? ?(?P<test>[^#]*[^#\s])(?: # .*)?$"),
    _row("tap", Gives.PLACE, r" +location: '?(?:file://)?(?P<path>[^':]+):(?P<line>\d+):\d+'?$"),
    _row("tap", Gives.REASON, r" +error: '?(?P<what>[^'|]\S.*?)'?$"),
    _row("node spec", Gives.PLACE, r"test at (?P<path>[^:]+):(?P<line>\d+):\d+$"),
    _row("node spec", Gives.TEST, r" *✖ (?!failing tests)(?P<test>.+?) \([\d.]+ms\)$"),
    _row("jest", Gives.TEST, r" *● (?P<test>.+ › .+|\S.+)$"),
    _row("stack", Gives.PLACE, r" +at (?:.*\()?(?:file://)?(?P<path>[^\s():]+\.[cm]?[jt]sx?):(?P<line>\d+):\d+\)?$"),
    _row("tsc", Gives.FINDING, r"(?P<path>[^\s(]+)\((?P<line>\d+),\d+\): error (?P<what>TS\d+: .*)$"),
    _row("eslint", Gives.IN_FILE, r" +(?P<line>\d+):\d+ +error +(?P<what>\S.*)$"),
    _row("eslint", Gives.FILE, r"(?P<path>/?[^\s:]+\.(?:[cm]?[jt]sx?|vue|svelte))$"),
    _row("mypy", Gives.FINDING, r"(?P<path>[^\s:]+):(?P<line>\d+):(?:\d+:)? error: (?P<what>.*)$"),
    _row("ruff", Gives.FINDING, r"(?P<path>[^\s:]+):(?P<line>\d+):\d+: (?P<what>[A-Z]{1,4}\d{2,4}:? .*)$"),
    _row("ruff", Gives.FINDING, r"(?P<path>[^\s:]+):(?P<line>\d+):\d+: (?P<what>(?:invalid-syntax|SyntaxError): .*)$"),
    _row("pytest", Gives.PLACE, r"(?P<path>[^\s:]+\.py):(?P<line>\d+): (?:in .+|\w[\w.]*|)$"),
    _row("compiler", Gives.FINDING, r"(?P<path>[^\s:]+\.\w+):(?P<line>\d+):\d+: (?:fatal )?error: (?P<what>.*)$"),
    _row(
        "make", Gives.FINDING, r"make(?:\[\d+\])?: \*\*\* \[(?P<path>[^\s:]+):(?P<line>\d+): (?P<what>.+?\] Error \d+)"
    ),
)

#: Taken only when nothing above fits anywhere, and only for files that exist.
GENERIC = re.compile(r"(?<![\w/.-])(?P<path>[\w./-]+\.\w{1,6}):(?P<line>\d{1,6})(?::\d+)?[:\s]*(?P<what>.*)$")
