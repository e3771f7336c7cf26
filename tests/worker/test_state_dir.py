"""What a program's state directory is filled with, once."""

from __future__ import annotations

from pathlib import Path

import pytest

from crew_core.agents.protocol import Launch, Place
from crew_core.store.fs import RealFs
from crew_core.worker.state_dir import furnish


def test_what_is_made_of_a_file_of_the_persons_is_made_once_also_where_there_is_none(tmp_path: Path) -> None:
    (tmp_path / "theirs").write_bytes(b"mine")
    copies = {name: Place(name, str(tmp_path)) for name in ("theirs", "absent", "no/file")}
    launch = Launch((), state_copies=copies, state_made=dict.fromkeys(("theirs", "absent"), lambda of: of + b"+level"))
    state = tmp_path / "state"
    for _ in range(2):
        furnish(RealFs(), state, launch, run=tmp_path)
    assert {path.name: path.read_bytes() for path in state.iterdir()} == {"theirs": b"mine+level", "absent": b"+level"}


def test_of_a_run_that_was_removed_none_is_made(tmp_path: Path) -> None:
    run = tmp_path / "run"
    with pytest.raises(FileNotFoundError):
        furnish(RealFs(), run / "programs" / "one", Launch(()), run=run)
    assert not run.exists()
