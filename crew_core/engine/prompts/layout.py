"""The order of everything that an agent is told: what many tasks share comes first, what is this task's own last."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from crew_core.engine.foreign_text import code_span, visible
from crew_core.engine.handoff import Input
from crew_core.engine.prompts.answer_contract import answer_block
from crew_core.engine.prompts.continuation import continuation_block
from crew_core.engine.prompts.contract import contract_block
from crew_core.engine.prompts.correction import Correction, correction_block
from crew_core.engine.prompts.dependencies import dependencies_block
from crew_core.engine.prompts.instructions import instructions_block
from crew_core.engine.prompts.packet import packet_of
from crew_core.engine.prompts.record import BlockSize, PromptRecord
from crew_core.engine.prompts.skills import skill_names, skills_block
from crew_core.engine.prompts.task_text import task_block
from crew_core.engine.prompts.workspace import WorkspaceFacts, workspace_block
from crew_core.model.packet import TaskPacket
from crew_core.model.plan import RunPlan, TaskPlan

_Blocks = Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Prompt:
    """``system`` is for the program's system prompt, ``text`` for the first message of the user."""

    packet: TaskPacket
    system: str
    text: str
    record: PromptRecord


def prompt_of(
    run: RunPlan,
    task: TaskPlan,
    inputs: Sequence[Input],
    inputs_path: str,
    *,
    workspace: WorkspaceFacts = WorkspaceFacts(),
    correction: Correction | None = None,
    continuing: bool = False,
) -> Prompt:
    """What the next attempt at ``task`` is told.

    :param inputs: the results of its predecessors, already within their budget.
    :param inputs_path: the file that has them; it goes into the packet, not into the prompt.
    :param correction: what was wrong with the answer of the attempt before.
    :param continuing: its own conversation goes on; the prompt is the next message of it.
    """
    packet = packet_of(run, task, inputs_path, correction)
    if continuing:
        return _next_message(run, task, packet, correction)
    instructions, instructions_cut = instructions_block(run.instructions)
    skills, skills_use = skills_block(skill_names(run, task), run.skills)
    results, inputs_use = dependencies_block(inputs)
    system = _system(run, task, packet)
    text = [
        ("project", f"# Project\n\nYour working directory is {code_span(task.cwd)}."),
        ("instructions", instructions),
        ("files", workspace_block(workspace)),
        ("skills", skills),
        ("results", results),
        ("task", task_block(task, packet)),
        ("answer", answer_block(packet)),
        ("correction", correction_block(correction)),
    ]
    record = PromptRecord(
        run_id=run.run_id,
        task_id=task.id,
        blocks=_sizes((*system, *text)),
        skills=skills_use,
        inputs=inputs_use,
        instructions_cut_chars=instructions_cut,
    )
    return Prompt(packet, _joined(system), _joined(text), record)


def _next_message(run: RunPlan, task: TaskPlan, packet: TaskPacket, correction: Correction | None) -> Prompt:
    """What the conversation does not have yet; the system prompt belongs to no message and is given again."""
    system = _system(run, task, packet)
    text = [("continuation", continuation_block())]
    if correction is not None:
        text = [("answer", answer_block(packet)), ("correction", correction_block(correction))]
    record = PromptRecord(run_id=run.run_id, task_id=task.id, blocks=_sizes((*system, *text)))
    return Prompt(packet, _joined(system), _joined(text), record)


def _system(run: RunPlan, task: TaskPlan, packet: TaskPacket) -> _Blocks:
    own = visible(run.agents[task.agent].system_prompt).strip()
    return (("agent", own), ("rules", contract_block(run, task, packet)))


def _sizes(blocks: _Blocks) -> tuple[BlockSize, ...]:
    return tuple(BlockSize(name, len(block.encode())) for name, block in blocks if block)


def _joined(blocks: _Blocks) -> str:
    return "\n\n".join(block for _, block in blocks if block) + "\n"
