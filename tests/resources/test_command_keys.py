"""An agent's keys about how its program works, and about a program of its own."""

from __future__ import annotations

from pathlib import Path

import pytest

from crew_core.model.mapping import TELLINGS
from crew_core.model.plan import CommandPlan, Mapped
from crew_core.model.status import PermissionMode
from crew_core.model.transcript import Kind
from crew_core.resources.agent_file import AgentFile, read_agent
from crew_core.resources.faults import ResourceError
from tests.resources.resource_files import put


def _agent(tmp_path: Path, front: str) -> AgentFile:
    return read_agent(put(tmp_path / "a.md", f"---\n{front}---\nYou are a.\n"))


def test_how_hard_it_thinks_and_who_allows_its_tools_is_read(tmp_path: Path) -> None:
    agent = _agent(tmp_path, "thinking: xhigh\npermissions: ask\n")
    assert (agent.thinking, agent.permissions, agent.unused) == ("xhigh", PermissionMode.ASK, ())
    plain = _agent(tmp_path, "name: a\n")
    assert (plain.thinking, plain.permissions, plain.command) == (None, PermissionMode.AUTO, None)


def test_a_command_is_cut_as_a_shell_would_and_has_its_own_program(tmp_path: Path) -> None:
    agent = _agent(tmp_path, "command: my-tool --say 'two words' \"\"\n")
    assert agent.program == "command"
    assert agent.command == CommandPlan(("my-tool", "--say", "two words", ""))
    assert agent.command.prompt == "stdin"
    by_file = _agent(tmp_path, "program: command\ncommand: tool @{prompt} {model}\nmodel: m\nkeys: A_KEY, B\n")
    assert by_file.command == CommandPlan(("tool", "@{prompt}", "{model}"), "file", "text", ("A_KEY", "B"))


def test_each_map_line_has_conditions_and_fields(tmp_path: Path) -> None:
    agent = _agent(
        tmp_path,
        "command: tool\n"
        "map.text: type=delta .delta.kind='a b' text=.delta.text\n"
        "map.text.whole: type=message text=.content.0.text id=.id\n"
        "map.usage: usage=* input=.usage.in\n"
        "map.error: type=error\n",
    )
    assert agent.command is not None
    assert agent.command.output == "jsonl"
    assert agent.command.map == (
        Mapped("text", {"type": "delta", "delta.kind": "a b"}, {"text": "delta.text"}),
        Mapped("text", {"type": "message"}, {"text": "content.0.text", "id": "id"}),
        Mapped("usage", {"usage": "*"}, {"input": "usage.in"}),
        Mapped("error", {"type": "error"}),
    )


@pytest.mark.parametrize(
    ("front", "told"),
    [
        ("thinking: hgih\n", ["2: thinking is 'hgih'; did you mean 'high'?"]),
        ("permissions: never\n", ["2: permissions is 'never'; it must be auto or ask"]),
        ("program: command\n", ["2: program is command, and there is no command; add: command: …"]),
        ("prompt: file\n", ["2: prompt says nothing without a command; add: command: PROGRAM"]),
        ("map.text: a=b text=.c\n", ["2: map.text says nothing without a command; add: command: PROGRAM"]),
        ("command:\n", ["2: command names no program; command: PROGRAM ARGUMENT …"]),
        ("command: a 'b\n", ["2: command: no closing quotation; quote it as for a shell"]),
        ("program: pi\ncommand: a\n", ["2: program is 'pi', and there is a command as well; leave one of both out"]),
        ("command: a\nprompt: argument\n", ["3: prompt is 'argument'; it must be stdin or file"]),
        ("command: a\nprompt: file\n", ["2: command has no {prompt} for the prompt's file; add {prompt}"]),
        (
            "command: a {prompt}\nprompt: stdin\n",
            ["3: the prompt comes by stdin, and command has {prompt}; prompt: file"],
        ),
        ("command: a\noutput: xml\n", ["3: output is 'xml'; it must be text or jsonl"]),
        (
            "command: a\noutput: text\nmap.text: a=b text=.c\n",
            ["3: output is text, which nothing maps; output: jsonl"],
        ),
        ("command: a\noutput: jsonl\n", ["3: no line is mapped to the agent's answer; add a line such as: "]),
        ("command: a\nmodel: m\n", ["3: command has no {model}: its program would not be told the model; put {model}"]),
        ("command: a {thinking}\n", ["2: command has {thinking}, and there is no thinking; add: thinking: …"]),
        ("command: a\ntools: read\n", ["3: crew-tui cannot give tools to a command, nor take them away; say it"]),
        ("command: a\npermissions: ask\n", ["3: a command cannot ask for permission; leave it out"]),
        ("command: a\nkeys: A-B\n", ["3: 'A-B' is no name of a variable; keys: NAME, NAME"]),
    ],
)
def test_what_is_wrong_is_told_with_its_line(tmp_path: Path, front: str, told: list[str]) -> None:
    with pytest.raises(ResourceError) as caught:
        _agent(tmp_path, front)
    said = [str(fault).removeprefix(f"{tmp_path / 'a.md'}:") for fault in caught.value.faults]
    assert len(said) == len(told), said
    assert [line[: len(start)] for line, start in zip(said, told, strict=True)] == told


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("map.txt: a=b text=.c", "map.txt: no kind 'txt'; did you mean 'text'?"),
        ("map.text: a=b texte=.c", "map.text: text has no field 'texte'; did you mean 'text'?"),
        ("map.text: a=b text", "map.text: 'text' is no condition; type=VALUE, or text=.PATH"),
        ("map.text: text=.c", "map.text has no condition: every line would be one; add FIELD=VALUE"),
        ("map.text: a=b", "map.text takes no text from the line; add text=.PATH"),
        ("map.tool_end: a=b text=.c", "map.tool_end takes no tool or id from the line; add tool=.PATH"),
        ("map.text: a=b text=.c..d", "map.text: 'text=.c..d' has no path; names with dots between them: .a.b.0"),
        ("map.text:", "map.text takes no text from the line; add text=.PATH"),
    ],
)
def test_a_wrong_map_line_is_told_with_what_is_wrong_in_it(tmp_path: Path, line: str, told: str) -> None:
    with pytest.raises(ResourceError) as caught:
        _agent(tmp_path, f"command: tool\n{line}\nmap.result: type=done text=.text\n")
    (fault,) = caught.value.faults
    assert fault.line == 3
    assert str(fault).removeprefix(f"{tmp_path / 'a.md'}:3: ").startswith(told)


def test_the_page_about_programs_says_what_is_read(tmp_path: Path) -> None:
    page = (Path(__file__).parents[2] / "docs" / "programs.md").read_text()
    example = page.split("```markdown\n")[1].split("```")[0]
    agent = read_agent(put(tmp_path / "reviewer.md", example))
    assert agent.command is not None
    assert len(agent.command.map) == 7
    _, _, kinds = page.partition("| `KIND` | Fields |\n|---|---|\n")
    rows = [line.strip("| ").split(" | ") for line in kinds.split("\n\n")[0].splitlines()]
    told = {kind.strip("`"): tuple(field.strip("`") for field in fields.split(", ")) for kind, fields in rows}
    assert told == {kind: telling.fields for kind, telling in TELLINGS.items()}
    assert set(TELLINGS) <= set(Kind)
