"""No file crashes a parser, faults lie within the file, and what is written well is read back."""

from __future__ import annotations

import tempfile
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from crew_core.model.status import EdgePolicy
from crew_core.resources.agent_file import read_agent
from crew_core.resources.faults import Fault, ResourceError
from crew_core.resources.team_file import read_team
from crew_core.resources.workflow_file import read_workflow
from tests.resources.resource_files import READERS

IDS = st.from_regex(r"[a-z][a-z0-9-]{0,8}", fullmatch=True)
WORDS = st.text(st.characters(categories=("L", "N", "Zs", "P")), max_size=20).map(lambda text: " ".join(text.split()))

#: Pieces that mean something to a parser, so that random files come close to real ones.
_SETTINGS = "name:|role: x|dependsOn: a|dependsOn: b:any|retries: 1|timeout: 1m|maxConcurrency: 3|access: read|task: x"
_STRUCTURE = "---|## a|## b|## |```|~~~~|````sh|- a: agent=b|- a|* c: agent=d|: x|verify: x|cwd: ..|  - x|disabled: no"
_ODD = "²|\ufeff|\x00|\x0b|\u2028|"
PIECES = st.sampled_from([piece for pieces in (_SETTINGS, _STRUCTURE, _ODD) for piece in pieces.split("|")])
TEXTS = st.lists(st.one_of(PIECES, st.text(max_size=8)), max_size=14)


@settings(max_examples=400)
@given(lines=TEXTS, end=st.sampled_from(["\n", "\r\n", "\r"]), name=st.sampled_from(sorted(READERS)))
def test_any_text_is_read_or_refused_with_lines_that_exist(lines: list[str], end: str, name: str) -> None:
    _read_or_refuse(name, end.join(lines).encode("utf-8", "surrogatepass"))


@given(data=st.binary(max_size=60), name=st.sampled_from(sorted(READERS)))
def test_any_bytes_are_read_or_refused_with_lines_that_exist(data: bytes, name: str) -> None:
    _read_or_refuse(name, data)


def _read_or_refuse(name: str, data: bytes) -> None:
    with tempfile.TemporaryDirectory() as directory:
        path = Path(directory) / name
        path.write_bytes(data)
        count = data.count(b"\n") + data.count(b"\r") - data.count(b"\r\n") + 1
        faults: tuple[Fault, ...] = ()
        try:
            READERS[name](path)
        except ResourceError as error:
            faults = error.faults or (Fault(path, 0, ""),)
        assert all(1 <= fault.line <= count and fault.what and str(fault).isprintable() for fault in faults)


@given(
    steps=st.lists(IDS, min_size=1, max_size=6, unique=True),
    picks=st.data(),
    most=st.none() | st.integers(1, 1024),
)
def test_a_workflow_that_is_written_is_read_back(steps: list[str], picks: st.DataObject, most: int | None) -> None:
    edges = {
        step: picks.draw(st.dictionaries(st.sampled_from(steps[:n]), st.sampled_from(EdgePolicy))) if n else {}
        for n, step in enumerate(steps)
    }
    texts = {step: picks.draw(WORDS) for step in steps}
    parts = ["---", "name: w"] + ([f"maxConcurrency: {most}"] if most else []) + ["---"]
    for step in steps:
        depends = ", ".join(f"{name}:{policy}" for name, policy in edges[step].items())
        parts += [f"## {step}", f"role: r-{step}", *([f"dependsOn: {depends}"] if depends else [])]
        parts += ["", "```sh", "## " + texts[step], "```", ""]
    with tempfile.TemporaryDirectory() as directory:
        path = Path(directory) / "w.workflow.md"
        path.write_text("\n".join(parts), encoding="utf-8")
        flow = read_workflow(path)
    assert flow.workers == most
    assert [(step.id, step.role) for step in flow.steps] == [(step, f"r-{step}") for step in steps]
    for step in flow.steps:
        assert {edge.task: edge.policy for edge in step.edges} == edges[step.id]
        assert step.text == f"```sh\n## {texts[step.id]}\n```"
        assert parts[step.line - 1] == f"## {step.id}"


@given(roles=st.dictionaries(IDS, st.tuples(IDS, st.none() | st.integers(1, 1024)), min_size=1, max_size=6))
def test_a_team_that_is_written_is_read_back(roles: dict[str, tuple[str, int | None]]) -> None:
    lines = [
        f"- {name}: does things agent={agent}{f' maxConcurrency={most}' if most else ''}"
        for name, (agent, most) in roles.items()
    ]
    with tempfile.TemporaryDirectory() as directory:
        path = Path(directory) / "t.team.md"
        path.write_text("\n".join(lines), encoding="utf-8")
        team = read_team(path)
    assert {role.name: (role.agent, role.workers) for role in team.roles} == roles
    assert {role.description for role in team.roles} == {"does things"}


@given(description=WORDS, body=WORDS, read_only=st.booleans())
def test_an_agent_that_is_written_is_read_back(description: str, body: str, read_only: bool) -> None:
    access = "read" if read_only else "write"
    text = f"---\nname: a\ndescription: {description}\naccess: {access}\n---\n{body}\n"
    with tempfile.TemporaryDirectory() as directory:
        path = Path(directory) / "a.md"
        path.write_text(text, encoding="utf-8")
        agent = read_agent(path)
    assert (agent.description, agent.access, agent.system_prompt) == (
        "" if description == "false" else description,
        access,
        body,
    )
