"""What an agent is born with: its variables, its inputs, three descriptors, a session of its own."""

from __future__ import annotations

import fcntl
import json
import os
import signal
from pathlib import Path
from typing import Any

import pytest

from crew_core.model.attempt import Claim, ClaimKind
from crew_core.model.identity import ProcessIdentity
from crew_core.store.identity import real_identities
from crew_core.store.snapshot import read_snapshot
from tests.awaiting import until_dead
from tests.worker.real_attempt import RealAttempt, worker_of

pytestmark = pytest.mark.usefixtures("no_process_left")


def told(directory: Path, what: str, **fields: Any) -> tuple[RealAttempt, dict[str, Any]]:
    attempt = RealAttempt.make(directory, [{"do": "tell", "what": what}], **fields)
    attempt.finish()
    return attempt, json.loads(attempt.answer())


def test_it_inherits_three_descriptors_and_no_other(tmp_path: Path) -> None:
    lock = os.open(tmp_path / "slot", os.O_RDWR | os.O_CREAT)
    fcntl.flock(lock, fcntl.LOCK_EX)
    attempt = RealAttempt.make(tmp_path, [{"do": "tell", "what": "descriptors"}])
    attempt.start(pass_fds=[lock]).wait()
    os.close(lock)
    has = json.loads(attempt.answer())
    assert sorted(has) == ["0", "1", "2"]
    assert has["0"] == "/dev/null"
    assert has["1"].startswith("pipe:")
    assert has["2"].startswith("pipe:")


def test_a_slot_is_held_by_the_supervisor_and_by_nobody_below_it(tmp_path: Path) -> None:
    path = tmp_path / "slot"
    lock = os.open(path, os.O_RDWR | os.O_CREAT)
    fcntl.flock(lock, fcntl.LOCK_EX)
    child = {
        "do": "child",
        "session": "daemon",
        "then": [{"do": "touch", "path": "child"}, {"do": "wait_for", "path": "go"}],
    }
    waits = [{"do": "wait_for", "path": name} for name in ("child", "free")]
    attempt = RealAttempt.make(tmp_path, [child, *waits], keep_processes=True).start(pass_fds=[lock])
    os.close(lock)
    attempt.until_there("child")
    assert not can_lock(path)
    (attempt.work / "free").touch()
    assert attempt.wait().survivors == 1
    assert can_lock(path)
    (attempt.work / "go").touch()


def can_lock(path: Path) -> bool:
    fd = os.open(path, os.O_RDWR)
    try:
        fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    finally:
        os.close(fd)
    return True


def test_its_variables_say_who_it_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OF_THE_PERSON", "kept")
    attempt, has = told(tmp_path, "environment", goal="build it", depth=1, max_depth=3)
    spec = attempt.files
    expected = {
        "CREW_GOAL": "build it",
        "CREW_RUN_ID": "team_1_a",
        "CREW_TASK_ID": "t",
        "CREW_WORKER_ID": worker_of(tmp_path),
        "CREW_INPUTS": str(spec.inputs),
        "CREW_OUT": str(spec.out_new),
        "CREW_DEPTH": "2",
        "CREW_MAX_DEPTH": "3",
        "OF_THE_PERSON": "kept",
    }
    assert {name: has.get(name) for name in expected} == expected
    assert ProcessIdentity.decode(has["CREW_TETHER"]) == read_snapshot(spec.claim, Claim).identity


def test_its_inputs_are_a_file(tmp_path: Path) -> None:
    attempt = RealAttempt.make(tmp_path, 'cat "$CREW_INPUTS"')
    attempt.files.inputs.write_text('{"goal": "g", "inputs": [{"task": "a", "text": "$(touch x)"}]}')
    attempt.finish()
    assert attempt.answer() == attempt.files.inputs.read_bytes()


@pytest.mark.parametrize(
    "goal", ["$(touch x)", "`touch x`", '"; touch x; "', "'; touch x; '", "{files} %s \\n\n* ~ $HOME é"]
)
def test_the_goal_is_never_part_of_the_script(tmp_path: Path, goal: str) -> None:
    attempt = RealAttempt.make(tmp_path, 'printf "%s" "$CREW_GOAL"', goal=goal)
    attempt.finish()
    assert attempt.answer().decode() == goal
    assert list(attempt.work.iterdir()) == []


