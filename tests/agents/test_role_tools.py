"""A role's list of tools, in programs that have none: what is left out is not there, or is denied."""

from __future__ import annotations

import json
from typing import Any

import pytest

from crew_core.agents.acp.opencode import launch
from crew_core.agents.asking import Ask, Asking
from crew_core.agents.codex.starting import thread
from crew_core.agents.role_tools import Does, Grant
from crew_core.model.status import Access, PermissionMode
from crew_core.model.steering import Decision
from tests.agents.recorded import BRIEFING, spec

READERS: dict[str, Any] = {"tools": ("read", "grep")}
EDITORS: dict[str, Any] = {"tools": ("Read", "Edit")}
RUNNERS: dict[str, Any] = {"tools": ("read", "bash", "write")}
RULED: dict[str, Any] = {"tools": ("read", "bash(git log:*)")}


@pytest.mark.parametrize(
    ("fields", "reads_only", "narrowed", "allowed"),
    [
        ({}, False, False, set(Does)),
        ({"access": Access.READ}, True, False, set(Does)),
        (READERS, True, True, {Does.READ}),
        (EDITORS, False, True, {Does.READ, Does.CHANGE}),
        (RUNNERS, False, False, {Does.READ, Does.CHANGE, Does.RUN}),
        (RULED, True, True, {Does.READ}),
    ],
)
def test_a_list_grants_what_its_tools_do(
    fields: dict[str, Any], reads_only: bool, narrowed: bool, allowed: set[Does]
) -> None:
    grant = Grant(spec("codex", **fields))
    assert (grant.reads_only, grant.narrowed) == (reads_only, narrowed)
    assert {does for does in Does if grant.allows(does)} == allowed


@pytest.mark.parametrize(
    ("fields", "sandbox", "policy"),
    [
        (READERS, "read-only", "never"),
        (EDITORS, "read-only", "on-request"),
        (RUNNERS, "workspace-write", "on-request"),
        ({**EDITORS, "permissions": PermissionMode.ASK}, "read-only", "untrusted"),
    ],
)
def test_codex_has_the_sandbox_of_its_tools(fields: dict[str, Any], sandbox: str, policy: str) -> None:
    begun = thread(spec("codex", **fields), BRIEFING, logged_in=True)
    assert (begun["sandbox"], begun["approvalPolicy"]) == (sandbox, policy)


@pytest.mark.parametrize(
    ("fields", "does", "decision"),
    [
        (EDITORS, Does.RUN, Decision.DENY),
        (EDITORS, Does.CHANGE, Decision.ALLOW),
        (RUNNERS, Does.RUN, Decision.ALLOW),
        (RUNNERS, Does.WEB, Decision.DENY),
        ({}, Does.WEB, Decision.ALLOW),
        ({**EDITORS, "permissions": PermissionMode.ASK}, Does.RUN, Decision.DENY),
        ({**EDITORS, "permissions": PermissionMode.ASK}, Does.CHANGE, None),
    ],
)
def test_what_is_left_out_is_denied_without_asking_a_person(
    fields: dict[str, Any], does: Does, decision: Decision | None
) -> None:
    decided, _ = Asking(spec("gemini", **fields)).asked(Ask("a", "tool", "do it", {}, does=does))
    assert decided is decision


@pytest.mark.parametrize(
    ("fields", "allowed"),
    [(READERS, set()), (EDITORS, {"edit"}), ({"tools": ("read", "bash")}, {"bash"})],
)
def test_opencode_is_told_by_its_rules(fields: dict[str, Any], allowed: set[str]) -> None:
    rules = json.loads(launch(spec("opencode", **fields)).env["OPENCODE_CONFIG_CONTENT"])["permission"]
    assert rules["*"] == "deny"
    assert {name for name in ("edit", "bash", "webfetch") if rules.get(name) == "allow"} == allowed
