"""The end of a run, whichever it is: its verdict, and ``summary.md`` for the person."""

from __future__ import annotations

from datetime import datetime

from crew_core.engine.foreign_text import code_block, visible
from crew_core.engine.keeping import keep
from crew_core.engine.ledger import Ledger
from crew_core.engine.seams import Seams
from crew_core.model import events as e
from crew_core.model.explain import explain_task
from crew_core.model.spent import total
from crew_core.model.state import RunState, Task
from crew_core.model.status import FOR_GOOD, RunStatus
from crew_core.model.verdict import RunVerdict, run_verdict
from crew_core.store.clock import iso, parse_iso
from crew_core.store.layout import RunLayout
from crew_core.store.regular import open_regular

_EXCERPT_BYTES = 2048

_ENDS: dict[RunStatus, type[e.RunEnded]] = {
    RunStatus.COMPLETED: e.RunCompleted,
    RunStatus.FAILED: e.RunFailed,
    RunStatus.CANCELLED: e.RunCancelled,
}


def close_out(layout: RunLayout, seams: Seams, ledger: Ledger, clock_spent_s: float) -> None:
    """Write the summary and record the one event that ends the run, whatever its end is."""
    state = ledger.state
    verdict = run_verdict(state)
    excerpts = {task.id: _excerpt(layout, task) for task in state.tasks.values()}
    text = summary(state, verdict, seams.clock.now(), excerpts)
    artifact = keep(layout, seams, "summary.md", text.encode(), kind="summary", producer="coordinator")
    ledger.record(e.ArtifactRecorded(artifact=artifact))
    end = _ENDS[verdict.status](code=verdict.code, clock_spent_s=clock_spent_s, counts=verdict.counts)
    ledger.record(end, message=verdict.detail)


def _excerpt(layout: RunLayout, task: Task) -> str:
    if task.result_artifact is None:
        return ""
    try:
        with open_regular(layout.artifacts / task.result_artifact.path) as file:
            return file.read(_EXCERPT_BYTES).decode("utf-8", "replace").strip()
    except FileNotFoundError:
        return "(the result file is missing)"


def summary(state: RunState, verdict: RunVerdict, now: datetime, excerpts: dict[str, str]) -> str:
    """``summary.md``. ``excerpts`` has the first lines of each task's result."""
    run = state.run
    lines = [
        f"# {_one_line(run.goal)}",
        "",
        f"- run: `{run.run_id}`",
        f"- status: **{verdict.status}** ({_one_line(verdict.detail)})",
        f"- team: {run.team}, workflow: {run.workflow}",
        f"- started: {run.started_at or run.created_at}, ended: {iso(now)}",
        f"- directory: `{run.cwd}`",
        *_used(state),
        "",
        "| task | agent | status | attempts | time | result |",
        "|---|---|---|---|---|---|",
    ]
    lines += [_row(task, now) for task in state.tasks.values()]
    for task in state.tasks.values():
        lines += _section(task, state, excerpts.get(task.id, ""))
    if verdict.status is not RunStatus.COMPLETED and verdict.code not in FOR_GOOD:
        lines += ["", f"To run again what did not complete: `crew-tui retry {run.run_id}`"]
    # Whoever prints it to a terminal must not have it obeyed.
    return visible("\n".join(lines) + "\n")


def _used(state: RunState) -> list[str]:
    """What its agents have used, as far as that is known; nothing when nobody has reported anything."""
    spent = total(task.used for task in state.tasks.values())
    if not spent.attempts or (spent.tokens is None and spent.cost is None):
        return []
    tokens = f"{'at least ' if spent.tokens_unknown else ''}{spent.tokens:,} tokens" if spent.tokens is not None else ""
    about = "at least " if spent.cost_unknown else ""
    source = " by the table of prices" if spent.priced else ""
    cost = f"{about}${spent.cost:,.2f}{source}" if spent.cost is not None else "cost unknown"
    return [f"- used: {', '.join(part for part in (tokens, cost) if part)}"]


def _row(task: Task, now: datetime) -> str:
    result = f"`artifacts/{task.result_artifact.path}`" if task.result_artifact else "–"
    worked_s = _worked_s(task, now)
    seconds = "–" if worked_s is None else f"{worked_s:.1f} s"
    return f"| {task.id} | {task.agent} | {task.status} | {len(task.tried)} | {seconds} | {result} |"


def _worked_s(task: Task, now: datetime) -> float | None:
    """How long agents have worked on it, as the dashboard counts: its attempts without the waiting between them."""
    spans = [(each.started_at, each.ended_at or task.finished_at) for each in task.attempts if each.started_at]
    if not spans:
        return None
    return sum((((parse_iso(end) if end else now) - parse_iso(begun)).total_seconds()) for begun, end in spans)


def _section(task: Task, state: RunState, excerpt: str) -> list[str]:
    reason = _one_line(explain_task(task, state))
    if not reason and not excerpt:
        return []
    lines = ["", f"## {task.id}: {task.status}"]
    if reason:
        lines += ["", reason]
    if excerpt:
        lines += ["", code_block("", excerpt)]
    return lines


def _one_line(text: str) -> str:
    return " ".join(text.split())
