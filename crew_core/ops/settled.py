"""What the settings mean for one run: its limits, its retries, its checks."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import msgspec

from crew_core.config.layers import Flag, Loaded
from crew_core.config.settings import Settings
from crew_core.config.values import to_text
from crew_core.model.plan import Limits, RetryPolicy
from crew_core.model.prices import Price
from crew_core.ops.settings import flags_from
from crew_core.resources.resolve import Resolved

if TYPE_CHECKING:
    from crew_core.ops.request import StartRequest


def flags_of(request: StartRequest) -> tuple[Flag, ...]:
    """The settings that were asked for on the command line. :raises InputWrong: a word is no setting."""
    short = (
        ("--max-workers", "limits.maxWorkers", request.max_workers),
        ("--max-minutes", "limits.maxRunMinutes", request.max_minutes),
        ("--max-tokens", "limits.maxTokens", request.max_tokens),
        ("--max-cost", "limits.maxCost", request.max_cost),
    )
    said = [Flag(option, path, to_text(value)) for option, path, value in short if value is not None]
    return (*flags_from("run", request.settings), *said)


def with_retries(resolved: Resolved, settings: Settings) -> Resolved:
    """The tasks of steps that do not say how often they are retried get what the settings say."""
    silent = {step.id for step in resolved.workflow.steps if step.retries is None}
    tasks = tuple(
        msgspec.structs.replace(task, max_retries=settings.retry.max_retries) if task.step_id in silent else task
        for task in resolved.tasks
    )
    return replace(resolved, tasks=tasks)


def limits_of(resolved: Resolved, loaded: Loaded) -> Limits:
    """What is asked for on the command line counts; else the tightest of settings, team and workflow."""
    limits = loaded.settings.limits
    allowed = None if loaded.asked_for("limits.maxWorkers") else resolved.workers
    return Limits(
        max_workers=min(limits.max_workers, allowed or limits.max_workers),
        machine_workers=limits.machine_workers,
        writers_per_directory=limits.writers_per_directory,
        max_run_minutes=limits.max_run_minutes,
        max_tokens=limits.max_tokens,
        max_cost=limits.max_cost,
        inputs_bytes=limits.inputs_bytes,
        answer_bytes=limits.answer_bytes,
        output_cap_bytes=limits.output_cap_bytes,
        role_workers=resolved.role_workers,
    )


def prices_of(settings: Settings) -> dict[str, Price]:
    """The person's own prices of models."""
    return {model: Price(*map(float, numbers.split())) for model, numbers in settings.prices.models.items()}


def retry_of(settings: Settings) -> RetryPolicy:
    retry = settings.retry
    return RetryPolicy(base_ms=retry.base_ms, factor=retry.factor, max_ms=retry.max_ms, jitter=retry.jitter)
