"""What docs/prompts.md says is so: its example, its numbers, its contracts.

`SNAPSHOT_UPDATE=1` writes the example anew.
"""

from __future__ import annotations

import os
import re
from pathlib import Path

from msgspec.structs import replace

from crew_core.engine.answers import ListedItems, PlanFaults, PlannedTasks, StatedVerdict, items_of, plan_of, verdict_of
from crew_core.engine.answers.items import ITEM_CHARS
from crew_core.engine.answers.plan_entries import TASK_CHARS
from crew_core.engine.answers.plan_graph import ID_CHARS
from crew_core.engine.answers.role_names import ALIASES
from crew_core.engine.prompts import Prompt, WorkspaceFacts
from crew_core.engine.prompts.instructions import INSTRUCTIONS_CHARS
from crew_core.engine.prompts.skills import MOST_SKILLS, SKILL_CHARS, SKILLS_CHARS
from crew_core.engine.prompts.workspace import DEEPEST, MOST_ENTRIES, MOST_LINES
from crew_core.model.plan import VerifyCommand, Wants
from crew_core.model.status import Verdict
from tests.prompts.crew import FOUND, PROMPTS, agent, prompt, results, run, task

DOCS = Path(__file__).parents[2] / "docs" / "prompts.md"
ROLES = ("executor", "explorer", "reviewer")


def example() -> Prompt:
    own = replace(agent("executor"), system_prompt="You make the change that was asked for.")
    of = task("executor", "Carry out the plan.", verify=(VerifyCommand("make test"),), skills=("safe-shell",))
    facts = WorkspaceFacts(("Makefile", "acme/jobs/retry.py", "tests/test_retry.py"))
    return prompt(run(instructions="", agents={"executor": own}), of, results(FOUND), workspace=facts)


def test_the_example_is_what_an_agent_is_told() -> None:
    told = example()
    text = DOCS.read_text(encoding="utf-8")
    wanted = text
    for place, block in (("the system prompt", told.system), ("the prompt", told.text)):
        pattern = rf"(<!-- {place} -->\n````markdown\n).*?\n(````\n)"
        wanted = re.sub(pattern, lambda found, block=block: found[1] + block + found[2], wanted, flags=re.DOTALL)
        assert block in wanted
    if os.environ.get("SNAPSHOT_UPDATE"):
        DOCS.write_text(wanted, encoding="utf-8")
        text = wanted
    assert text == wanted


def test_the_blocks_are_those_of_the_record_in_their_order() -> None:
    table = DOCS.read_text().split("| Block |")[1].split("\n\n")[0]
    documented = re.findall(r"^\| (\w+) \|", table, re.MULTILINE)
    told = [block.name for make in PROMPTS.values() for block in make().record.blocks]
    assert set(documented) == set(told)
    for make in PROMPTS.values():
        names = [block.name for block in make().record.blocks]
        assert names == [name for name in documented if name in names]


def test_the_numbers_are_those_of_the_program() -> None:
    text = DOCS.read_text()
    assert f"at most {INSTRUCTIONS_CHARS:,} characters" in text
    assert f"at most {MOST_LINES} lines, {DEEPEST} levels, {MOST_ENTRIES} entries a directory" in text
    assert f"at most {MOST_SKILLS} skills, {SKILL_CHARS:,} characters each, {SKILLS_CHARS:,} together" in text
    assert f"at most {TASK_CHARS:,} characters, an id {ID_CHARS}." in text
    assert f"An item has at most {ITEM_CHARS:,} characters." in text


def test_every_use_of_an_answer_is_documented() -> None:
    rows = re.findall(r"^\| `(\w+)` \| [^|]* \| [^|]* \|$", DOCS.read_text(), re.MULTILINE)
    assert rows == ["wants", *(str(wants) for wants in Wants)]


def test_the_contracts_are_read_as_documented() -> None:
    text = DOCS.read_text().split("## What an answer must be like")[1]
    lines = re.findall(r"^    (VERDICT: .*)$", text, re.MULTILINE)
    assert [verdict_of(line) for line in lines] == [
        StatedVerdict(Verdict.PASS),
        StatedVerdict(Verdict.FAIL, "why"),
        StatedVerdict(Verdict.NOT_VERIFIED, "why"),
    ]
    phases, graph, listed = re.findall(r"^(```json\n.*?\n```)$", text, re.DOTALL | re.MULTILINE)
    for plan in (phases, graph):
        found = plan_of(plan, ROLES, 12)
        assert isinstance(found, PlannedTasks)
        assert len(found.tasks) == 3
    items = items_of(listed, 12)
    assert isinstance(items, ListedItems)
    assert len(items.items) == 2
    faults = plan_of(
        graph.replace('"store", "role": "executor"', '"store", "role": "wizard"').replace('["count"]', '["cuont"]'),
        ROLES,
        12,
    )
    assert isinstance(faults, PlanFaults)
    assert "\n".join(sorted(faults.faults, reverse=True)) in text


def test_the_other_words_for_roles_are_those_that_are_understood() -> None:
    rows = re.findall(r"^\| `([\w-]+)` \| (`[^|]*`) \|$", DOCS.read_text(), re.MULTILINE)
    assert {role: tuple(re.findall(r"`([\w-]+)`", words)) for role, words in rows} == ALIASES
