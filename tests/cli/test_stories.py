"""Stories told by the program itself, with real coordinators, supervisors and shell agents."""

from __future__ import annotations

import json
import os
import re
import signal
from pathlib import Path

import pytest

from tests.awaiting import until
from tests.cli.program import PROGRAM, Project, environment, waits_for
from tests.terminal.pty_session import PtySession

pytestmark = pytest.mark.usefixtures("no_process_left")


def test_a_run_left_to_itself_is_looked_at_cancelled_and_run_again(project: Project, tmp_path: Path) -> None:
    go = tmp_path / "go"
    project.workflow({"first": waits_for(go), "second": "echo done"}, after={"second": "first"})
    run_id = project.start()
    until((tmp_path / "go.up").exists, tmp_path, "the agent is up")
    assert project.crew("list", "--json").json["runs"][0]["live"] == "live"
    shown = " ".join(project.crew("status", "last").out.split())
    assert re.search(r"health live: coordinator pid \d+, epoch 1, holds the lock since ", shown)
    assert re.search(r"attempt 1 (running|starting): its worker lives \(pid \d+\)", shown)
    assert "waits for 01_first" in shown
    assert project.crew("artifacts", "last").err == f"crew-tui: run {run_id}: no outputs yet\n"

    cancelled = project.crew("cancel", run_id[-6:], "--reason", "enough", "--json")
    assert cancelled.status == 0, cancelled.err
    assert (cancelled.json["outcome"]["code"], cancelled.json["outcome"]["survivors"]) == ("done", 0)
    assert project.crew("cancel", "last").out == f"{run_id}: the run is cancelled already\n"

    go.touch()
    again = project.crew("retry", "last")
    assert again.out == f"{run_id}: 2 tasks run again (01_first, 02_second)\n"
    followed = project.crew("events", "last", "--follow", "--type", "run.*", "--json").out.splitlines()
    assert [json.loads(line)["event"]["type"] for line in followed][-2:] == ["run.running", "run.completed"]
    assert "done" in project.crew("transcript", "last", "02").out.splitlines()
    paths = [each["path"] for each in project.crew("artifacts", "last", "--json").json["artifacts"]]
    assert paths == ["results/01_first.txt", "results/02_second.txt", "summary.md"]
    assert project.crew("retry", "last").out == f"{run_id}: nothing failed: the run is completed\n"


def test_a_followed_run_tells_each_thing_once_and_ends_with_the_verdict(project: Project) -> None:
    scripts = {"good": r"printf '\033[2Jfine\n'", "bad": r"printf 'no \033[31mway\033[0m' >&2; exit 3", "rest": "true"}
    project.workflow(scripts, after={"rest": "bad"})
    done = project.crew("run", "try it", "--team", "crew")
    assert (done.status, done.err) == (1, "")
    head, *lines = done.out.splitlines()
    assert re.fullmatch(r"run team_\d+_\w+  3 tasks, team crew, workflow crew", head)
    told = [re.sub(r"^[\d:]{8}  ", "", line) for line in lines]
    told = [re.sub(r" in [\w.]+(?=:|$)", "", line) for line in told]
    assert told[0] == "run      started"
    assert sorted(told[1:-3]) == [
        "01_good  completed",
        "01_good  started",
        "02_bad   failed: exit status 3: no way",
        "02_bad   started",
        "03_rest  skipped: 02_bad did not complete",
    ]
    assert told[-3] == "failed: 02_bad (exit status 3: no way)"
    assert Path(told[-2].removeprefix("summary").strip()).read_text().startswith("# try it")


def test_a_run_in_json_is_one_document_or_one_object_a_line(project: Project) -> None:
    project.workflow({"only": "echo fine"})
    whole = project.crew("run", "try it", "--team", "crew", "--json")
    assert (whole.status, whole.err) == (0, "")
    assert (whole.json["run"]["status"], whole.json["tasks"][0]["status"]) == ("completed", "completed")
    lines = [
        json.loads(line) for line in project.crew("run", "x", "--team=crew", "--follow", "--json").out.splitlines()
    ]
    assert sorted(lines[0]["run"]) == ["notices", "path", "runId", "tasks", "team", "workflow"]
    assert [line["event"]["metadata"]["seq"] for line in lines[1:-1]] == list(range(1, len(lines) - 1))
    assert lines[-1]["run"]["status"] == "completed"
    detached = project.crew("run", "x", "--team", "crew", "--detach", "--json").json
    assert project.crew("events", detached["run"]["runId"], "--follow").status == 0


def test_ctrl_c_leaves_a_followed_run_and_the_run_goes_on(project: Project, tmp_path: Path) -> None:
    project.workflow({"only": waits_for(tmp_path / "go")})
    with project.begin("run", "try it", "--team", "crew", "--follow") as following:
        until((tmp_path / "go.up").exists, tmp_path, "the agent is up")
        following.send_signal(signal.SIGINT)
        _, err = following.communicate(timeout=30)
    assert following.returncode == 130
    assert re.fullmatch(r"crew-tui: run (\S+): left, and it goes on; crew-tui cancel \1 ends it\n", err)
    assert project.crew("status", "last", "--json").json["live"] == "live"
    with project.begin("transcript", "last", "only", "--follow") as reading:
        assert reading.stdout is not None
        assert [reading.stdout.readline()[:9], reading.stdout.readline()] == ["[started]", "up\n"]
        (tmp_path / "go").touch()
        assert reading.wait(30) == 0


