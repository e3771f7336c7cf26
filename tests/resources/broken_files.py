"""Files with one fault each, put into a crew that is otherwise right: where the fault is, and what is said of it."""

from __future__ import annotations

from dataclasses import dataclass

#: A crew in which nothing is wrong. ``wide`` has the three kinds of steps that bring or judge tasks.
RIGHT = {
    "agents/a.md": "---\nname: a\ndescription: one\naccess: read\nskills: habit\n---\n\nYou are a.\n",
    "agents/sh.md": "---\nname: sh\nprogram: shell\n---\n",
    "skills/habit/SKILL.md": "---\nname: habit\ndescription: good\n---\n\nDo it well.\n",
    "teams/t.team.md": "---\nname: t\ndefaultWorkflow: w\n---\n\n- a: agent=a looks\n- sh: agent=sh works\n",
    "workflows/w.workflow.md": "## one\nrole: a\n\nLook.\n\n## two\nrole: sh\ndependsOn: one\n\n```sh\ntrue\n```\n",
    "teams/wide.team.md": "---\ndefaultWorkflow: wide\n---\n- a\n",
    "workflows/wide.workflow.md": (
        "## find\nrole: a\nwants: list\n\nFind.\n\n"
        "## each\nrole: a\nforEach: find\nmax: 3\n\nLook.\n\n"
        "## judge\nrole: a\ndependsOn: each\nwants: verdict\n\nJudge.\n"
    ),
}


@dataclass(frozen=True)
class Broken:
    """``says`` are words of the problem and its remedy."""

    file: str
    text: str
    line: int
    says: tuple[str, ...]
    level: str = "error"


AGENT, TEAM, FLOW, SKILL = "agents/a.md", "teams/t.team.md", "workflows/w.workflow.md", "skills/habit/SKILL.md"
WIDE = "workflows/wide.workflow.md"

#: Roles and steps that keep the rest of the crew right.
_ROLES = "- a: agent=a\n- sh: agent=sh\n"
_HEAD = "---\nname: t\ndefaultWorkflow: w\n---\n"
_TAIL = "\n## two\nrole: sh\n\n```sh\ntrue\n```\n"

