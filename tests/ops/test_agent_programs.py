"""The agent programs of a machine: which version, whether somebody is logged in, how to get them, and a live call."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from crew_core.agents.acp import named
from crew_core.config.settings import ProgramSection
from crew_core.ops import versions
from crew_core.ops.checkup.finding import Finding, Level
from crew_core.ops.checkup.programs import ProgramState, agent_findings, program_states
from crew_core.ops.choosing import choose, known_programs
from crew_core.ops.login import Login, login_of
from crew_core.ops.probe_program import to_be_tried, try_programs
from crew_core.ops.program_table import (
    KNOWN_ACP,
    KNOWN_PROGRAMS,
    KnownProgram,
    is_newer,
    is_older,
    known_program,
    range_words,
)
from crew_core.ops.versions import Versions
from crew_core.store.layout import cache_home

_KEYS = {name for known in (*KNOWN_PROGRAMS, *KNOWN_ACP) for name in (*known.keys, *known.state_variables)}


@pytest.fixture
def bin_dir(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The only place where agent programs are; no key is set."""
    for name in _KEYS | {"OPENAI_BASE_URL", "OLLAMA_HOST"}:
        if not name.startswith("XDG_"):
            monkeypatch.delenv(name, raising=False)
    place = tmp_path / "bin"
    place.mkdir()
    monkeypatch.setenv("PATH", f"{place}{os.pathsep}/usr/bin{os.pathsep}/bin")
    return place


def _program(place: Path, name: str, script: str) -> Path:
    path = place / name
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)
    return path


def _states(**set_up: ProgramSection) -> dict[str, ProgramState]:
    return {state.name: state for state in program_states(set_up, Versions(cache_home() / "versions.json"))}


def _finding(name: str, **set_up: ProgramSection) -> Finding:
    states = program_states(set_up, Versions(cache_home() / "versions.json"))
    (found,) = [each for each in agent_findings(states, None, set_up) if each.name == name]
    return found


def test_what_is_missing_is_told_with_how_to_get_it(bin_dir: Path) -> None:
    found = _finding("codex")
    assert (found.level, found.remedy) == (Level.OK, "")
    assert "is not installed; to get it: npm install -g @openai/codex" in found.said


