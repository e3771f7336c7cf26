"""`doctor`: what a run needs, how it stands here, and what to do about what is not well."""

from __future__ import annotations

from collections.abc import Sequence

from crew_core.model.usage import Usage
from crew_core.ops.checkup.finding import Finding, Level
from crew_core.ops.doctor import Checkup, try_agent_programs
from crew_core.ops.doctor import doctor as check
from crew_core.ops.errors import OpsError
from crew_core.ops.probe import probe
from crew_core.ops.probe_program import ProgramTrial
from crew_core.ops.probe_run import ProbeResult
from crew_tui.cli.call import Call
from crew_tui.cli.json_form import document
from crew_tui.cli.printing import Screen, screen_for
from crew_tui.lines import Tone
from crew_tui.quantities import UNKNOWN, duration
from crew_tui.text import clean

_TONES = {Level.OK: Tone.OK, Level.WARN: Tone.WARN, Level.FAIL: Tone.FAIL}


def doctor(call: Call) -> int:
    """Print a line for each thing that was looked at. 1 when one of them would keep a run from working."""
    screen = screen_for(plain=call.plain)
    if call.options.probe:
        call.will_write()
    checkup = check(call.start, writing=not call.read_only)
    if not call.json:
        _show(checkup, screen)
    tried = _tried() if call.options.probe else None
    if tried is not None and not call.json:
        _show_trial(tried, screen)
    called = try_agent_programs(checkup) if call.options.probe else ()
    well = checkup.well and (tried is None or not tried.problem) and not any(each.problem for each in called)
    if call.json:
        document({"checkup": checkup, "well": well, "probe": tried, "calls": called})
    else:
        calls = [_call_finding(each) for each in called]
        for finding in calls:
            _line(finding, screen)
        _show_sum(checkup, calls, screen, well=well)
    return 0 if well else 1


def _tried() -> ProbeResult:
    try:
        return probe()
    except OpsError as error:
        return ProbeResult((), str(error))


def _show(checkup: Checkup, screen: Screen) -> None:
    for section in checkup.sections:
        screen.line((section.title, Tone.TITLE))
        for finding in section.findings:
            _line(finding, screen)


def _line(finding: Finding, screen: Screen) -> None:
    screen.line("  ", (finding.level.value.ljust(4), _TONES[finding.level]), f"  {finding.name}: {clean(finding.said)}")
    for line in screen.wrapped(clean(finding.remedy), indent=8):
        screen.line((line, Tone.DIM))


def _show_trial(tried: ProbeResult, screen: Screen) -> None:
    screen.line(("probe", Tone.TITLE))
    for stage in tried.stages:
        screen.line(f"  {stage.after_ms:>6} ms  {stage.name}")
    if tried.problem:
        remedy = "run it again with the findings above set right; if they are, this is a bug of crew-tui"
        _line(Finding(Level.FAIL, "probe", tried.problem, remedy), screen)
    else:
        _line(Finding(Level.OK, "probe", "a real worker did its task, and nothing of it is left"), screen)


def _call_finding(called: ProgramTrial) -> Finding:
    of = ", ".join(part for part in (called.version, called.model and f"model {called.model}") if part)
    took = duration(called.took_ms / 1000)
    if called.problem:
        remedy = f"try it by hand; login and how it is started: crew-tui doctor, and [programs.{called.name}]"
        return Finding(Level.FAIL, called.name, f"a live call failed after {took} ({of}): {called.problem}", remedy)
    used = _used(called.usage)
    return Finding(Level.OK, called.name, f"a live call was answered in {took} ({of}{used}): {called.answer}")


def _used(usage: Usage | None) -> str:
    if usage is None or (usage.input is None and usage.output is None):
        return ", tokens not reported"
    into, out = (UNKNOWN if number is None else str(number) for number in (usage.input, usage.output))
    return f", {into} tokens in, {out} out"


def _show_sum(checkup: Checkup, calls: Sequence[Finding], screen: Screen, *, well: bool) -> None:
    findings = [*(each for section in checkup.sections for each in section.findings), *calls]
    levels = [finding.level for finding in findings]
    counts = ", ".join(f"{levels.count(level)} {level}" for level in Level)
    screen.line()
    verdict: tuple[str, Tone] = ("runs will work here", Tone.OK) if well else ("runs will not work here", Tone.FAIL)
    if checkup.well and any(finding.level is Level.FAIL for finding in calls):
        verdict = ("runs of a program that failed will not work here", Tone.FAIL)
    screen.line(verdict, f": {counts}")
