"""Idle: while nothing happens to a finished run, none of its files is touched and nothing is painted."""

from __future__ import annotations

import asyncio
import builtins
import io
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.acceptance.stage import over, playing
from tests.acceptance.written_runs import completed
from tests.observe.picrew import written

#: Longer than any pause after which the store thread looks by itself.
IDLE_S = 5.2

_CALLS: tuple[tuple[object, tuple[str, ...]], ...] = (
    (builtins, ("open",)),
    (io, ("open",)),
    (os, ("access", "listdir", "lstat", "open", "read", "readlink", "scandir", "stat")),
)


class Touched:
    """Every call, from any thread, that names a run or something in it."""

    def __init__(self, patch: pytest.MonkeyPatch) -> None:
        self.calls: list[str] = []
        self._runs: list[str] = []
        for module, names in _CALLS:
            for name in names:
                patch.setattr(module, name, self._noting(name, getattr(module, name)))

    def watch(self, run: Path) -> None:
        self._runs.append(str(run))

    def _noting(self, name: str, real: Callable[..., Any]) -> Callable[..., Any]:
        def noting(*args: Any, **options: Any) -> Any:
            if args and any(str(args[0]).startswith(run) for run in self._runs):
                self.calls.append(f"{name} {args[0]}")
            return real(*args, **options)

        return noting


async def idle(project: Path, run: Path, touched: Touched) -> None:
    async with playing(over(project, select=run), (100, 30)) as stage:
        await stage.sees("01_")
        # Each tab has been looked at, and the one whose files are most is open.
        for tab in "2357814":
            await stage.press(tab)
        await stage.until(lambda: "Done." in stage.text() or "has seen it" in stage.text(), "the output")
        await asyncio.sleep(0.3)
        touched.watch(run)
        frames = stage.app.frames
        await asyncio.sleep(IDLE_S)
        assert stage.app.frames == frames


async def test_a_finished_run_is_left_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ours = completed(tmp_path / "ours")
    theirs = written.completed(tmp_path / "theirs")
    touched = Touched(monkeypatch)
    await asyncio.gather(idle(tmp_path / "ours", ours.path, touched), idle(tmp_path / "theirs", theirs.run, touched))
    assert touched.calls == []


async def test_what_is_noted_would_be_noted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The test above has eyes: reading everything again is seen by them."""
    run = completed(tmp_path / "ours")
    touched = Touched(monkeypatch)
    touched.watch(run.path)
    async with playing(over(tmp_path / "ours"), (100, 30)) as stage:
        await stage.sees("01_look")
        touched.calls.clear()
        await stage.press("r")
        await stage.until(lambda: touched.calls)
    assert {call.split()[0] for call in touched.calls} >= {"stat", "open"}
