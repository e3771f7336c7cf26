"""Whether the agent may use more: what is left of the run's limits, which all of its agents share."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import TypeVar

from crew_core.model.amounts import Amount, counted, sum_of, used_up
from crew_core.model.attempt import AttemptResult, AttemptSpec, WorkerStatus
from crew_core.model.plan import RunPlan
from crew_core.model.prices import NANO, price_of
from crew_core.model.spent import NOTHING, Spent, spent_by
from crew_core.model.usage import Usage
from crew_core.store.errors import StoreError
from crew_core.store.identity import Identities
from crew_core.store.layout import AttemptLayout
from crew_core.store.lock import is_free
from crew_core.store.snapshot import read_snapshot
from crew_core.worker.progress import ProgressLedger

_LOG = logging.getLogger(__name__)

T = TypeVar("T")


class Allowance:
    """The coordinator adds up what all use. While there is none, each supervisor does the same from their files.

    So the agents of a run that nobody coordinates go on, and exceed its limits by no more than with a coordinator.
    """

    def __init__(self, spec: AttemptSpec, files: AttemptLayout, identities: Identities) -> None:
        self._spec = spec
        self._files = files
        self._identities = identities
        self._plan: RunPlan | None = None
        #: What was looked at while there was no coordinator.
        self._looked_at: Usage | None = None
        self._ended: dict[Path, Amount] = {}

    def refused(self, own: ProgressLedger) -> str:
        """Why it may use no more; empty while it may. To be asked each round, after ``own`` was told."""
        most = self._spec.max_tokens
        if most is not None and own.tokens >= most:
            return f"the {most:,} tokens that were left of the run's limit are used up"
        # Not done with while there is a coordinator: it may die before it has seen what was told last.
        if not self._spec.limited or own.usage is self._looked_at or not self._alone():
            return ""
        self._looked_at = own.usage
        return self._refused_by_all(own)

    def _alone(self) -> bool:
        """Nobody coordinates the run. While the disk does not tell, that is not known: it is asked again."""
        try:
            return is_free(self._files.run.lock)
        except OSError:
            return False

    def _refused_by_all(self, own: ProgressLedger) -> str:
        try:
            plan = self._plan = self._plan or read_snapshot(self._files.run.plan, RunPlan)
            others = (AttemptLayout(path.parent) for path in self._files.run.attempts.glob("*/*/spec.json"))
            used = sum_of(self._used_by(each, plan) for each in others if each.root != self._files.root)
        except (OSError, StoreError) as error:
            _LOG.warning("what the others use is not known: %s", error)
            return self._refused_by_reservation(self._used_by_us(own))
        return used_up(plan.limits, used + self._used_by_us(own))

    def _used_by_us(self, own: ProgressLedger) -> Amount:
        """Without the plan nobody knows prices: then the cost is what the program itself says."""
        price = price_of(own.model or self._spec.model, self._plan.prices) if self._plan is not None else None
        ours = spent_by(own.usage, price, cost_behind=own.cost_behind)
        return Amount(ours.known_tokens, ours.cost_nano)

    def _refused_by_reservation(self, ours: Amount) -> str:
        """What was kept free for it is all that it may use for certain."""
        tokens, cost_nano = self._spec.reserved_tokens, self._spec.reserved_cost_nano
        if tokens is not None and ours.tokens >= tokens:
            kept = f"the {tokens:,} tokens"
        elif cost_nano is not None and ours.cost_nano >= cost_nano:
            kept = f"the ${cost_nano / NANO:.2f}"
        else:
            return ""
        return f"{kept} that were reserved for it are used up, and what the others use cannot be read"

    def _used_by(self, files: AttemptLayout, plan: RunPlan) -> Amount:
        """What another attempt has told of its use, as the coordinator counts it."""
        if files.root in self._ended:
            return self._ended[files.root]
        spec, status = read_snapshot(files.spec, AttemptSpec), _read(files.status, WorkerStatus)
        if not spec.limited or status is None:
            return Amount()
        gone = not self._identities.alive(status.supervisor)
        # Looked at in this order, a result that was written just before the end is never missed.
        result = _read(files.result, AttemptResult)
        amount = counted(
            _spent(spec, status, result, plan, gone=gone), _reserved(spec), ended=gone or result is not None
        )
        if gone or result is not None:
            self._ended[files.root] = amount
        return amount


def _reserved(spec: AttemptSpec) -> Amount:
    return Amount(spec.reserved_tokens or 0, spec.reserved_cost_nano or 0)


def _spent(
    spec: AttemptSpec, status: WorkerStatus, result: AttemptResult | None, plan: RunPlan, *, gone: bool
) -> Spent:
    """Its use, from its result, else from its last heartbeat."""
    if result is None:
        told = status.progress
        price = price_of(told.model or spec.model, plan.prices)
        return spent_by(told.usage, price, partial=gone, cost_behind=told.cost_behind)
    if result.spawn_error is not None:
        return NOTHING
    cut = result.stop is not None or result.signal is not None
    return spent_by(result.usage, price_of(result.model or spec.model, plan.prices), partial=cut)


def _read(path: Path, kind: type[T]) -> T | None:
    try:
        return read_snapshot(path, kind)
    except FileNotFoundError:
        return None
