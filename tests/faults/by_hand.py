"""What a person does about one run: the program itself, in processes of its own, and what they have told."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

import msgspec

from crew_core.model.commands import Outcome
from tests.cli.program import PROGRAM

ROOT = Path(__file__).resolve().parents[2]

#: More than any command waits for an answer.
PATIENCE_S = 30.0


class _Told(msgspec.Struct, frozen=True):
    outcome: Outcome


@dataclass
class ByHand:
    """`run --follow` from the beginning; `cancel` and `resume` when they are due."""

    run_dir: Path
    follower: subprocess.Popen[str] | None = None
    canceller: subprocess.Popen[str] | None = None
    #: What `cancel` has printed when it said that it was done.
    cancelled: Outcome | None = None
    errors: list[str] = field(default_factory=list)

    def follow(self) -> None:
        self.follower = self._begin([sys.executable, "-m", "tests.faults.followed_run", str(self.run_dir)])

    def cancel(self, task: str) -> None:
        words = ["cancel", self.run_dir.name, "--task", task, "--reason", "enough", "--json"]
        self.canceller = self._begin([*PROGRAM, *words])

    def resume(self) -> None:
        process = self._begin([*PROGRAM, "resume", self.run_dir.name, "--json"])
        self._told(process)

    def busy(self) -> bool:
        """Whether `cancel` still waits for its outcome; takes it when it is there."""
        if self.canceller is None:
            return False
        if self.canceller.poll() is None:
            return True
        self.cancelled = self._told(self.canceller)
        self.canceller = None
        return False

    def followed(self) -> int:
        """The exit status of `run --follow`, which is told of an ended run."""
        assert self.follower is not None
        out, err = self.follower.communicate(timeout=PATIENCE_S)
        self.errors.append(f"{out}\n{err}")
        return self.follower.returncode

    def _told(self, process: subprocess.Popen[str]) -> Outcome | None:
        """Status 0 is an outcome that is well; anything else is one line, and nothing that was promised."""
        out, err = process.communicate(timeout=PATIENCE_S)
        if process.returncode == 0:
            outcome = msgspec.json.decode(out, type=_Told).outcome
            assert outcome.ok, out
            return outcome
        assert (process.returncode, out, err.count("\n")) == (1, "", 1), (process.returncode, out, err)
        self.errors.append(err)
        return None

    def _begin(self, argv: list[str]) -> subprocess.Popen[str]:
        return subprocess.Popen(
            argv,
            cwd=self.run_dir.parent,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
