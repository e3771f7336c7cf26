"""The task itself: the goal once, the step's text, its part of a fan-out, and what is done to it from outside."""

from __future__ import annotations

from crew_core.engine.foreign_text import code_block, visible
from crew_core.engine.prompts.contract import duration
from crew_core.engine.prompts.cutting import cut_at_border
from crew_core.engine.prompts.enclosure import enclosed, tag_for
from crew_core.model.packet import TaskPacket
from crew_core.model.plan import TaskPlan

#: Twice what ``answers`` lets an item be: an item that a person's workflow gives may be longer.
ITEM_CHARS = 4_000


def task_block(task: TaskPlan, packet: TaskPacket) -> str:
    """Ids stand at its end: everything before them may be the same in another task's prompt."""
    said = [
        _goal(task, packet),
        f"# Task\n\n{visible(packet.text).strip()}",
        _item(packet),
        _limits(task),
        _acceptance(task),
        f"This is task `{packet.task_id}`, step `{packet.step_id}`; your role is `{packet.role}`.",
    ]
    return "\n\n".join(part for part in said if part)


def _goal(task: TaskPlan, packet: TaskPacket) -> str:
    """Nothing when the step's text says the goal already."""
    goal = visible(packet.goal).strip()
    if "{goal}" in task.text or not goal:
        return ""
    return f"# Goal of the whole run\n\n{goal}\n\nYour part of it is the task below, not the whole."


def _item(packet: TaskPacket) -> str:
    if packet.item is None:
        return ""
    item = cut_at_border(visible(packet.item).strip(), ITEM_CHARS)
    return (
        "Several agents have this task, each for another part. Do it for this part only:\n\n"
        f"{enclosed(tag_for('data', item), item, kind='item')}"
    )


def _limits(task: TaskPlan) -> str:
    ended = "" if task.keep_processes else "Processes that you leave running are ended after your answer."
    timed = f"The task is ended after {duration(task.timeout_s)}." if task.timeout_s is not None else ""
    return " ".join(part for part in (timed, ended) if part)


def _acceptance(task: TaskPlan) -> str:
    if not task.verify:
        return ""
    commands = "\n".join(visible(each.command).strip() for each in task.verify)
    return (
        "When you have answered, these commands are run in the working directory. The work counts only if each of them "
        f"ends with status 0:\n\n{code_block('sh', commands)}"
    )
