"""What programs have in common that are told everything at their start and cannot be spoken to after that."""

from __future__ import annotations

from crew_core.agents.protocol import Reaction
from crew_core.agents.telling import delivery
from crew_core.model.steering import DeliveryState, Steer


class OneShot:
    """Refuses whatever a person sends, in words."""

    def control(self, steer: Steer) -> Reaction:
        said = "this program cannot be spoken to while it works"
        return Reaction(events=(delivery(steer.id, DeliveryState.REFUSED, said),))

    def tick(self, now: float) -> Reaction:
        return Reaction()
