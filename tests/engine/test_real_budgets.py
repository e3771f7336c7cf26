"""Stories of runs with limits of tokens and cost, with real coordinators, supervisors and agents that report use."""

from __future__ import annotations

import signal
from pathlib import Path

import pytest
from msgspec.structs import replace

from crew_core.model import events as e
from crew_core.model.commands import OutcomeCode
from crew_core.model.events import payload_of
from crew_core.model.plan import AgentPlan, Limits, RunPlan, TaskPlan
from crew_core.model.prices import NANO, Price
from crew_core.model.spent import total
from crew_core.model.state import RunState
from crew_core.model.status import Access, RunStatus, StopCode, TaskStatus
from crew_core.ops import control
from tests.engine.real_run import RealRun
from tests.engine.run_builders import plan, task

pytestmark = pytest.mark.usefixtures("no_process_left")

#: One response: its tokens are told when it is over, a moment after it began.
RESPONSE = 1000
_ANSWERS = 'for i in $(seq {count}); do sleep 0.2; echo "use {tokens} 0"; done; echo done\n'


def responses(count: int, tokens: int = RESPONSE) -> str:
    return _ANSWERS.format(count=count, tokens=tokens)


def metered(
    *tasks: TaskPlan, model: str | None = None, prices: dict[str, Price] | None = None, **limits: float
) -> RunPlan:
    of = plan(*tasks, limits=Limits(max_workers=4, machine_workers=64, **limits))  # type: ignore[arg-type]
    agents = {
        "reader": AgentPlan(name="reader", program="metered", access=Access.READ, model=model),
        "writer": AgentPlan(name="writer", program="shell", access=Access.READ),
    }
    return replace(of, agents=agents, prices=prices or {})


def real(directory: Path, of: RunPlan) -> RealRun:
    return RealRun.make(directory, of, "tests.engine.metered_agent")


def used(state: RunState) -> int:
    return total(each.used for each in state.tasks.values()).known_tokens


def test_a_token_limit_is_exceeded_by_at_most_one_response_of_each_running_worker(tmp_path: Path) -> None:
    limit = 40_500
    # Each reports more in a response than what a first response is taken to need: all three run to the limit.
    work = [task(f"t{i}", responses(30, 2_000)) for i in range(2)]
    run = real(tmp_path, metered(*work, task("behind", responses(1), after=("t0", "t1")), max_tokens=limit))
    state = run.finish()
    assert (state.run.status, state.run.code) == (RunStatus.FAILED, StopCode.BUDGET_EXHAUSTED), run.log()
    workers = sum(t.attempts != () for t in state.tasks.values())
    assert workers == 2
    assert limit <= used(state) <= limit + workers * 2_000
    assert {t.id: t.status for t in state.tasks.values()} == dict.fromkeys(("t0", "t1", "behind"), TaskStatus.CANCELLED)
    assert "40,500 tokens is used up" in (state.run.summary or "")
    stops = [each for each in run.events() if each.type == "run.stopping"]
    assert len(stops) == 1


def test_what_is_reserved_stands_in_the_journal_before_anything_starts(tmp_path: Path) -> None:
    run = real(tmp_path, metered(task("a", responses(1)), task("b", responses(1)), max_tokens=30_000))
    state = run.finish()
    assert state.run.status is RunStatus.COMPLETED, run.log()
    told = [payload_of(each) for each in run.events() if each.type == "attempt.starting"]
    kept = [each.reservation.tokens for each in told if isinstance(each, e.AttemptStarting) and each.reservation]
    # The second one waits until the first has used less than was kept for it.
    assert kept == [20_000, RESPONSE]
    held = [each for each in run.events() if each.type == "task.held" and each.data.get("hold")]
    assert [each.data["hold"]["cause"] for each in held] == ["budget"]
    assert used(state) == 2 * RESPONSE


def test_a_supervisor_keeps_to_what_was_left_also_without_a_coordinator(tmp_path: Path) -> None:
    run = real(tmp_path, metered(task("a", responses(60)), max_tokens=3 * RESPONSE)).start()
    run.until(lambda: "attempt.started" in run.types("a"))
    run.kill()
    attempt = run.layout.attempt("a", 1)
    run.until(attempt.result.exists)
    state = run.finish()
    assert state.run.code == StopCode.BUDGET_EXHAUSTED, run.log()
    assert 3 * RESPONSE <= used(state) <= 4 * RESPONSE
    assert state.tasks["a"].attempts[0].code == StopCode.BUDGET_EXHAUSTED


