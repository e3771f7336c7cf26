"""Purity: no render and no key handler of any screen asks the system for anything; only other threads do."""

from __future__ import annotations

import builtins
import io
import os
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.acceptance.stage import over_own, playing
from tests.acceptance.walk import visit_everything
from tests.acceptance.written_runs import completed, failed, interrupted

_OF_FILES = """
    access chmod fsync link listdir lstat mkdir open readlink remove rename replace rmdir scandir stat symlink truncate
    unlink utime
"""

_CALLS: tuple[tuple[object, tuple[str, ...]], ...] = (
    (builtins, ("open",)),
    (io, ("open",)),
    (os, (*_OF_FILES.split(), "fork", "system")),
    (subprocess, ("Popen",)),
    (time, ("sleep",)),
)


@contextmanager
def nothing_asked(patch: pytest.MonkeyPatch) -> Iterator[None]:
    """Whatever asks the system in this thread raises."""
    here = threading.get_ident()

    def refusing(name: str, real: Callable[..., Any]) -> Callable[..., Any]:
        def refuse(*args: Any, **options: Any) -> Any:
            if threading.get_ident() == here:
                raise AssertionError(f"{name}{args} on the loop")
            return real(*args, **options)

        return refuse

    with patch.context() as during:
        for module, names in _CALLS:
            for name in names:
                during.setattr(module, name, refusing(name, getattr(module, name)))
        yield


# One walk through every place, which takes its time on a machine that others use too.
@pytest.mark.timeout(240)
async def test_no_screen_and_no_key_asks_the_system(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root = tmp_path / "runs"
    for write in (failed, interrupted, completed):
        run = write(root)
    async with playing(over_own(root, select=run.path, start_in=tmp_path), (80, 24), toasts=True) as stage:
        await stage.sees("01_look")
        with nothing_asked(monkeypatch):
            await visit_everything(stage)
        assert stage.app.failure is None
