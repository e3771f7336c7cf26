"""How a run stands or ended: the words and the exit status."""

from __future__ import annotations

from collections.abc import Mapping

from crew_core.model.state import Run
from crew_core.model.status import RunStatus, TaskStatus
from crew_core.observe.slices import Liveness
from crew_tui.glyphs import PLAIN, sign_of
from crew_tui.lines import Tone
from crew_tui.text import clean

#: Of a command that waited for the end of a run.
EXIT_STATUSES: Mapping[RunStatus, int] = {
    RunStatus.COMPLETED: 0,
    RunStatus.FAILED: 1,
    RunStatus.BLOCKED: 3,
    RunStatus.CANCELLED: 130,
}

INTERRUPTED = "interrupted"


def status_piece(status: RunStatus | TaskStatus | None, live: Liveness | None = None) -> tuple[str, Tone]:
    """The word that stands for a status everywhere, with its tone. A run that nobody works on is interrupted."""
    if live is Liveness.INTERRUPTED:
        return INTERRUPTED, Tone.WARN
    sign = sign_of(status, PLAIN)
    return sign.word, sign.tone


def verdict(run: Run) -> str:
    """`failed: 02_lint`: the status of an ended run with what is to be said of it, each word once."""
    said = clean(run.summary or run.code or "")
    prefix = f"{run.status.value}: "
    said = said.removeprefix(prefix)
    return f"{prefix}{said}" if said and said != run.status.value else run.status.value
