"""What went into a prompt, for whoever asks later why an agent did not know something."""

from __future__ import annotations

import msgspec

from crew_core.model.plan import SCHEMA_VERSION


class BlockSize(msgspec.Struct, frozen=True, rename="camel"):
    name: str
    size_bytes: int


class SkillUse(msgspec.Struct, frozen=True, rename="camel"):
    """``cut_chars`` of its text were left out."""

    name: str
    chars: int
    cut_chars: int = 0


class SkillsUse(msgspec.Struct, frozen=True, rename="camel"):
    """``left_out`` had no room, ``missing`` are names without a skill."""

    taken: tuple[SkillUse, ...] = ()
    left_out: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()


class InputUse(msgspec.Struct, frozen=True, rename="camel"):
    """A result of an earlier task: its size, and how much of that the prompt does not have."""

    task_id: str
    status: str
    size_bytes: int
    cut_bytes: int = 0


class PromptRecord(msgspec.Struct, frozen=True, rename="camel"):
    """Blocks are in the order of the prompt, those of the system prompt first."""

    run_id: str
    task_id: str
    blocks: tuple[BlockSize, ...] = ()
    skills: SkillsUse = SkillsUse()
    inputs: tuple[InputUse, ...] = ()
    instructions_cut_chars: int = 0
    schema_version: int = SCHEMA_VERSION
