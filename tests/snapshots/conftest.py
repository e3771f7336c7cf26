"""The terminal that goldens are looked at with."""

from __future__ import annotations

import pytest


@pytest.fixture
def look(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.setenv("TEXTUAL_THEME", "crew-dark")
