"""`status`: one run with its tasks, and the evidence for how it stands."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from crew_core.observe.liveness import coordinator_words, liveness
from crew_core.observe.reading import RunReader, RunReading
from crew_core.observe.run_row import row_of
from crew_core.observe.slices import Liveness
from crew_core.ops.errors import OpsError
from crew_core.ops.evidence import living_workers
from crew_core.ops.find import find_run
from crew_core.ops.outputs import summary_path
from crew_core.ops.usage import record_of_run, use_of
from crew_tui.cli.call import Call
from crew_tui.cli.json_form import document
from crew_tui.cli.printing import screen_for
from crew_tui.cli.status_words import RunFacts, say_begun, say_status


def status_of_run(call: Call) -> int:
    """:raises OpsError: there is no such run, or nothing of it can be read."""
    run_dir = find_run(call.options.run, call.start)
    reading = RunReader(run_dir).read()
    if reading.state is None:
        return _begun_only(run_dir, reading, call)
    live = liveness(run_dir, reading.state.run.status)
    evidence, reasons = coordinator_words(run_dir), reading.reasons_while(live)
    workers = {} if live is Liveness.ENDED else living_workers(run_dir)
    if call.json:
        known = {"evidence": evidence, "workers": workers, "newer": reading.newer}
        told = {"run": reading.state.run, "tasks": reading.tasks, "live": live, **known}
        told["usage"] = record_of_run(use_of(reading.tasks))
        document({**told, "why": reading.why, "reasons": reasons, "problems": reading.problems})
        return 0
    facts = RunFacts(
        run_dir,
        reading.state.run,
        reading.tasks,
        live,
        why=reading.why,
        reasons=reasons,
        coordinator=evidence,
        problems=reading.problems,
        workers=workers,
        summary=summary_path(run_dir),
        newer=reading.newer,
    )
    say_status(facts, screen_for(plain=call.plain), datetime.now(UTC))
    return 0


def _begun_only(run_dir: Path, reading: RunReading, call: Call) -> int:
    """A run of which only the plan is known."""
    row = row_of(run_dir)
    if row.status is None:
        said = reading.problems[0].what if reading.problems else row.problem
        raise OpsError(f"run {run_dir.name}", f"cannot be read: {said}", f"look into {run_dir}")
    if call.json:
        document({"run": row, "tasks": (), "live": row.live, "evidence": coordinator_words(run_dir), "why": row.why})
        return 0
    say_begun(row, coordinator_words(run_dir), screen_for(plain=call.plain), datetime.now(UTC))
    return 0