BROKEN = {
    "agent: unknown key": Broken(AGENT, "---\nname: a\nacces: read\n---\n", 3, ("'acces'", "'access'")),
    "agent: access": Broken(AGENT, "---\naccess: all\n---\n", 2, ("access is 'all'", "read or write")),
    "agent: flag": Broken(AGENT, "---\ndisabled: yes\n---\n", 2, ("disabled is 'yes'", "true or false")),
    "agent: name": Broken("agents/c.md", "---\nname: a b\n---\n", 2, ("name 'a b' is no id",)),
    "agent: name twice": Broken("agents/c.md", "---\nname: A\n---\n", 1, ("agent 'A' is in", "rename one")),
    "agent: not closed": Broken(AGENT, "---\nname: a\n", 1, ("front matter is not closed", "---")),
    "agent: begun late": Broken(AGENT, "\n---\nname: a\n---\n", 2, ("must begin on line 1",)),
    "agent: a list": Broken(AGENT, "---\ntools:\n  - read\n---\n", 3, ("'- read' is no key: value", "commas")),
    "agent: no text": Broken(AGENT, "---\nname: a\n---\n\0\n", 4, ("NUL",)),
    "agent: program": Broken(AGENT, "---\nname: a\nprogram: shel\n---\n", 3, ("program 'shel'", "'shell'")),
    "agent: tool": Broken(AGENT, "---\nname: a\ntools: read, raed\n---\n", 3, ("'raed'", "'read'"), "warning"),
    "agent: model": Broken(AGENT, "---\nmodel: my model\n---\n", 2, ("'my model' has a space",), "warning"),
    "agent: model part": Broken(AGENT, "---\nmodel: some/\n---\n", 2, ("'some/' has an empty part",), "warning"),
    "agent: skill": Broken(AGENT, "---\nskills: habbit\n---\n", 2, ("no skill 'habbit'", "'habit'"), "warning"),
    "agent: skill's name": Broken(AGENT, "---\nskills: a b\n---\n", 2, ("'a b' is no name of a skill",)),
    "agent: disabled": Broken(TEAM, _HEAD + "- a: agent=off\n- sh: agent=sh\n", 5, ("'off' is disabled", "enable it")),
    "team: agent": Broken(TEAM, _HEAD + "- a: agent=aa\n- sh: agent=sh\n", 5, ("no agent 'aa'", "there is")),
    "team: no agent": Broken(TEAM, _HEAD + "- a: agent= x\n- sh: agent=sh\n", 5, ("names no agent", "agent=NAME")),
    "team: workflow": Broken("teams/x.team.md", "---\ndefaultWorkflow: wi\n---\n- a\n", 2, ("no workflow 'wi'",)),
    "team: unknown key": Broken(TEAM, "---\nwrokflow: w\n---\n" + _ROLES, 2, ("'wrokflow'", "'workflow'")),
    "team: workers": Broken(TEAM, "---\nmaxConcurrency: 0\n---\n" + _ROLES, 2, ("maxConcurrency is '0'", "1 to 1024")),
    "team: role twice": Broken(TEAM, _HEAD + _ROLES + "- a: agent=sh\n", 7, ("'a' is there already, on line 5",)),
    "team: token": Broken(TEAM, _HEAD + "- a: agnet=a\n- sh\n", 5, ("unknown key 'agnet'", "'agent'")),
    "team: astray": Broken(TEAM, _HEAD + _ROLES + "* c: agent=a\n", 7, ("looks like a role",)),
    "team: role unused": Broken(TEAM, _HEAD + _ROLES + "- c: agent=a\n", 7, ("no step for role 'c'",), "warning"),
    "team: model": Broken(TEAM, _HEAD + "- a: agent=a model=/x\n- sh\n", 5, ("'/x' has an empty part",), "warning"),
    "team: no role": Broken(TEAM, _HEAD + "Nobody.\n", 1, ("the team has no role", "add a line")),
    "team: skill": Broken(TEAM, _HEAD + "- a: skills=x9\n- sh\n", 5, ("role a: no skill 'x9'",), "warning"),
    "workflow: role": Broken(
        FLOW, f"## one\nrole: b\n{_TAIL}\n## c\nrole: a\n", 1, ("needs role 'b'", "there is: a, sh")
    ),
    "workflow: no step": Broken(FLOW, "# Plan\n", 1, ("the workflow has no step", "add a heading")),
    "workflow: step twice": Broken(FLOW, f"## one\nrole: a\n{_TAIL}\n## one\nrole: a\n", 11, ("on line 1",)),
    "workflow: unknown step": Broken(
        FLOW, f"## one\nrole: a\ndependsOn: tow\n{_TAIL}", 3, ("unknown step 'tow'", "there is: two")
    ),
    "workflow: itself": Broken(FLOW, f"## one\nrole: a\ndependsOn: one\n{_TAIL}", 3, ("depends on itself",)),
    "workflow: circle": Broken(
        FLOW,
        f"## one\nrole: a\ndependsOn: three\n\n## three\nrole: a\ndependsOn: one\n{_TAIL}",
        3,
        ("in a circle: one → three → one",),
    ),
    "workflow: policy": Broken(
        FLOW, f"## one\nrole: a\ndependsOn: two:al\n{_TAIL}", 3, ("edge policy 'al'", "success, any, optional")
    ),
    "workflow: key": Broken(FLOW, f"## one\nrole: a\nretry: 3\n{_TAIL}", 3, ("unknown key 'retry'", "'retries'")),
    "workflow: retries": Broken(FLOW, f"## one\nrole: a\nretries: -1\n{_TAIL}", 3, ("retries is '-1'", "0 to 100")),
    "workflow: timeout": Broken(FLOW, f"## one\nrole: a\ntimeout: soon\n{_TAIL}", 3, ("timeout is 'soon'", "90s")),
    "workflow: cwd": Broken(FLOW, f"## one\nrole: a\ncwd: /x\n{_TAIL}", 3, ("cwd is '/x'", "directory of the run")),
    "workflow: wants": Broken(FLOW, f"## one\nrole: a\nwants: verdct\n{_TAIL}", 3, ("'verdct'", "'verdict'")),
    "workflow: no list": Broken(
        FLOW, f"## one\nrole: a\nforEach: two\n{_TAIL}", 3, ("for each of 'two', which wants no list", "wants: list")
    ),
    "workflow: list of a fan-out": Broken(
        WIDE,
        "## find\nrole: a\nwants: list\n\n## each\nrole: a\nforEach: find\n\n## more\nrole: a\nforEach: each\n",
        11,
        ("which wants no list", "no list of its own"),
    ),
    "workflow: list of nobody": Broken(
        FLOW, f"## one\nrole: a\nforEach: tow\n{_TAIL}", 3, ("unknown step 'tow'", "there is: two")
    ),
    "workflow: plan of a fan-out": Broken(
        WIDE,
        "## find\nrole: a\nwants: list\n\n## each\nrole: a\nforEach: find\nwants: plan\n",
        8,
        ("a fan-out cannot want a plan",),
    ),
    "workflow: list of another policy": Broken(
        WIDE,
        "## find\nrole: a\nwants: list\n\n## each\nrole: a\ndependsOn: find:any\nforEach: find\n",
        8,
        ("'find' is a dependency of another policy",),
    ),
    "workflow: max": Broken(
        WIDE,
        "## find\nrole: a\nwants: list\n\n## each\nrole: a\nforEach: find\nmax: 51\n",
        8,
        ("max is '51'", "1 to 50"),
    ),
    "workflow: max of nothing": Broken(FLOW, f"## one\nrole: a\nmax: 3\n{_TAIL}", 3, ("max bounds nothing here",)),
    "workflow: skill": Broken(
        FLOW, f"## one\nrole: a\nskills: habt\n{_TAIL}", 3, ("step one: no skill 'habt'", "'habit'"), "warning"
    ),
    "workflow: no script": Broken(
        FLOW, "## one\nrole: a\n\n## two\nrole: sh\n", 4, ("step 'two' gives its shell agent no script",)
    ),
    "workflow: no end": Broken(FLOW, f"## one\nrole: a\n{_TAIL}\n```\nx\n", 11, ("the code block that begins here",)),
    "workflow: of no team": Broken(
        "workflows/x.workflow.md", "## one\n", 1, ("no team has the workflow 'x'",), "warning"
    ),
    "skill: name": Broken(SKILL, "---\nname: other\n---\n\nx\n", 2, ("'other' is not that of the directory",)),
    "skill: empty": Broken(SKILL, "---\nname: habit\n---\n\n", 4, ("the skill says nothing",)),
    "skill: not closed": Broken(SKILL, "---\nname: habit\n", 1, ("front matter is not closed",)),
    "skill: long": Broken(SKILL, "---\nname: habit\n---\n" + "x" * 1501, 4, ("1501 characters", "shorten"), "warning"),
}

#: An agent that is there and may not be used, for the row that names it.
OFF = {"agents/off.md": "---\ndisabled: true\n---\n"}

FIVE = Broken(
    FLOW,
    "---\nname: w\nmaxConcurrency: many\n---\n"
    "## one\nrole: a\ntimeout: soon\nwants: everything\n\n"
    "## two\nrole: sh\ndependsOn: one:sometimes\ncwd: ../..\n\n```sh\ntrue\n```\n",
    0,
    (),
)
FIVE_FOUND = [
    (3, "maxConcurrency is 'many'"),
    (7, "timeout is 'soon'"),
    (8, "wants is 'everything'"),
    (12, "unknown edge policy 'sometimes'"),
    (13, "cwd is '../..'"),
]
