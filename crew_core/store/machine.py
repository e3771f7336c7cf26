"""Where the state of the whole machine lies: what runs there are, and who holds which worker slot, who starts."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from crew_core.store.layout import state_home


@dataclass(frozen=True, slots=True)
class MachineStore:
    """The directories of one person's machine store."""

    root: Path

    @classmethod
    def of_this_user(cls) -> MachineStore:
        """Under `$XDG_STATE_HOME/crew-tui`."""
        return cls(state_home())

    @property
    def runs(self) -> Path:
        return self.root / "runs"

    @property
    def slots(self) -> Path:
        return self.root / "slots"

    @property
    def starts(self) -> Path:
        return self.root / "starts"

    @property
    def writers(self) -> Path:
        return self.root / "writers"
