"""The import contracts in pyproject.toml hold."""

from __future__ import annotations

import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
CONTRACTS = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]

LINT = """
import sys
from importlinter.cli import lint_imports
sys.exit(lint_imports("pyproject.toml", limit_to_contracts=(sys.argv[1],), no_cache=True, no_logo=True))
"""


@pytest.mark.parametrize("contract", CONTRACTS, ids=lambda contract: contract["id"])
def test_the_contract_is_kept(contract: dict[str, object]) -> None:
    lint = subprocess.run(
        [sys.executable, "-c", LINT, str(contract["id"])],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=50,
        check=False,
    )
    if lint.returncode != 0:
        pytest.fail(f"broken: {contract['name']}\n{lint.stdout}{lint.stderr}", pytrace=False)
