"""What the covering screens are about: a transcript, a journal with its summary, resources."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from msgspec.structs import replace

from crew_core.engine.closeout import summary
from crew_core.model import events as e
from crew_core.model.events import Event, EventMetadata, Payload, make_event
from crew_core.model.plan import Edge
from crew_core.model.progress import Progress
from crew_core.model.reduce import reduce_all
from crew_core.model.spent import Spent
from crew_core.model.status import Access, AttemptCause, AttemptOutcome
from crew_core.model.transcript import AgentEvent, Kind
from crew_core.model.usage import Usage
from crew_core.model.verdict import run_verdict
from crew_core.observe.slices import AppendLog
from crew_core.ops.last_used import LastUse
from crew_tui.resource_rows import Origin, ResourceRow
from tests.tui.builders import NOW, ago

_DIFF = """\
--- a/src/auth/token.ts
+++ b/src/auth/token.ts
@@ -12,3 +12,4 @@
 export function rotate(session: Session): Token {
-  return session.token;
+  const next = issue(session.user, Date.now() + REFRESH_MS);
+  return store.replace(session.token, next);
 }"""
_REPORT = """\
All green now. Three new cases cover the refresh path:

- a token that is used twice ends the session, as the specification of refresh tokens asks for
- one that has run out is refused with 401
- rotation keeps the session of the other device"""

#: What an agent did, with an answer to a person and a test that failed first.
TRANSCRIPT = (
    AgentEvent(Kind.NOTICE, ago(41), "prompt: Write tests\nfor the refresh path of src/auth"),
    AgentEvent(Kind.SESSION, ago(40), data={"model": "qwen2.5-coder"}),
    AgentEvent(Kind.THINKING, ago(39), "The store exposes rotate(), so a test can\nrotate a token twice."),
    AgentEvent(Kind.TEXT, ago(38), "I'll start with the code that rotates tokens.", id="m1"),
    AgentEvent(Kind.TOOL_START, ago(37), "src/auth/token.ts", "read", id="1"),
    AgentEvent(Kind.TOOL_END, ago(37), "\n".join(f"line {at}" for at in range(30)), "read", id="1", duration_ms=100),
    AgentEvent(Kind.TOOL_START, ago(36), "npm test -- auth/refresh", "bash", id="2"),
    AgentEvent(
        Kind.TOOL_END,
        ago(28),
        "FAIL test/auth/refresh.test.ts\n  expected 401\n  received 200",
        "bash",
        id="2",
        failed=True,
        duration_ms=8100,
    ),
    AgentEvent(Kind.STEER, ago(26), "Keep the public API unchanged", id="s1"),
    AgentEvent(Kind.TOOL_START, ago(24), "src/auth/token.ts", "edit", id="3"),
    AgentEvent(Kind.TOOL_END, ago(24), _DIFF, "edit", id="3", duration_ms=40),
    AgentEvent(Kind.MESSAGE, ago(22), "The refresh token is rotated on each use now", to="05_docs"),
    AgentEvent(Kind.USAGE, ago(21), usage=Usage(input=11_000, output=1_100, cache_read=41_000, cost=0.0712)),
    AgentEvent(Kind.TEXT, ago(20), _REPORT, id="m2"),
)

_RUN_ID = "team_20260515140000_00000000cfc0cf97"
_STEPS = (
    ("01_explore", "explorer", ()),
    ("02_plan", "planner", ("01_explore",)),
    ("03_execute", "executor", ("02_plan",)),
    ("04_report", "writer", ("03_execute",)),
)


def _happened() -> tuple[tuple[float, str | None, Payload], ...]:
    """Seconds before now, task, what happened: two tasks end well, the third fails twice."""
    seeds = tuple(
        e.TaskSeed(name, name[3:], name[3:], agent, "claude", "/src/acme-api", Access.WRITE, 1, tuple(map(Edge, after)))
        for name, agent, after in _STEPS
    )
    created = e.RunCreated(
        "Refactor auth middleware and add regression tests", "default", "fast-fix", "/src/acme-api", ago(240), seeds
    )

    def begun(at: float, name: str, n: int = 1) -> tuple[tuple[float, str, Payload], ...]:
        cause = AttemptCause.FIRST if n == 1 else AttemptCause.RETRY
        intent = e.AttemptStarting(n, cause, f"w-{name}-{n}", "claude", n - 1)
        return ((at, name, intent), (at - 1, name, e.TaskStarted()))

    def failed(at: float, n: int) -> tuple[float, str, Payload]:
        return (at, "03_execute", e.AttemptEnded(n, AttemptOutcome.FAILED, "exit", "exit status 2", exit_code=2))

    return (
        (240, None, created),
        (239, None, e.RunRunning()),
        *begun(238, "01_explore"),
        (220, "01_explore", e.TaskProgress(Progress(recent_output=("42 modules",), tokens=14_000))),
        (200, "01_explore", e.TaskCompleted(exit_code=0)),
        *begun(199, "02_plan"),
        (160, "02_plan", e.TaskCompleted(exit_code=0)),
        *begun(159, "03_execute"),
        (140, "03_execute", e.TaskProgress(Progress(current_tool="bash", current_tool_args="npm test"))),
        failed(120, 1),
        *begun(119, "03_execute", 2),
        failed(90, 2),
        (89, "03_execute", e.TaskFailed("exit", "exit status 2", exit_code=2)),
        (88, "04_report", e.TaskSkipped("03_execute")),
        (87, None, e.RunFailed("task_failed")),
    )


def journal(*, understood: bool = True) -> AppendLog[Event]:
    """A run from its beginning to its end. Otherwise one event is of a later version, which means else by its type."""
    log: AppendLog[Event] = AppendLog()
    for number, (seconds, task_id, payload) in enumerate(_happened(), 1):
        metadata = EventMetadata(seq=number)
        event = make_event(payload, time=ago(seconds), run_id=_RUN_ID, metadata=metadata, task_id=task_id)
        later = not understood and isinstance(payload, e.TaskProgress)
        log.append(replace(event, data={"progress": "half"}) if later else event)
    return log


def summary_file() -> str:
    """`summary.md` of that run, as its coordinator writes it."""
    state = reduce_all(None, journal())
    assert state is not None
    found = {"01_explore": "42 modules, three of them keep sessions:\n  src/auth/session.ts"}
    return summary(state, run_verdict(state), NOW - timedelta(seconds=87), found)


_BUILT_IN = Path("/usr/lib/crew-tui/builtin")
_TEAMS = (
    ResourceRow(
        "default",
        Origin.PROJECT,
        Path("/src/acme-api/.crew/teams/default.md"),
        "Explore, change, test; a person looks at it before it is merged",
        hides=(_BUILT_IN / "teams/default.md",),
        used_by=("workflow release", "workflow fast-fix"),
        last=LastUse(
            "team_20260515140000_0000000094cd24fb",
            "failed",
            ago(2400),
            ago(1200),
            Spent(2, input=58_000, cost_nano=13 * 10**7),
        ),
    ),
    ResourceRow("docs", Origin.YOURS, Path("/home/ada/.config/crew/teams/docs.md"), "Writers who read the code first"),
    ResourceRow("review", Origin.BUILT_IN, _BUILT_IN / "teams/review.md", "Several reviewers, one report"),
    ResourceRow("research", Origin.BUILT_IN, _BUILT_IN / "teams/research.md", "Looks for answers and changes nothing"),
)
_BROKEN = ResourceRow(
    "nightly",
    Origin.PROJECT,
    Path("/src/acme-api/.crew/teams/nightly.md"),
    "Runs what takes long",
    unusable="broken",
    problem="nightly.md:3: no such field: rolez; did you mean roles?",
)
_AGENTS = (ResourceRow("executor", Origin.BUILT_IN, _BUILT_IN / "agents/executor.md", "Changes the code"),)

RESOURCES = {"teams": _TEAMS, "workflows": (), "agents": _AGENTS, "skills": ()}
WITH_A_BROKEN_ONE = {**RESOURCES, "teams": (_BROKEN, *_TEAMS)}
