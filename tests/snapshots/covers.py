"""The screens that cover the main one, and each of their states."""

from __future__ import annotations

from tests.snapshots.cover_lists import (
    ARTIFACTS,
    ARTIFACTS_STATES,
    REPLAY_STATES,
    REPLAYS,
    RESOURCE_LISTS,
    RESOURCES_STATES,
)
from tests.snapshots.cover_texts import TEXT_STATES, TEXTS
from tests.snapshots.cover_transcripts import TRANSCRIPT_STATES, TRANSCRIPTS
from tests.snapshots.covering import Covering

COVERS: dict[str, Covering] = {**TRANSCRIPTS, **TEXTS, **ARTIFACTS, **REPLAYS, **RESOURCE_LISTS}
COVER_STATES: dict[str, Covering] = {
    f"state-{pane}-{state}": covering
    for pane, states in {
        "transcript": TRANSCRIPT_STATES,
        "text": TEXT_STATES,
        "artifacts": ARTIFACTS_STATES,
        "replay": REPLAY_STATES,
        "resources": RESOURCES_STATES,
    }.items()
    for state, covering in states.items()
}
