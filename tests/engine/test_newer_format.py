"""A coordinator does not take a run that a newer version has written."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.awaiting import PATIENCE_S
from tests.engine.real_run import RealRun
from tests.engine.run_builders import plan, task
from tests.store.newer_run import SAID, contents, make_newer, snapshots_of

pytestmark = pytest.mark.usefixtures("no_process_left")


def _refused(run: RealRun) -> bool:
    """A coordinator of ours came and left the run as it was."""
    before = contents(run.layout.root)
    run.start()
    assert run.process is not None
    assert run.process.wait(PATIENCE_S) == 1
    assert contents(run.layout.root) == before
    return SAID in run.log()


@pytest.mark.parametrize("newer", ["manifest.json", "workflow.json", "tasks.json", "agents.json"])
def test_an_ended_run_stays_as_it_is_also_when_a_command_waits(tmp_path: Path, newer: str) -> None:
    run = RealRun.make(tmp_path, plan(task("a", "false")))
    run.finish()
    make_newer(run.layout.root / newer)
    (run.layout.commands_new / "cmd_1.json").write_text('{"id": "cmd_1", "kind": "retry", "at": "now"}')
    assert _refused(run)


def test_a_run_that_nobody_has_begun_is_not_begun(tmp_path: Path) -> None:
    run = RealRun.make(tmp_path, plan(task("a")))
    make_newer(run.layout.plan)
    assert _refused(run)


def test_an_interrupted_run_is_not_taken_over(tmp_path: Path) -> None:
    up, go = tmp_path / "up", tmp_path / "go"
    run = RealRun.make(tmp_path, plan(task("a", f'touch "{up}"; while [ ! -e "{go}" ]; do sleep 0.01; done'))).start()
    run.until(up.exists)
    run.kill()
    go.touch()
    run.until(run.layout.attempt("a", 1).result.exists)
    make_newer(*snapshots_of(run.layout.root))
    assert _refused(run)


def test_an_event_of_an_unknown_type_of_our_format_stops_nobody(tmp_path: Path) -> None:
    run = RealRun.make(tmp_path, plan(task("a")))
    run.finish()
    last = run.events()[-1]
    later = f'{{"time":"t","type":"task.praised","runId":"r","metadata":{{"seq":{last.seq + 1},"epoch":1}}}}\n'
    with run.layout.journal.open("a") as journal:
        journal.write(later)
    (run.layout.commands_new / "cmd_1.json").write_text('{"id": "cmd_1", "kind": "retry", "at": "now"}')
    assert run.finish().commands["cmd_1"].outcome is not None
    assert "task.praised" in run.types()
