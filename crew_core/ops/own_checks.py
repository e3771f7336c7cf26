"""Whether agents may run the check commands that a project brings along, such as its Makefile."""

from __future__ import annotations

from crew_core.config.trust import Standing, Trust
from crew_core.model.plan import ChecksPlan


def checks_plan(trust: Trust | None, depth: int, timeout_s: float) -> ChecksPlan:
    """They are the project's content, so only a person who has trusted the project lets them run.

    :param trust: None outside of every project. :param timeout_s: what each of them may take.
    """
    return ChecksPlan(refused=_refused(trust, depth), timeout_s=timeout_s)


def _refused(trust: Trust | None, depth: int) -> str:
    if depth > 0:
        return "a crew inside a crew runs no checks"
    if trust is None:
        return "no project"
    match trust.standing:
        case Standing.TRUSTED:
            return ""
        case Standing.CHANGED:
            return "the project has changed since it was trusted"
        case Standing.NOTHING | Standing.UNTRUSTED | Standing.MISSING:
            return "the project is not trusted"
