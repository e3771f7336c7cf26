"""How long a task waits before its next attempt."""

from __future__ import annotations

import random

from crew_core.model.plan import RetryPolicy


def delay_ms(policy: RetryPolicy, retry: int, chance: random.Random) -> int:
    """Milliseconds before retry number ``retry`` (from 1): exponential, capped, with jitter so that
    tasks that failed together do not come back together."""
    steady = min(policy.base_ms * policy.factor ** (retry - 1), policy.max_ms)
    swing = policy.jitter * steady
    return max(0, round(steady + chance.uniform(-swing, swing)))
