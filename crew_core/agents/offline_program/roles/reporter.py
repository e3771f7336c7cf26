"""Analyst, critic and writer: what the earlier tasks found, merged, with what contradicts and what is open."""

from __future__ import annotations

from collections import defaultdict

from crew_core.agents.offline_program.condensing import Condensed, condensed
from crew_core.agents.offline_program.plain_text import count, name, quoted, shown
from crew_core.agents.offline_program.roles.explorer import explore
from crew_core.agents.offline_program.work import Outcome, Work

_POINTS = 8
_PLACES = 40
_LINES = 25
_COMPLETED = "completed"


def report(work: Work) -> Outcome:
    """Only what the inputs say is said. Without inputs there is nothing to report of, and the map is given instead."""
    if not work.earlier:
        outcome = explore(work)
        why = work.earlier_fault or "no earlier task has left a result"
        work.page.section("Why this is a map", [f"- {shown(why)}: there is nothing to report of but the directory"])
        return outcome
    found = [condensed(each) for each in work.earlier]
    page = work.page
    page.begin(f"Report on {count(len(found), 'earlier result')}")
    page.section("Goal", [f"- goal: {quoted(work.packet.goal, 400)}", f"- task: {quoted(work.packet.text, 400)}"])
    page.section("Results", [_result_line(each) for each in found])
    for each in found:
        page.section(f"From {shown(each.earlier.task_id, 80)}", _points(each))
    places = _merged_places(found)
    page.section("Places, most often named first", [line for line, _ in places[:_PLACES]])
    page.section("Contradictions", _contradictions(found), "None that a comparison of verdicts and checks shows.")
    page.section("What failed", _failed(found), "No earlier task failed.")
    page.section("Risks", _gathered(found, "risks"))
    page.section("Open", _gathered(found, "open"), "Nothing was left open in words known here.")
    return Outcome(items=tuple(path for _, path in places))


def _result_line(each: Condensed) -> str:
    earlier = each.earlier
    told = f"- {shown(earlier.task_id, 80)} ({shown(earlier.role, 40)}): {shown(earlier.status, 40)}"
    told += f", {count(earlier.size_bytes or len(each.earlier.text.encode('utf-8', 'replace')), 'byte')}"
    if earlier.cut_bytes:
        told += f", of which {earlier.cut_bytes} were not handed on"
    return told + (f", verdict {shown(each.verdict)}" if each.verdict else "")


def _points(each: Condensed) -> list[str]:
    headings = [h for h in each.headings if h]
    lines = [f"- about: {'; '.join(shown(h, 60) for h in headings[:10])}"] if headings else []
    # Points with a place or a number carry the finding; the others come if there is room.
    strong = [p for p in each.points if p in each.numbers or any(m.line and p in m.text for m in each.places)]
    chosen = list(dict.fromkeys([*strong, *each.points]))[:_POINTS]
    lines += [f"- {shown(point, 240)}" for point in chosen]
    left = len(set(each.points)) - len(chosen)
    return [*lines, f"- … and {count(left, 'point')} more"] if left > 0 else lines


def _merged_places(found: list[Condensed]) -> list[tuple[str, str]]:
    """Each file once, with its lines and who named it; (line of the report, path)."""
    lines: dict[str, set[int]] = defaultdict(set)
    tasks: dict[str, dict[str, None]] = defaultdict(dict)
    for each in found:
        for place in each.places:
            if place.line:
                lines[place.path].add(place.line)
            tasks[place.path].setdefault(shown(each.earlier.task_id, 80))
    ordered = sorted(tasks, key=lambda path: (-len(tasks[path]), -len(lines[path]), path))
    merged = []
    for path in ordered:
        numbers = sorted(lines[path])
        at = f" (line {', '.join(map(str, numbers[:8]))}{' …' if len(numbers) > 8 else ''})" if numbers else ""
        merged.append((f"- {name(path)}{at}: named by {', '.join(tasks[path])}", path))
    return merged


def _contradictions(found: list[Condensed]) -> list[str]:
    """Verdicts that differ, and one check that came to two ends."""
    lines = []
    verdicts = {each.earlier.task_id: each.verdict for each in found if each.verdict}
    if len({verdict.partition(":")[0] for verdict in verdicts.values()}) > 1:
        told = "; ".join(f"{shown(task, 80)} says {shown(verdict)}" for task, verdict in verdicts.items())
        lines.append(f"- verdicts differ: {told}")
    states: dict[str, dict[str, str]] = defaultdict(dict)
    for each in found:
        for command, state in each.states.items():
            states[command][each.earlier.task_id] = state
    for command, by_task in states.items():
        if len(set(by_task.values())) > 1:
            told = ", ".join(f"{state} in {shown(task, 80)}" for task, state in by_task.items())
            lines.append(f"- {quoted(command)}: {told}")
    return lines


def _failed(found: list[Condensed]) -> list[str]:
    lines = []
    for each in found:
        if each.earlier.status and each.earlier.status != _COMPLETED:
            why = shown(each.earlier.error) or "no reason was handed on"
            lines.append(f"- {shown(each.earlier.task_id, 80)}: {shown(each.earlier.status, 40)}, {why}")
        elif each.verdict.startswith("FAIL"):
            lines.append(f"- {shown(each.earlier.task_id, 80)}: verdict {shown(each.verdict)}")
    return lines


def _gathered(found: list[Condensed], what: str) -> list[str]:
    """Lines of all results, each once, with the tasks that said them."""
    said: dict[str, dict[str, None]] = defaultdict(dict)
    for each in found:
        for line in each.risks if what == "risks" else each.open:
            said[shown(line, 240)].setdefault(shown(each.earlier.task_id, 80))
    lines = [f"- {line} ({', '.join(tasks)})" for line, tasks in said.items()]
    return [*lines[:_LINES], f"- … and {len(lines) - _LINES} more"] if len(lines) > _LINES else lines
