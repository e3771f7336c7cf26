"""How deep in other crews we are, and to which worker that ties a run."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from crew_core.model.identity import ProcessIdentity
from crew_core.ops.errors import NotPermitted


@dataclass(frozen=True, slots=True)
class Descent:
    """``tether`` is the worker that a crew started by an agent belongs to; None at depth 0."""

    depth: int
    max_depth: int
    tether: ProcessIdentity | None

    @property
    def refusal(self) -> NotPermitted | None:
        """Why no run may be started at this depth."""
        if self.depth < self.max_depth:
            return None
        return NotPermitted("run", f"a crew at depth {self.depth} is too deep", f"limits.maxDepth is {self.max_depth}")


def descent(environment: Mapping[str, str], configured: int) -> Descent:
    """What the environment says; the tighter limit counts.

    :raises NotPermitted: it says nothing that a crew would set, so nobody knows how deep we are.
    """
    try:
        depth = int(environment.get("CREW_DEPTH", "0"))
        max_depth = min(configured, int(environment.get("CREW_MAX_DEPTH", configured)))
        tether = ProcessIdentity.decode(environment["CREW_TETHER"]) if depth > 0 else None
        if depth < 0:
            raise ValueError(depth)
    except (KeyError, ValueError) as error:
        raise NotPermitted("run", "CREW_DEPTH, CREW_MAX_DEPTH or CREW_TETHER is not what a crew sets") from error
    return Descent(depth, max_depth, tether)
