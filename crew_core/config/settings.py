"""The settings there are, with their types and ranges."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_camel

from crew_core.model.plan import DEFAULT_MAX_DEPTH
from crew_core.model.plan import Limits as RunLimits

_DEFAULT = RunLimits()


class LimitSettings(BaseModel):
    """``[limits]``. Of every one of them a smaller value is the tighter one."""

    model_config = ConfigDict(alias_generator=to_camel, extra="forbid", frozen=True, strict=True)

    #: Tasks of one run that work at the same time.
    max_workers: int = Field(_DEFAULT.max_workers, ge=1, le=1024)
    #: Tasks of all runs of this machine that work at the same time.
    machine_workers: int = Field(_DEFAULT.machine_workers, ge=1, le=1024)
    #: Tasks that may change one directory at the same time, over all runs.
    writers_per_directory: int = Field(_DEFAULT.writers_per_directory, ge=1, le=1024)
    #: Minutes of work after which a run is stopped.
    max_run_minutes: float | None = Field(None, gt=0, le=525_600)
    #: Levels of crews that start crews.
    max_depth: int = Field(DEFAULT_MAX_DEPTH, ge=1, le=8)
    #: Bytes of earlier results that a task is given.
    inputs_bytes: int = Field(_DEFAULT.inputs_bytes, ge=1024, le=16_777_216)
    #: Bytes after which an agent is paused.
    output_cap_bytes: int = Field(_DEFAULT.output_cap_bytes, ge=65_536, le=1 << 40)


class Settings(BaseModel):
    """``config.toml``."""

    model_config = ConfigDict(alias_generator=to_camel, extra="forbid", frozen=True, strict=True)

    limits: LimitSettings = LimitSettings()  # type: ignore[call-arg]  # the defaults have aliases
