"""The correction of an answer that did not keep its contract: what was wrong, and how that answer ended."""

from __future__ import annotations

from dataclasses import dataclass

from crew_core.engine.foreign_text import one_line, visible
from crew_core.engine.prompts.cutting import last_part
from crew_core.engine.prompts.enclosure import enclosed, tag_for

#: The part that has to keep the contract is at the end; a plan of twelve tasks is about as long.
FORMER_CHARS = 6_000

MOST_FAULTS = 16
FAULT_CHARS = 400


@dataclass(frozen=True, slots=True)
class Correction:
    """``former`` is the whole answer that was refused, ``faults`` why."""

    faults: tuple[str, ...]
    former: str = ""


def correction_block(correction: Correction | None) -> str:
    if correction is None:
        return ""
    faults = "\n".join(f"- {one_line(fault, FAULT_CHARS)}" for fault in correction.faults[:MOST_FAULTS])
    told = [f"# Correction\n\nYour former answer to this task was refused:\n\n{faults}"]
    end = last_part(visible(correction.former).strip(), FORMER_CHARS)
    if end:
        told.append(f"It ended with:\n\n{enclosed(tag_for('data', end), end, kind='former answer')}")
    told.append("Give the whole answer again, with this put right. Do again only the work that this needs.")
    return "\n\n".join(told)
