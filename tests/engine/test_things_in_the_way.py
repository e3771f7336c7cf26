"""An agent that puts something else where an output of the run belongs: the run ends all the same."""

from __future__ import annotations

from pathlib import Path

import pytest

from crew_core.model.status import RunStatus
from crew_core.store.layout import RunLayout
from tests.engine.real_run import RealRun
from tests.engine.run_builders import plan, task

pytestmark = pytest.mark.usefixtures("no_process_left")

_IN_THE_WAY = {
    "a directory for the summary": 'mkdir -p "{artifacts}/summary.md"',
    "a FIFO for the summary": 'mkdir -p "{artifacts}"; mkfifo "{artifacts}/summary.md"',
    "a link for the summary": 'mkdir -p "{artifacts}"; ln -s "{outside}" "{artifacts}/summary.md"',
    "a file for all outputs": 'rm -rf "{artifacts}"; echo theirs > "{artifacts}"',
    "a link to nowhere for all outputs": 'rm -rf "{artifacts}"; ln -s "{outside}.gone" "{artifacts}"',
    "a directory for the result": 'mkdir -p "{artifacts}/results/b.txt/below"',
    "a link for the results": 'rm -rf "{artifacts}/results"; ln -s "{outside}" "{artifacts}/results"',
    "a FIFO for the result of another": 'rm -f "{artifacts}/results/a.txt"; mkfifo "{artifacts}/results/a.txt"',
}


@pytest.mark.parametrize("script", _IN_THE_WAY.values(), ids=_IN_THE_WAY)
def test_the_run_ends_with_its_own_outputs_and_theirs_is_kept_aside(tmp_path: Path, script: str) -> None:
    outside = tmp_path / "outside"
    outside.write_text("precious")
    artifacts = RunLayout(tmp_path / plan().run_id).artifacts
    told = script.format(artifacts=artifacts, outside=outside)
    run = RealRun.make(tmp_path, plan(task("a", "echo one"), task("b", f"{told}\necho two", after=("a",))))
    assert run.finish().run.status is RunStatus.COMPLETED, run.log()
    assert (artifacts / "summary.md").read_text().startswith("# ")
    assert not (artifacts / "summary.md").is_symlink()
    assert run.result("b") == "two\n"
    assert outside.read_text() == "precious"
    aside = [*run.layout.root.rglob("*.in-the-way")]
    assert len(aside) == (0 if "results/a.txt" in script else 1)
