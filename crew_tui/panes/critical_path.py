"""The chain of tasks that took longest: what has to be quicker for the run to be quicker."""

from __future__ import annotations

from collections.abc import Mapping, Sequence


def critical_path(
    order: Sequence[str], after: Mapping[str, Sequence[str]], seconds: Mapping[str, float]
) -> tuple[str, ...]:
    """From its first task to its last; empty while nothing has taken any time.

    :param order: each name after all that it depends on. :param seconds: how long each took; what is missing took none.
    """
    total: dict[str, float] = {}
    before: dict[str, str | None] = {}
    for name in order:
        longest = max(after[name], key=total.__getitem__, default=None)
        before[name] = longest if longest is not None and total[longest] > 0 else None
        total[name] = seconds.get(name, 0.0) + (total[longest] if longest is not None else 0.0)
    last = max(order, key=total.__getitem__, default=None)
    if last is None or total[last] <= 0:
        return ()
    path: list[str] = []
    while last is not None:
        path.append(last)
        last = before[last]
    return tuple(reversed(path))