def leave_alone(run: RealRun, sign: signal.Signals) -> None:
    """End the coordinator when every agent works, and wait until the last agent has ended without it."""
    run.until(lambda: all("attempt.started" in run.types(name) for name in run.state().tasks))
    assert run.process is not None
    run.process.send_signal(sign)
    run.process.wait()
    run.until(lambda: all(run.layout.attempt(name, 1).result.exists() for name in run.state().tasks))


@pytest.mark.parametrize("sign", [signal.SIGKILL, signal.SIGTERM])
def test_a_token_limit_of_all_together_holds_without_a_coordinator(tmp_path: Path, sign: signal.Signals) -> None:
    limit = 61_000
    work = [task(f"t{i}", responses(60, 3_000)) for i in range(3)]
    run = real(tmp_path, metered(*work, max_tokens=limit)).start()
    leave_alone(run, sign)
    state = run.finish()
    assert state.run.code == StopCode.BUDGET_EXHAUSTED, run.log()
    assert limit <= used(state) <= limit + 3 * 3_000
    assert {each.attempts[0].code for each in state.tasks.values()} == {StopCode.BUDGET_EXHAUSTED}


def test_a_cost_limit_holds_without_a_coordinator(tmp_path: Path) -> None:
    dollar_each = {"house-model": Price(input=1000.0, output=0.0)}
    work = [task(f"t{i}", responses(60)) for i in range(2)]
    run = real(tmp_path, metered(*work, model="house-model", prices=dollar_each, max_cost=8.0)).start()
    leave_alone(run, signal.SIGKILL)
    state = run.finish()
    assert state.run.code == StopCode.BUDGET_EXHAUSTED, run.log()
    assert 8 * NANO <= sum(each.used.cost_nano for each in state.tasks.values()) <= 10 * NANO


def test_a_cost_limit_stops_by_the_price_of_the_model(tmp_path: Path) -> None:
    dollar_each = {"house-model": Price(input=1000.0, output=0.0)}
    of = metered(task("a", responses(60)), model="house-model", prices=dollar_each, max_cost=3.0)
    run = real(tmp_path, of)
    state = run.finish()
    spent = state.tasks["a"].used
    assert state.run.code == StopCode.BUDGET_EXHAUSTED, run.log()
    assert 3 * NANO <= spent.cost_nano <= 4 * NANO
    assert (spent.priced, state.tasks["a"].attempts[0].model) == (1, "house-model")


def test_a_run_whose_limit_is_used_up_is_not_begun_again(tmp_path: Path) -> None:
    run = real(tmp_path, metered(task("a", responses(60)), max_tokens=RESPONSE))
    run.finish()
    outcome = control.retry(run.layout.root)
    assert outcome.code is OutcomeCode.REFUSED
    assert "higher limit" in outcome.message


def test_the_last_answer_counts_although_it_goes_over_the_limit(tmp_path: Path) -> None:
    run = real(tmp_path, metered(task("a", "echo answer; echo use 5000 0\n"), max_tokens=4_000))
    state = run.finish()
    assert state.run.status is RunStatus.COMPLETED, run.log()
    assert used(state) == 5_000


def test_scripts_go_on_when_the_limit_is_used_up_and_agents_do_not(tmp_path: Path) -> None:
    tasks = (
        task("a", "echo late 5000 0\n"),
        task("script", "echo fine; sleep 0.1", agent="writer", after=("a",)),
        task("more", responses(1), after=("script",)),
    )
    run = real(tmp_path, metered(*tasks, max_tokens=4_000))
    state = run.finish()
    statuses = {each.id: each.status for each in state.tasks.values()}
    assert statuses == {"a": TaskStatus.COMPLETED, "script": TaskStatus.COMPLETED, "more": TaskStatus.CANCELLED}, (
        run.log()
    )
    assert state.run.code == StopCode.BUDGET_EXHAUSTED


def test_every_attempt_counts_also_the_failed_one(tmp_path: Path) -> None:
    script = f'echo use 100 20 5; if mkdir "{tmp_path}/once" 2>/dev/null; then exit 3; fi; echo fine\n'
    run = real(tmp_path, metered(task("a", script, retries=1, verify=("true",))))
    state = run.finish()
    spent = state.tasks["a"].used
    assert state.run.status is RunStatus.COMPLETED, run.log()
    assert (spent.attempts, spent.input, spent.output, spent.cache_write) == (2, 200, 40, 10)
    assert (spent.tokens, spent.tokens_unknown, spent.cost) == (250, 0, None)
