"""Running the checks of a project, each under its limit, and judging what each came to."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Collection
from contextlib import suppress
from pathlib import Path

from crew_core.agents.offline_program.checks.check import Check, Checked, Failure, Result, State
from crew_core.agents.offline_program.checks.choosing import find_checks
from crew_core.agents.offline_program.checks.environment import Scratch
from crew_core.agents.offline_program.checks.failures import read_failures
from crew_core.agents.offline_program.git import Git
from crew_core.agents.offline_program.plain_text import output_lines, shown
from crew_core.agents.offline_program.survey.listing import Listing, list_files
from crew_core.agents.offline_program.tool_run import Ended, Limits, ToolRun
from crew_core.agents.offline_program.work import Work

#: Head and tail of an output: the beginning has the first failure, the end the summary.
_OUTPUT_BYTES = 1024 * 1024
_LAST_LINES = 12

#: Exit status → meaning, by what the command has in it; pytest documents its own.
_PYTEST = {4: (State.NOT_RUN, "pytest refuses its arguments"), 5: (State.NOTHING, "pytest chose no test")}

#: What a run that tested nothing prints, and what one prints that tested something: a check may have several runs.
_NOTHING = re.compile(
    r"(?m)^(?:Ran 0 tests in|(?:#|ℹ) tests 0\s*$|No tests found, exiting|running 0 tests|\?? *\S+\s+\[no test files\])"
)
_SOMETHING = re.compile(r"(?m)^(?:Ran [1-9]|(?:#|ℹ) tests [1-9]|Tests: +\d|running [1-9]|ok\s+\S+\s+[\d(])")

#: A command was not there, as make says it; shells and package managers say it by their exit status.
_MISSING = re.compile(r"(?m)\*\*\* \[.*\] Error 12[67]\b")
_MAKES_OWN = re.compile(r"\] Error \d+$")
_NO_MODULE = re.compile(r"(?m)^E? *ModuleNotFoundError: No module named '(?P<module>[\w.]+)'")


def run_checks(work: Work) -> Checked:
    """Find and run them. When the packet refuses checks nothing of the project is run, not even a version."""
    listing = list_files(work, Git(work))
    if work.packet.checks_refused:
        return Checked(find_checks(work, listing, None), refused=shown(work.packet.checks_refused))
    with tempfile.TemporaryDirectory(prefix="crew-offline-", ignore_cleanup_errors=True) as place:
        scratch = Scratch(Path(place))
        found = find_checks(work, listing, scratch)
        before, names = _state_of(work.root, listing), _names(work.root)
        results = tuple(_run(work, check, listing, scratch) for check in found.checks)
        _remove_empty(work.root, names)
        after = _state_of(work.root, list_files(work, Git(work))) if results else before
    changed = sorted(path for path in before.keys() | after.keys() if before.get(path) != after.get(path))
    return Checked(found, results, changed=tuple(changed))


def _remove_empty(root: Path, names: Collection[str]) -> None:
    """Directories that were made for what then was kept elsewhere, as plugins of test programs do."""
    for name in _names(root) - set(names):
        with suppress(OSError):
            (root / name).rmdir()


def _names(root: Path) -> set[str]:
    return {path.name for path in root.iterdir()}


def _state_of(root: Path, listing: Listing) -> dict[str, tuple[int, int]]:
    """Size and time of every file that counts: what the checks change shows by them."""
    state = {}
    for path in listing.paths:
        try:
            about = (root / path).lstat()
        except (OSError, ValueError):
            continue
        state[path] = (about.st_size, about.st_mtime_ns)
    return state


def _run(work: Work, check: Check, listing: Listing, scratch: Scratch) -> Result:
    if work.interruption.asked:
        return Result(check, State.NOT_FINISHED, None, 0.0, "interrupted before it began")
    limits = Limits(work.packet.check_timeout_s, _OUTPUT_BYTES, whole=False)
    program = Path(check.argv[0]).name
    run = work.tool(program, check.argv, scratch.environment(), limits, check.command)
    lines = output_lines(run.output)
    failures = read_failures(work.root, listing, lines) if run.status else ()
    state, why = _judged(check, run, "\n".join(lines), listing, any(map(_is_evidence, failures)))
    if run.ended is Ended.TIMED_OUT:
        why = f"cut off after {work.packet.check_timeout_s:g} s"
    failures = failures if state is State.FAILED else ()
    last = tuple(line[:240] for line in lines if line.strip())[-_LAST_LINES:]
    return Result(check, state, run.status, run.duration_s, why, failures, last)


def _is_evidence(failure: Failure) -> bool:
    """Whether it says what failed; make's own line only says that something did."""
    return bool(failure.test) or _MAKES_OWN.search(failure.what) is None


def _judged(check: Check, run: ToolRun, output: str, listing: Listing, has_failures: bool) -> tuple[State, str]:
    """What a run means. A status other than 0 is a failure only when the check itself could be carried out."""
    match run.ended:
        case Ended.NOT_STARTED:
            return State.NOT_RUN, shown(run.error)
        case Ended.TIMED_OUT:
            return State.NOT_FINISHED, "cut off"
        case Ended.INTERRUPTED | Ended.SAID_ENOUGH:
            return State.NOT_FINISHED, "interrupted"
        case Ended.FINISHED:
            status = run.status or 0
            if "pytest" in check.argv and status in _PYTEST:
                return _PYTEST[status]
            return _by_status(status, output, listing, has_failures)


def _by_status(status: int, output: str, listing: Listing, has_failures: bool) -> tuple[State, str]:
    nothing = _NOTHING.search(output) is not None and _SOMETHING.search(output) is None
    if status < 0:
        return State.FAILED, f"ended by signal {-status}"
    if module := _missing_module(output, listing) if status else "":
        return State.NOT_RUN, f"the Python module {module} is not installed"
    # What was found by name failed, whatever else was said.
    if nothing and not has_failures:
        return State.NOTHING, "no test was run"
    if status == 0:
        return State.PASSED, ""
    if not has_failures and (status in (126, 127) or _MISSING.search(output)):
        return State.NOT_RUN, "a command that it needs is not installed"
    return State.FAILED, f"exit status {status}"


def _missing_module(output: str, listing: Listing) -> str:
    """A module that the run lacked and that is not the project's own, when nothing else failed."""
    missing = {found["module"].partition(".")[0] for found in _NO_MODULE.finditer(output)}
    if not missing or re.search(r"(?m)^FAILED |^E +(?!ModuleNotFoundError)\w*Error\b", output):
        return ""
    own = {part.removesuffix(".py") for path in listing.paths for part in path.split("/")}
    return "" if missing & own else min(missing)
