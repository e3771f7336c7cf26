"""`doctor`: lines for people, a document for programs, and an exit status for scripts."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from crew_tui.cli.json_form import plain
from tests.cli.conftest import Run
from tests.cli.program import PROGRAM, Project, environment
from tests.resources.resource_files import put
from tests.terminal.pty_session import PtySession


def test_each_part_has_a_line_and_the_last_one_is_the_verdict(project: Project, crew: Run) -> None:
    project.workflow({"one": "true"})
    told = crew("doctor")
    assert (told.status, told.err) == (0, "")
    lines = told.out.splitlines()
    for title in ("program", "processes", "storage", "watching", "agent programs", "runs", "terminal", "nesting"):
        assert title in lines
    assert "  OK    shell: adapter, " in told.out
    assert lines[-1].startswith("runs will work here: ")
    assert lines[-1].endswith(", 0 FAIL")


def test_what_fails_is_status_1_and_has_its_remedy_below(project: Project, crew: Run) -> None:
    project.workflow({"one": "true"})
    project.write("workflows/crew.workflow.md", "## one\nrole: worker\ndependsOn: tow\n")
    told = crew("doctor")
    assert told.status == 1
    lines = told.out.splitlines()
    at = next(number for number, line in enumerate(lines) if line.startswith("  FAIL  resources: "))
    assert "crew.workflow.md:3: step 'one' depends on unknown step 'tow'" in lines[at]
    assert lines[at + 1].startswith("        ")
    assert lines[-1].startswith("runs will not work here: ")


def test_json_is_one_document_with_everything(project: Project, crew: Run, own_home: object) -> None:
    project.workflow({"one": "true"})
    told = crew("doctor", "--json", "--read-only").json
    assert told["well"] is True
    assert told["probe"] is None
    assert told["checkup"]["project"] == str(project.path)
    titles = [section["title"] for section in told["checkup"]["sections"]]
    assert titles == list(dict.fromkeys(titles))
    assert {each["level"] for section in told["checkup"]["sections"] for each in section["findings"]} <= {"OK", "WARN"}


def test_json_is_a_document_also_where_a_name_is_no_utf_8(
    tmp_path: Path, crew: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    strange = tmp_path / os.fsdecode(b"caf\xe9")
    (strange / ".crew").mkdir(parents=True)
    monkeypatch.chdir(strange)
    assert crew("doctor", "--json").json["checkup"]["project"] == str(tmp_path / "caf\ufffd")
    assert plain({str(strange): [str(strange)]}) == {f"{tmp_path}/caf\ufffd": [f"{tmp_path}/caf\ufffd"]}


def test_a_probe_is_a_real_run_and_refused_where_nothing_may_be_written(
    project: Project, crew: Run, no_process_left: None
) -> None:
    project.workflow({"one": "true"})
    told = project.crew("doctor", "--probe")
    assert told.status == 0, told.out
    assert "supervisor runs the worker" in told.out
    assert "a real worker did its task, and nothing of it is left" in told.out
    assert not (project.path / ".crew" / "runs").exists()
    assert crew("doctor", "--probe", "--read-only").status == 4


def test_nothing_of_the_project_is_imported(project: Project, tmp_path: Path, no_process_left: None) -> None:
    project.workflow({"one": "true"})
    for name in ("crew_core", "msgspec", "json", "ctypes", "sitecustomize"):
        put(project.path / f"{name}.py", f"open({str(tmp_path / 'touched')!r}, 'a').write({name!r})\n")
    # As installed: the directory that we are in is not on the path of the program itself.
    program = Path(sys.executable).with_name("crew-tui")
    done = subprocess.run([program, "doctor", "--probe"], cwd=project.path, capture_output=True, text=True, check=False)
    assert not (tmp_path / "touched").exists()
    assert done.returncode == 0, done.stdout


def test_a_word_with_fail_in_it_is_no_failure(project: Project, crew: Run) -> None:
    put(project.path / "FAIL" / ".crew" / "x", "")
    told = crew("doctor", "--root", str(project.path / "FAIL"))
    assert told.status == 0
    assert "FAIL" in told.out


@pytest.mark.parametrize(("size", "told"), [((80, 24), "OK    terminal: 80x24"), ((60, 20), "WARN  terminal: 60x20")])
def test_on_a_terminal_its_size_is_judged(project: Project, size: tuple[int, int], told: str) -> None:
    with PtySession([*PROGRAM, "doctor", "--root", str(project.path)], environment(), size) as session:
        session.exit_status()
        assert told in session.raw.decode().replace("\x1b[32m", "").replace("\x1b[33m", "").replace("\x1b[0m", "")