def test_a_tested_version_with_a_key_is_well_and_the_key_is_not_shown(
    bin_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = _program(bin_dir, "claude", "echo '2.1.330 (Claude Code)'")
    monkeypatch.setenv("ANTHROPIC_API_KEY", "sk-very-secret")
    found = _finding("claude")
    assert found.level is Level.OK
    assert found.said == f"2.1.330, {path}, tested; login: ANTHROPIC_API_KEY"


@pytest.mark.parametrize(
    ("program", "version", "level", "told"),
    [
        ("codex", "codex-cli 0.169.4", Level.OK, "0.169.4"),
        ("codex", "codex-cli 0.170.0", Level.OK, "newer than what was tested (0.163 to 0.169)"),
        ("codex", "codex-cli 0.99.0", Level.WARN, "older than what was tested (0.163 to 0.169)"),
        ("pi", "0.74.2", Level.WARN, "older than 0.80.4: it does not say when it has settled"),
        ("pi", "0.83.9", Level.WARN, "older than 0.84: it repeats the whole message"),
        ("opencode", "1.18.33", Level.OK, "tested"),
        ("gemini", "no version today", Level.WARN, "it does not say its version: no version today"),
        ("gemini", "", Level.WARN, "it does not say its version: it said nothing"),
        ("codex", "\x1b]0;owned\x07\x1b[2J0.169.4\x1b[0m", Level.OK, "0.169.4"),
        ("gemini", "\x1b[2J\x1b]0;1.2.3\x07no version\x1b[0m", Level.WARN, "it does not say its version: no version"),
        ("gemini", "\x1b[2J", Level.WARN, "it does not say its version: it said nothing"),
    ],
)
def test_a_version_is_compared_with_what_was_tested(
    bin_dir: Path, monkeypatch: pytest.MonkeyPatch, program: str, version: str, level: Level, told: str
) -> None:
    _program(bin_dir, program, f"echo '{version}'")
    _program(bin_dir, "node", "echo v24.1.0")
    monkeypatch.setenv("OPENAI_API_KEY", "sk-very-secret")
    monkeypatch.setenv("GEMINI_API_KEY", "sk-very-secret")
    found = _finding(program)
    assert found.level is level
    assert told in found.said


def test_an_old_node_is_told_before_what_the_program_says_about_it(bin_dir: Path) -> None:
    _program(bin_dir, "pi", "echo SyntaxError >&2; exit 1")
    _program(bin_dir, "node", "echo v20.20.2")
    found = _finding("pi")
    assert found.level is Level.WARN
    assert "it needs Node.js 22.19 or newer, and node is 20.20.2" in found.said


def test_a_program_is_asked_once_until_its_file_changes(bin_dir: Path, tmp_path: Path) -> None:
    asked = tmp_path / "asked"
    path = _program(bin_dir, "codex", f"echo x >>{asked}\necho codex-cli 0.163.0")
    for _ in range(3):
        assert _states()["codex"].version == "0.163.0"
    assert asked.read_text() == "x\n"
    path.write_text(path.read_text().replace("0.163", "0.164"))
    assert _states()["codex"].version == "0.164.0"
    assert asked.read_text() == "x\nx\n"


def test_without_writing_nothing_is_remembered_and_a_broken_cache_is_none(bin_dir: Path) -> None:
    _program(bin_dir, "codex", "echo codex-cli 0.163.0")
    cache = cache_home() / "versions.json"
    program_states({}, Versions(cache, writing=False))
    assert not cache.exists()
    cache.parent.mkdir(parents=True)
    cache.write_text("[]")
    assert _states()["codex"].version == "0.163.0"


def test_a_program_that_hangs_is_ended_with_what_it_started(
    bin_dir: Path, monkeypatch: pytest.MonkeyPatch, no_process_left: None
) -> None:
    monkeypatch.setattr(versions, "PATIENCE_S", 0.3)
    _program(bin_dir, "codex", "sleep 600 & sleep 600")
    assert _states()["codex"].problem == "it does not say its version: no answer within 0.3 s"


def test_a_program_writes_no_state_of_the_persons(bin_dir: Path, own_home: Path) -> None:
    _program(bin_dir, "codex", 'echo here >"${CODEX_HOME:-$HOME/.codex}/state"; echo codex-cli 0.163.0')
    assert _states()["codex"].version == "0.163.0"
    assert not (own_home / ".codex").exists()


def test_the_setting_command_counts_before_the_path(bin_dir: Path, tmp_path: Path) -> None:
    path = _program(tmp_path, "other", 'test "$*" = --version && echo 0.165.0')
    found = _states(codex=ProgramSection(command=[str(path), "app-server"]))["codex"]
    assert (found.path, found.version) == (str(path), "0.165.0")


def test_a_login_of_the_persons_is_only_for_runs_that_share_it(bin_dir: Path, own_home: Path) -> None:
    codex = known_program("codex")
    assert codex is not None
    assert login_of(codex, {}, own_home, shares=True) == Login("", False)
    (own_home / ".codex").mkdir()
    (own_home / ".codex" / "auth.json").write_text("{}")
    assert login_of(codex, {}, own_home, shares=True) == Login("~/.codex/auth.json", True)
    assert login_of(codex, {}, own_home, shares=False) == Login("~/.codex/auth.json", False)
    assert login_of(codex, {"OPENAI_API_KEY": "x"}, own_home, shares=False) == Login("OPENAI_API_KEY", True)
    assert login_of(codex, {"CODEX_HOME": "/nowhere"}, own_home, shares=True) == Login("", False)
    _program(bin_dir, "codex", "echo 0.163.0")
    found = _finding("codex")
    assert found.level is Level.WARN
    assert found.remedy.startswith("set programs.codex.shareLogin to true")
    key = ProgramSection(env={"OPENAI_API_KEY": "x"})
    (with_key,) = [each for each in known_programs({"codex": key}) if each.name == "codex"]
    assert (with_key.logged_in, with_key.why_not) == (True, "")


def test_a_configuration_that_runs_get_a_copy_of_is_enough(own_home: Path) -> None:
    pi, opencode = known_program("pi"), known_program("opencode")
    assert pi is not None
    assert opencode is not None
    (own_home / ".pi" / "agent").mkdir(parents=True)
    (own_home / ".pi" / "agent" / "models.json").write_text("{}")
    assert login_of(pi, {}, own_home, shares=False) == Login("~/.pi/agent/models.json", True)
    (own_home / "data" / "opencode").mkdir(parents=True)
    (own_home / "data" / "opencode" / "auth.json").write_text("{}")
    there = {"XDG_DATA_HOME": str(own_home / "data")}
    assert login_of(opencode, there, own_home, shares=True) == Login("~/data/opencode/auth.json", True)


def test_any_agent_of_the_protocol_is_told_by_its_command(bin_dir: Path, tmp_path: Path) -> None:
    path = _program(tmp_path, "goose", "echo goose 1.9.2")
    set_up = {"acp:goose": ProgramSection(command=[str(path), "acp"]), "acp:nothing": ProgramSection(args=["x"])}
    states = program_states(set_up, Versions(cache_home() / "versions.json"))
    findings = {each.name: each for each in agent_findings(states, None, set_up)}
    assert findings["acp:goose"].said == f"adapter, 1.9.2, {path}; it uses your own directory and login"
    assert findings["acp:nothing"].remedy == 'set programs."acp:nothing".command, or install it'


@pytest.mark.parametrize("name", ["acp:goose", "acp:qwen"])
def test_an_agent_of_the_protocol_whose_version_cannot_be_told_is_not_well(
    bin_dir: Path, tmp_path: Path, name: str
) -> None:
    path = _program(tmp_path, "broken", "echo no such option >&2; exit 2")
    _program(bin_dir, "node", "echo v24.1.0")
    set_up = {name: ProgramSection(command=[str(path)], env={"OPENAI_API_KEY": "x"})}
    found = _finding(name, **set_up)
    assert (found.level, found.said) == (Level.WARN, f"{path}: it does not say its version: no such option")
    assert found.remedy


@pytest.mark.parametrize("known", KNOWN_ACP, ids=lambda known: known.name)
def test_a_known_agent_of_the_protocol_that_is_not_there_is_told_with_how_to_get_it(
    bin_dir: Path, known: KnownProgram
) -> None:
    found = _finding(known.name)
    assert (found.level, found.said) == (Level.OK, f"not used: is not installed; to get it: {known.install}")
    gone = _finding(known.name, **{known.name: ProgramSection(command=["/nowhere/x"])})
    assert (gone.level, gone.said) == (Level.WARN, "its command is not there")


def test_a_known_agent_of_the_protocol_is_told_with_tested_range_and_login(
    bin_dir: Path, own_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    claude, qwen = _program(bin_dir, "claude-agent-acp", "echo 0.100.3"), _program(bin_dir, "qwen", "echo 0.24.4")
    _program(bin_dir, "node", "echo v24.1.0")
    found = _finding("acp:claude")
    assert (found.level, found.said) == (Level.WARN, f"0.100.3, {claude}: nobody is logged in")
    assert found.remedy == (
        'log in with claude and set programs."acp:claude".shareLogin, or set the variable ANTHROPIC_API_KEY'
    )
    monkeypatch.setenv("ANTHROPIC_API_KEY", "sk-very-secret")
    assert _finding("acp:claude").said == f"0.100.3, {claude}, tested; login: ANTHROPIC_API_KEY"
    (own_home / ".qwen").mkdir()
    (own_home / ".qwen" / "oauth_creds.json").write_text("{}")
    assert _finding("acp:qwen").remedy.startswith('set programs."acp:qwen".shareLogin to true')
    shared = {"acp:qwen": ProgramSection.model_validate({"shareLogin": True})}
    assert _finding("acp:qwen", **shared).said == (f"0.24.4, {qwen}, tested; login: ~/.qwen/oauth_creds.json")


def test_known_agents_of_the_protocol_are_those_that_the_adapter_knows() -> None:
    assert {known.name: (known.executable, *known.state_variables) for known in KNOWN_ACP} == {
        f"acp:{name}": (*known.command, known.home) for name, known in named.KNOWN.items()
    }
    for known in KNOWN_ACP:
        seen = {*(of := named.KNOWN[known.name.removeprefix("acp:")]).keys, *of.keys_with}
        assert set(known.keys) - seen <= {"CLAUDE_CODE_USE_FOUNDRY"}


def test_the_login_of_a_program_lies_where_its_variable_says(tmp_path: Path) -> None:
    cline = known_program("acp:cline")
    assert cline is not None
    (tmp_path / "settings").mkdir()
    (tmp_path / "settings" / "providers.json").write_text("{}")
    there = {"CLINE_DATA_DIR": str(tmp_path)}
    assert login_of(cline, there, tmp_path, shares=True) == Login("~/settings/providers.json", True)


def test_no_agent_of_the_protocol_is_chosen_by_itself(bin_dir: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _program(bin_dir, "claude-agent-acp", "echo 0.100.3")
    monkeypatch.setenv("ANTHROPIC_API_KEY", "sk-very-secret")
    (found,) = [each for each in known_programs() if each.name == "acp:claude"]
    assert (found.why_not, found.real) == ("", False)
    assert choose(None, None, known_programs()).program == "offline"


def test_versions_are_compared_by_the_parts_that_are_named() -> None:
    assert not is_newer((1, 18, 33), (1, 18))
    assert is_newer((1, 19), (1, 18))
    assert is_older((0, 80, 3), (0, 80, 4))
    assert not is_older((0, 80, 4), (0, 80, 4))


def test_only_what_could_work_is_called(bin_dir: Path) -> None:
    states = (
        ProgramState("shell", True, "/bin/sh"),
        ProgramState("codex", True, None),
        ProgramState("pi", True, "/x/pi", logged_in=False),
        ProgramState("claude", True, "/x/claude", logged_in=None),
        ProgramState("unheard-of", False, "/x/y", logged_in=True),
    )
    assert [state.name for state in to_be_tried(states)] == ["claude"]


def _answering(tmp_path: Path) -> ProgramSection:
    """Claude Code as far as a call needs it."""
    script = tmp_path / "claude.py"
    script.write_text(
        "import json, sys\n"
        "sys.stdin.readline()\n"
        "session = {'session_id': 's1', 'uuid': 'u'}\n"
        "for line in [\n"
        "    {'type': 'system', 'subtype': 'init', 'cwd': '.', 'model': 'm-1', 'claude_code_version': '2.1.9'},\n"
        "    {'type': 'assistant', 'message': {'id': 'a', 'content': [{'type': 'text', 'text': 'OK'}]}},\n"
        "    {'type': 'result', 'subtype': 'success', 'is_error': False, 'terminal_reason': 'completed',\n"
        "     'result': 'OK', 'num_turns': 1, 'modelUsage': {'m-1': {'inputTokens': 7, 'outputTokens': 1}}},\n"
        "]:\n"
        "    print(json.dumps({**line, **session}), flush=True)\n"
        "sys.stdin.read()\n"
    )
    return ProgramSection(command=[sys.executable, str(script)])


def test_a_live_call_tells_what_answered_and_leaves_nothing(
    bin_dir: Path, tmp_path: Path, no_process_left: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(scratch))
    (called,) = try_programs((ProgramState("claude", True, "/x"),), {"claude": _answering(tmp_path)})
    assert (called.problem, called.answer, called.version, called.model) == ("", "OK", "2.1.9", "m-1")
    assert called.usage is not None
    assert (called.usage.input, called.usage.output) == (7, 1)
    assert os.listdir(scratch) == []


@pytest.mark.parametrize(
    ("script", "told"),
    [
        ("sleep 600", "worker_timeout: longer than 1 s"),
        ("echo nothing of use; exit 3", "agent_error: the stream ended without a result"),
        ("exit 0", "agent_error: the stream ended without a result"),
    ],
)
def test_a_live_call_that_fails_says_how(
    bin_dir: Path, tmp_path: Path, no_process_left: None, script: str, told: str
) -> None:
    broken = ProgramSection(command=[str(_program(tmp_path, "broken", script))])
    (called,) = try_programs((ProgramState("claude", True, "/x"),), {"claude": broken}, within_s=1.0)
    assert called.problem.startswith(told), called


def test_the_page_about_programs_has_each_with_its_tested_versions() -> None:
    page = (Path(__file__).parents[2] / "docs" / "programs.md").read_text()
    for known in (*KNOWN_PROGRAMS, *KNOWN_ACP):
        assert f"| `{known.name}` | {range_words(known)}" in page
