"""How many tasks have which status, where there may be no room for all of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from crew_core.model.status import TaskStatus

#: Left out in this order: a failed task has to be seen.
_LEAST_FIRST = (
    TaskStatus.QUEUED,
    TaskStatus.COMPLETED,
    TaskStatus.RUNNING,
    TaskStatus.SKIPPED,
    TaskStatus.CANCELLED,
    TaskStatus.WAITING,
    TaskStatus.FAILED,
)


def counted(
    counts: Mapping[TaskStatus, int], statuses: Iterable[TaskStatus], room: int, apart: int
) -> dict[TaskStatus, str]:
    """`2 running` for each status that there is, in the order of `statuses`; none is cut.

    :param room: cells for all of them, each with `apart` cells before it.
    """
    words = {status: f"{counts[status]} {status.value}" for status in statuses if counts.get(status)}
    for least in _LEAST_FIRST:
        if sum(len(each) + apart for each in words.values()) <= room:
            break
        words.pop(least, None)
    return words
