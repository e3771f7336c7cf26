"""Deciding that this attempt's agent is started by us: the claim, made once, by whoever is first."""

from __future__ import annotations

from pathlib import Path

import msgspec

from crew_core.model.attempt import Claim, ClaimKind
from crew_core.model.identity import ProcessIdentity
from crew_core.store.fs import Fs, create_durable
from crew_core.store.layout import AttemptLayout


def make_claim(
    fs: Fs, files: AttemptLayout, *, worker_id: str, us: ProcessIdentity, at: str, cgroup: str | None, temporary: Path
) -> bool:
    """False when somebody else has it: then nothing may be started. What is named here is removed when we are lost.

    :raises OSError: it is not known to be durable; nothing may be started either.
    """
    claim = Claim(ClaimKind.SUPERVISOR, worker_id, us, at, cgroup=cgroup, temporary=str(temporary))
    try:
        create_durable(fs, files.claim, msgspec.json.encode(claim))
    except FileExistsError:
        return False
    return True
