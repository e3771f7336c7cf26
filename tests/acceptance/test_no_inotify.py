"""No inotify: where nothing tells of changes they are polled for, and the header says so."""

from __future__ import annotations

from pathlib import Path

from crew_core.model import events as e
from crew_core.observe.watcher import Backend
from crew_core.ops.scopes import scope_of_directories
from tests.acceptance.stage import playing, watched
from tests.acceptance.written_runs import completed, interrupted


async def test_changes_are_polled_for(tmp_path: Path) -> None:
    root = tmp_path / "runs"
    run = interrupted(root)
    async with playing(watched((scope_of_directories((root,)),), backend=Backend.POLLING)) as stage:
        await stage.sees("polling")
        await stage.sees("01_look")
        await stage.press("2")
        run.happens(e.CoordinatorDetached(reason="seen without being told"))
        await stage.sees("seen without being told")
        completed(root)
        await stage.sees("00000001")