def test_it_leads_a_session_of_its_own(tmp_path: Path) -> None:
    attempt, has = told(tmp_path, "process")
    assert has["pid"] == has["group"] == has["session"]
    assert has["parent"] == attempt.pid


def test_it_ignores_no_signal_that_its_starter_ignored(tmp_path: Path) -> None:
    attempt = RealAttempt.make(tmp_path, [{"do": "tell", "what": "signals"}])
    attempt.start("sh", "-c", "trap '' INT TERM HUP QUIT USR1; exec \"$@\"", "sh").wait()
    # The agent is Python, which ignores these two itself.
    assert set(json.loads(attempt.answer())) <= {"SIGPIPE", "SIGXFSZ"}


def test_it_does_not_outlive_a_supervisor_that_is_killed(tmp_path: Path) -> None:
    attempt = RealAttempt.make(tmp_path, [{"do": "ignore"}, {"do": "touch", "path": "up"}, {"do": "hang"}]).start()
    attempt.until_there("up")
    status = attempt.status()
    assert status is not None
    assert status.agent is not None
    attempt.kill_supervisor()
    until_dead(status.agent)


def test_the_claim_is_whole_and_says_who_made_it(tmp_path: Path) -> None:
    attempt = RealAttempt.make(tmp_path, [{"do": "wait_for", "path": "go"}]).start()
    attempt.until(attempt.files.claim.exists)
    claim = read_snapshot(attempt.files.claim, Claim)
    assert (claim.kind, claim.worker_id) == (ClaimKind.SUPERVISOR, worker_of(tmp_path))
    assert claim.identity == real_identities().of(attempt.pid)
    (attempt.work / "go").touch()
    attempt.wait()


def test_of_many_supervisors_one_starts_the_agent(tmp_path: Path) -> None:
    attempt = RealAttempt.make(tmp_path, 'echo "$$" >> starts; echo x')
    started = [attempt.start().process for _ in range(6)]
    assert [process.wait() for process in started if process] == [0] * 6
    assert len((attempt.work / "starts").read_text().split()) == 1
    assert attempt.answer() == b"x\n"


def test_the_loser_of_a_claim_starts_nothing_and_writes_nothing(tmp_path: Path) -> None:
    attempt = RealAttempt.make(tmp_path, "touch started")
    identity = real_identities().current()
    claim = f'{{"kind":"revoked","workerId":"w","identity":{json.dumps(identity_fields(identity))},"at":""}}'
    attempt.files.claim.write_text(claim)
    attempt.start()
    assert attempt.process is not None
    assert attempt.process.wait() == 0
    assert attempt.files.claim.read_text() == claim
    assert not (attempt.work / "started").exists()
    assert [p.name for p in attempt.files.root.iterdir() if p.name in ("status.json", "result.json", "reserve")] == []


def identity_fields(identity: ProcessIdentity) -> dict[str, object]:
    return {
        "bootId": identity.boot_id,
        "pidNamespace": identity.pid_namespace,
        "pid": identity.pid,
        "startTicks": identity.start_ticks,
    }


@pytest.mark.parametrize("spec", ["", '{"schemaVersion": 99}', '{"runId": 1}'])
def test_a_spec_that_cannot_be_read_claims_nothing(tmp_path: Path, spec: str) -> None:
    attempt = RealAttempt.make(tmp_path, "touch started")
    attempt.files.spec.write_text(spec)
    attempt.start()
    assert attempt.process is not None
    assert attempt.process.wait() == 1
    assert "Traceback" not in attempt.log()
    assert not attempt.files.claim.exists()


def test_a_heartbeat_says_what_would_have_to_be_ended(tmp_path: Path) -> None:
    child = {"do": "child", "session": "daemon", "then": [{"do": "touch", "path": "child"}, {"do": "hang"}]}
    attempt = RealAttempt.make(tmp_path, [child, {"do": "hang"}], heartbeat_s=0.05).start().until_there("child")

    def names_both() -> bool:
        # On the way to being a daemon the child has been others, which a heartbeat may have seen.
        status = attempt.status()
        return status is not None and len(status.tree) == 2 and all(map(real_identities().alive, status.tree))

    attempt.until(names_both)
    status = attempt.status()
    assert status is not None
    assert status.supervisor.pid == attempt.pid
    os.kill(attempt.pid, signal.SIGTERM)
    attempt.wait()
