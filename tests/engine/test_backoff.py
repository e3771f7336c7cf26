"""How long a task waits before it is tried again."""

from __future__ import annotations

import random

from hypothesis import given
from hypothesis import strategies as st

from crew_core.engine.backoff import delay_ms
from crew_core.model.plan import RetryPolicy

POLICIES = st.builds(
    RetryPolicy,
    base_ms=st.integers(1, 10_000),
    factor=st.floats(1, 4),
    max_ms=st.integers(1, 100_000),
    jitter=st.floats(0, 1),
)


@given(POLICIES, st.integers(1, 60), st.integers())
def test_it_grows_by_the_factor_up_to_the_cap_give_or_take_the_jitter(
    policy: RetryPolicy, retry: int, seed: int
) -> None:
    steady = float(policy.base_ms)
    for _ in range(retry - 1):
        steady = min(steady * policy.factor, policy.max_ms)
    steady = min(steady, policy.max_ms)
    waited = delay_ms(policy, retry, random.Random(seed))
    assert steady * (1 - policy.jitter) - 1 <= waited <= steady * (1 + policy.jitter) + 1


def test_tasks_that_failed_together_do_not_come_back_together() -> None:
    waits = {delay_ms(RetryPolicy(), 3, random.Random(seed)) for seed in range(50)}
    assert len(waits) > 40
    assert min(waits) < 4000 < max(waits)
