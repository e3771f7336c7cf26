"""What a task is told of its predecessors: their results within one byte budget, shared fairly."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec


class Predecessor(msgspec.Struct, frozen=True):
    """A direct dependency that has ended; ``text`` is its whole result."""

    task_id: str
    role: str
    status: str
    text: bytes
    path: str = ""
    error: str = ""


class Input(msgspec.Struct, frozen=True, rename="camel"):
    """One entry of ``CREW_INPUTS``. ``text`` may be cut in its middle; ``path`` has all ``size_bytes`` of it."""

    task_id: str
    role: str
    status: str
    text: str
    size_bytes: int
    cut_bytes: int
    path: str = ""
    error: str = ""


class Inputs(msgspec.Struct, frozen=True, rename="camel"):
    """The file that ``CREW_INPUTS`` names."""

    goal: str
    run_id: str
    task_id: str
    inputs: tuple[Input, ...]


def fair_shares(sizes: Sequence[int], budget: int) -> list[int]:
    """Divide ``budget`` so that small ones get all they need and the rest share equally.

    The shares never add up to more than the budget, and nobody gets more than its size.
    """
    shares = [0] * len(sizes)
    left = budget
    waiting = sorted(range(len(sizes)), key=lambda i: sizes[i])
    for position, index in enumerate(waiting):
        share = min(sizes[index], left // (len(waiting) - position))
        shares[index] = share
        left -= share
    return shares


def keep_ends(text: bytes, room: int) -> tuple[str, int]:
    """Head and tail of the UTF-8 ``text`` within ``room`` bytes, and how many bytes were left out.

    Cut at character borders. What says so between them counts too; where there is no room for that, only the head
    is kept.
    """
    if len(text) <= room:
        return text.decode(), 0
    kept = room - len(_left_out(len(text)).encode())
    if kept <= 0:
        head = text[: max(0, room)].decode("utf-8", "ignore")
        return head, len(text) - len(head.encode())
    head = text[: kept - kept // 2].decode("utf-8", "ignore")
    tail = text[len(text) - kept // 2 :].decode("utf-8", "ignore") if kept // 2 else ""
    left_out = len(text) - len(head.encode()) - len(tail.encode())
    return f"{head}{_left_out(left_out)}{tail}", left_out


def _left_out(count: int) -> str:
    return f"\n… {count} bytes left out …\n"


def build_inputs(goal: str, run_id: str, task_id: str, predecessors: Sequence[Predecessor], budget: int) -> Inputs:
    """The inputs of one task; ``budget`` bounds the bytes of all results together."""
    # What is no UTF-8 grows when it is made readable.
    readable = [p.text.decode("utf-8", "replace").encode() for p in predecessors]
    shares = fair_shares([len(text) for text in readable], budget)
    entries = []
    for predecessor, whole, share in zip(predecessors, readable, shares, strict=True):
        text, cut = keep_ends(whole, share)
        entries.append(
            Input(
                task_id=predecessor.task_id,
                role=predecessor.role,
                status=predecessor.status,
                text=text,
                size_bytes=len(predecessor.text),
                cut_bytes=cut,
                path=predecessor.path,
                error=predecessor.error,
            )
        )
    return Inputs(goal=goal, run_id=run_id, task_id=task_id, inputs=tuple(entries))
