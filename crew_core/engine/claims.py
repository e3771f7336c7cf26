"""Taking back a spawn that nobody answered: whoever creates the claim first decides whether an agent starts."""

from __future__ import annotations

import msgspec

from crew_core.model.attempt import Claim, ClaimKind
from crew_core.model.identity import ProcessIdentity
from crew_core.store.errors import StoreError
from crew_core.store.fs import Fs, create_durable, ensure_directory
from crew_core.store.layout import AttemptLayout
from crew_core.store.snapshot import read_snapshot


def read_claim(attempt: AttemptLayout) -> Claim | None:
    """The claim, or None when nobody has made one.

    :raises StoreError: there is one and it cannot be read (it is made in one piece, so it was damaged later).
    """
    try:
        return read_snapshot(attempt.claim, Claim)
    except FileNotFoundError:
        return None


def revoke(fs: Fs, attempt: AttemptLayout, worker_id: str, identity: ProcessIdentity, at: str) -> Claim:
    """Claim the attempt for nobody, and return the claim that holds: ours, or the supervisor's that was faster.

    :raises OSError: it could not be made, or the run is gone.
    """
    # Of a run that was removed nothing is made anew.
    ensure_directory(fs, attempt.root, within=attempt.run.root)
    ours = Claim(kind=ClaimKind.REVOKED, worker_id=worker_id, identity=identity, at=at)
    try:
        create_durable(fs, attempt.claim, msgspec.json.encode(ours))
    except FileExistsError:
        found = read_claim(attempt)
        if found is None:
            raise StoreError(f"{attempt.claim}: there is a claim that vanished") from None
        return found
    return ours
