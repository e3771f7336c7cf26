"""What a new coordinator does with the intents of the one before it."""

from __future__ import annotations

from crew_core.engine.claims import read_claim
from crew_core.engine.conduct import Conduct
from crew_core.engine.ledger import Ledger
from crew_core.engine.seams import Seams
from crew_core.engine.workers import NO_CHILD, Worker
from crew_core.model.status import AttemptPhase
from crew_core.store.fs import sweep_temporaries
from crew_core.store.layout import RunLayout


def recover(layout: RunLayout, seams: Seams, ledger: Ledger, conduct: Conduct) -> None:
    """Adopt every attempt that has no end in the journal.

    A claim by a supervisor: it lives (adopted), has left a result (taken), or is ``lost``. No claim: ours is
    made, as ``revoked``, and the spawn is repeated; the supervisor that comes too late starts nothing.
    """
    sweep_temporaries(seams.fs, layout.root)
    for task in ledger.state.tasks.values():
        if not task.attempts:
            continue
        attempt = task.attempts[-1]
        if attempt.phase is AttemptPhase.ENDED:
            continue
        files = layout.attempt(task.id, attempt.n)
        worker = Worker(task_id=task.id, n=attempt.n, worker_id=attempt.worker_id, files=files)
        if read_claim(files) is None:
            # Nobody is known to be alive: the first look takes the spawn back.
            worker.pid, worker.reaped = NO_CHILD, True
        conduct.watching.adopt(worker)
