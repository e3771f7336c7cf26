"""Whether a run is of a newer format: one newer file is enough, damage is not."""

from __future__ import annotations

from pathlib import Path

import pytest

from crew_core.store.layout import RunLayout
from crew_core.store.run_format import newer_format
from tests.store.newer_run import REFUSED

_NAMES = ("manifest.json", "workflow.json", "tasks.json", "agents.json")


@pytest.mark.parametrize("name", _NAMES)
def test_one_newer_file_makes_the_run_newer(tmp_path: Path, name: str) -> None:
    for each in _NAMES:
        (tmp_path / each).write_text('{"schemaVersion": 1}')
    assert newer_format(RunLayout(tmp_path)) is None
    (tmp_path / name).write_text('{"schemaVersion": 99, "seq": "another shape"}')
    found = newer_format(RunLayout(tmp_path))
    assert found is not None
    assert (found.path.name, found.version, found.told) == (name, 99, REFUSED)


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b'{"schemaVersion": "new"}', b"\xff"])
def test_damage_is_not_newer_and_hides_no_newer_file(tmp_path: Path, content: bytes) -> None:
    layout = RunLayout(tmp_path)
    layout.manifest.write_bytes(content)
    assert newer_format(layout) is None
    layout.plan.write_text('{"schemaVersion": 2}')
    found = newer_format(layout)
    assert found is not None
    assert found.version == 2
