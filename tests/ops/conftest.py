"""Fixtures of the tests of what a person can do."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.ops.crew_project import CrewProject


@pytest.fixture
def project(tmp_path: Path) -> CrewProject:
    """A project with one team of one shell agent; nobody has trusted it."""
    return CrewProject.make(tmp_path / "project")
