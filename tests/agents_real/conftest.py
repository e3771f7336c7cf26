"""Gathers what the suite found and tells it as a table; ``--table`` writes that into ``docs/agents.md``."""

from __future__ import annotations

import re

import pytest

from tests.agents_real.installing import ROOT
from tests.agents_real.outcomes import UNABLE, Outcome, Outcomes, write
from tests.agents_real.programs import PROGRAMS

PAGE = ROOT / "docs" / "agents.md"

_OUTCOMES = pytest.StashKey[Outcomes]()

#: ``test_read_only_role_cannot_write[claude-bash]``
_NAME = re.compile(r"test_conformance\.py::test_(?P<check>\w+)\[(?P<program>[\w:]+)(-\w+)?\]$")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--table", action="store_true", help=f"write the table into {PAGE.name}")


def pytest_configure(config: pytest.Config) -> None:
    outcomes = config.stash[_OUTCOMES] = Outcomes()
    config.pluginmanager.register(_Gathering(outcomes))


class _Gathering:
    def __init__(self, outcomes: Outcomes) -> None:
        self._outcomes = outcomes

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        found = _NAME.search(report.nodeid)
        if found is None or (report.when != "call" and report.passed):
            return
        check, program = found["check"].replace("_", " "), found["program"]
        properties = dict(report.user_properties)
        self._outcomes.places[check] = report.location[1] or 0
        if "version" in properties:
            self._outcomes.versions[program] = str(properties["version"])
        if report.skipped:
            note = str(report.longrepr[2]) if isinstance(report.longrepr, tuple) else ""
            self._outcomes.add(check, program, Outcome.SKIPPED, note.removeprefix("Skipped: "))
        elif report.failed:
            self._outcomes.add(check, program, Outcome.FAILED)
        elif UNABLE in properties:
            self._outcomes.add(check, program, Outcome.UNABLE, str(properties[UNABLE]))
        else:
            self._outcomes.add(check, program, Outcome.PASSED)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    outcomes = config.stash[_OUTCOMES]
    if not outcomes.cells:
        return
    lines = outcomes.table([program.name for program in PROGRAMS])
    terminalreporter.section("what the programs can do")
    for line in lines:
        terminalreporter.line(line)
    if config.getoption("--table", default=False):
        write(PAGE, lines)
