"""The environment of a check: what tools want to keep goes to a place that is removed afterwards."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path


class Scratch:
    """A temporary directory outside of the project; whoever makes it removes it."""

    def __init__(self, place: Path) -> None:
        self._place = place

    def environment(self) -> Mapping[str, str]:
        """Ours, so that nothing is written into the tree, nobody is asked, and nothing is fetched."""
        at = self._place
        addopts = f"{os.environ.get('PYTEST_ADDOPTS', '')} -p no:cacheprovider".strip()
        return os.environ | {
            "CI": "1",
            "NO_COLOR": "1",
            "TERM": "dumb",
            "PYTHONDONTWRITEBYTECODE": "1",
            "PYTEST_ADDOPTS": addopts,
            "HYPOTHESIS_STORAGE_DIRECTORY": str(at / "hypothesis"),
            "COVERAGE_FILE": str(at / "coverage"),
            "RUFF_NO_CACHE": "true",
            "MYPY_CACHE_DIR": str(at / "mypy"),
            "CARGO_TARGET_DIR": str(at / "cargo"),
            "CARGO_NET_OFFLINE": "true",
            "GOFLAGS": "-mod=readonly",
            "GOPROXY": "off",
            "GIT_OPTIONAL_LOCKS": "0",
            "GIT_TERMINAL_PROMPT": "0",
            "PIP_NO_INDEX": "1",
            "npm_config_offline": "true",
            "npm_config_update_notifier": "false",
            "npm_config_audit": "false",
            "npm_config_fund": "false",
        }
