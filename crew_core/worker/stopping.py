"""How the tree is ended: begun once by whoever asks first, sharpened by a cancel, carried on until nothing lives."""

from __future__ import annotations

import signal

from crew_core.model.attempt import StopRequest
from crew_core.model.identity import ProcessIdentity
from crew_core.model.status import StopCode, StopVerb
from crew_core.worker.ending import INTERRUPT_S, LOOK_S, Act, Ending
from crew_core.worker.tree import Tree

#: While a program may end by itself.
_CALM_LOOK_S = 0.1

_LEFT_BEHIND = StopRequest(StopVerb.CANCEL, StopCode.CALLER_CANCELLED, "left behind")


class Stopping:
    """``request`` is the one that goes into the result: leftovers are ended without one."""

    def __init__(self, tree: Tree) -> None:
        self._tree = tree
        self._ending: Ending | None = None
        self.request: StopRequest | None = None
        self.leftovers: tuple[str, ...] = ()

    @property
    def begun(self) -> bool:
        return self._ending is not None

    def ask(self, request: StopRequest, now: float, *, tell: bool) -> bool:
        """Begin, or let a cancel override a stop; ``tell``: it belongs into the result. True when it is news."""
        news = self._begin(request, now)
        if tell and (self.request is None or request.verb.overrides(self.request.verb)):
            self.request = request
        return news

    def _begin(self, request: StopRequest, now: float) -> bool:
        if self._ending is None:
            self._ending = Ending(request, now)
            return True
        return self._ending.override(request, now)

    def end_leftovers(self, living: tuple[ProcessIdentity, ...], now: float) -> bool:
        """The leader is gone and these are not: list and end them. True when it is news."""
        news = self._begin(_LEFT_BEHIND, now)
        if news:
            self.leftovers = self._tree.names(living)
        return news

    def carry_on(self, now: float) -> StopRequest | None:
        """Do what is due. Returns the request when the program is to be interrupted: the adapter knows how."""
        if self._ending is None:
            return None
        match self._ending.next_act(now):
            case Act.INTERRUPT:
                return self._ending.request
            case Act.TERMINATE:
                self._tree.signal(signal.SIGTERM)
            case Act.KILL:
                self._tree.kill()
                self._tree.reap()
            case Act.NOTHING:
                pass
        return None

    def look_in(self, now: float) -> float:
        """Seconds until something is due: killing needs looks every few milliseconds, patience does not."""
        if self._ending is None:
            return float("inf")
        calm = self._ending.request.verb is StopVerb.STOP and now < self._ending.began + INTERRUPT_S
        return _CALM_LOOK_S if calm else LOOK_S
