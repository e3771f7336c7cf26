"""`artifacts`: the outputs of a run."""

from __future__ import annotations

from crew_core.model.records import Artifact
from crew_core.observe.reading import RunReader
from crew_core.ops.errors import OpsError
from crew_core.ops.find import find_run
from crew_core.ops.outputs import Output, outputs
from crew_tui.cli.call import Call
from crew_tui.cli.json_form import document, plain
from crew_tui.cli.printing import Heading, Row, note, screen_for
from crew_tui.lines import Tone
from crew_tui.text import clean

_HEADINGS = (Heading("BYTES", right=True), Heading("CONTENT"), Heading("FROM"), Heading("PATH"))


def artifacts(call: Call) -> int:
    """List them, each compared with the hash that was recorded when it was stored."""
    run_dir = find_run(call.options.run, call.start)
    reading = RunReader(run_dir).read()
    if reading.state is None and reading.problems:
        raise OpsError(f"run {run_dir.name}", f"cannot be read: {reading.problems[0].what}")
    found = outputs(run_dir, reading.state) if reading.state else []
    if call.json:
        document({"artifacts": [_record(output) for output in found], "runId": run_dir.name})
        return 0
    if not found:
        note(f"run {run_dir.name}: no outputs yet")
        return 0
    screen = screen_for(plain=call.plain)
    screen.fact("below", str(run_dir / "artifacts"))
    screen.line()
    screen.table(_HEADINGS, [_row(output) for output in found])
    return 0


def _record(output: Output) -> dict[str, object]:
    record = plain(output.artifact)
    assert isinstance(record, dict)
    return {**record, "file": output.path, "integrity": output.integrity, "problem": output.problem}


def _row(output: Output) -> Row:
    artifact: Artifact = output.artifact
    word = output.integrity.value if output.integrity else "unreadable"
    return Row(
        (
            str(artifact.size_bytes),
            (word, Tone.OK if word == "intact" else Tone.FAIL),
            (clean(artifact.producer), Tone.DIM),
            clean(artifact.path),
        ),
        note=clean(output.problem),
    )
