"""What a new resource begins with: a file that is right as it stands."""

from __future__ import annotations

from crew_core.resources.kinds import Kind

_TEAM = """\
---
name: {name}
description: What this team is for
defaultWorkflow: default
---

- explorer: agent=explorer finds what the goal touches
- planner: agent=planner decides how it is done
- executor: agent=executor makes the change
- verifier: agent=verifier checks the result
"""

_WORKFLOW = """\
---
name: {name}
description: What this workflow does
---

## explore
role: explorer

What is to be found out.

## execute
role: executor
dependsOn: explore

What is to be done.

## verify
role: verifier
dependsOn: execute
wants: verdict

How it is judged.
"""

_AGENT = """\
---
name: {name}
description: What this agent does
access: read
---

You are … Say here who it is, how it works, and what its answer has in it.
"""

_SKILL = """\
---
name: {name}
description: When this helps
---

What to do, step by step, in a page at most.
"""


_TEXTS = {Kind.TEAM: _TEAM, Kind.WORKFLOW: _WORKFLOW, Kind.AGENT: _AGENT, Kind.SKILL: _SKILL}


def new_file(kind: Kind, name: str) -> str:
    return _TEXTS[kind].format(name=name)
