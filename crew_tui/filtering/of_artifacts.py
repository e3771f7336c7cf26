"""What can be asked of the pieces that a run has brought forth."""

from __future__ import annotations

from crew_core.observe.produced import Condition, Produced
from crew_tui.filtering.fields import Choice, Number, Schema, Text

#: As they are typed: in one word.
_CONDITIONS = {condition: condition.value.replace(" ", "-") for condition in Condition}


def _size(piece: Produced) -> float | None:
    return piece.size_bytes if piece.size_bytes is not None else piece.artifact.size_bytes


ARTIFACTS: Schema[Produced] = Schema(
    fields=(
        Text("path", lambda piece: (piece.artifact.path, piece.artifact.path.rpartition("/")[2])),
        Text("kind", lambda piece: (piece.artifact.kind,)),
        Choice("is", tuple(_CONDITIONS.values()), lambda piece: (_CONDITIONS[piece.condition],)),
        Text("by", lambda piece: (piece.artifact.producer,)),
        Number("size", _size),
    ),
    text=lambda piece: f"{piece.artifact.path}\n{piece.artifact.kind}\n{piece.artifact.producer}",
)