def test_a_cancelled_run_ends_its_follower_with_130(project: Project, tmp_path: Path) -> None:
    project.workflow({"only": waits_for(tmp_path / "go")})
    with project.begin("run", "try it", "--team", "crew", "--follow") as following:
        until((tmp_path / "go.up").exists, tmp_path, "the agent is up")
        assert project.crew("stop", "last", "--task", "only", "--reason", "enough").status == 0
        out, _ = following.communicate(timeout=30)
    assert following.returncode == 130
    assert "only  is being stopped: enough\n" in out
    assert "only  cancelled: enough\n" in out


def test_a_tethered_run_ends_when_its_starter_is_killed(project: Project, tmp_path: Path) -> None:
    project.workflow({"only": waits_for(tmp_path / "go")})
    with project.begin("run", "try it", "--team", "crew", "--follow", "--tether") as starter:
        until((tmp_path / "go.up").exists, tmp_path, "the agent is up")
        starter.kill()
    assert project.crew("events", "last", "--follow").status == 0
    told = project.crew("status", "last", "--json").json["run"]
    assert (told["status"], told["code"]) == ("cancelled", "tether_gone")


def test_ctrl_c_ends_a_tethered_run_and_waits_for_that(project: Project, tmp_path: Path) -> None:
    project.workflow({"only": waits_for(tmp_path / "go")})
    with project.begin("run", "try it", "--team", "crew", "--follow", "--tether") as starter:
        until((tmp_path / "go.up").exists, tmp_path, "the agent is up")
        starter.send_signal(signal.SIGINT)
        _, err = starter.communicate(timeout=30)
    assert starter.returncode == 130
    assert err.endswith(": the run is cancelled\n")
    assert project.crew("status", "last", "--json").json["live"] == "ended"


def test_an_interrupted_run_is_resumed_without_running_anything_twice(project: Project, tmp_path: Path) -> None:
    project.workflow({"only": f'echo once >> "{tmp_path}/log"; {waits_for(tmp_path / "go")}'})
    run_id = project.start()
    until((tmp_path / "go.up").exists, tmp_path, "the agent is up")
    lock = json.loads((project.run_dir(run_id) / "coordinator.lock").read_text().strip("\0 \n"))
    os.kill(lock["identity"]["pid"], signal.SIGKILL)
    until(lambda: "interrupted" in project.crew("list").out, project.path, "the list says that nobody works on it")
    assert "its worker lives (pid " in project.crew("status", "last").out
    resumed = project.crew("resume", "last")
    assert (resumed.status, resumed.out) == (0, f"{run_id}: the run goes on\n")
    (tmp_path / "go").touch()
    assert project.crew("events", "last", "--follow").status == 0
    assert (tmp_path / "log").read_text() == "once\n"
    assert project.crew("status", "last", "--json").json["run"]["status"] == "completed"


def test_on_a_terminal_a_new_run_is_shown_in_the_dashboard_and_goes_on_without_it(
    project: Project, tmp_path: Path
) -> None:
    project.workflow({"only": waits_for(tmp_path / "go")})
    argv = [*PROGRAM, "run", "try it", "--team", "crew"]
    with PtySession(argv, environment() | {"PWD": str(project.path)}, size=(100, 30)) as terminal:
        terminal.wait_for("01_only")
        terminal.press("q")
        assert terminal.exit_status() == 0
        assert terminal.is_clean()
    assert project.crew("status", "last", "--json").json["live"] == "live"
    assert project.crew("cancel", "last").status == 0


def test_on_a_terminal_a_new_run_is_followed_in_lines_when_they_are_wanted(project: Project) -> None:
    project.workflow({"only": "exit 3"})
    argv = [*PROGRAM, "run", "try it", "--team", "crew", "--plain"]
    with PtySession(argv, environment() | {"PWD": str(project.path)}, size=(100, 30)) as terminal:
        terminal.wait_for("results")
        assert terminal.exit_status() == 1
        assert "failed: 01_only" in terminal.text()
        assert b"\x1b" not in terminal.raw


def test_the_crew_of_the_readme_works_as_written(project: Project) -> None:
    readme = (Path(__file__).parents[2] / "README.md").read_text()
    found = re.findall(r"^`\.crew/(\S+)`\n\n(`{3,})markdown\n(.*?)^\2$", readme, re.MULTILINE | re.DOTALL)
    assert len(found) == 3
    for name, _, text in found:
        project.write(name, text)
    (project.path / "test_it.py").write_text("def test_it():\n    assert True\n")
    assert project.crew("trust", ".").status == 0
    done = project.crew("run", "check it", "--team", "checks")
    assert done.status in (0, 1), done.err
    out = project.crew("transcript", "last", "report").out
    assert re.search(r"^01_lint (completed|failed) \d+ bytes$", out, re.MULTILINE)
    assert re.search(r"^02_test (completed|failed) \d+ bytes$", out, re.MULTILINE)
