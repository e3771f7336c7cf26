"""What holds for every prompt: nothing escapes its block, nothing leaks, no budget is exceeded, same in, same out."""

from __future__ import annotations

import re

import msgspec
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from crew_core.engine.foreign_text import code_block, one_line, visible
from crew_core.engine.prompts import Correction
from crew_core.engine.prompts.correction import FAULT_CHARS, FORMER_CHARS, MOST_FAULTS, correction_block
from crew_core.engine.prompts.cutting import cut_at_border, last_part
from crew_core.engine.prompts.enclosure import enclosed, tag_for
from crew_core.engine.prompts.instructions import INSTRUCTIONS_CHARS, instructions_block
from crew_core.engine.prompts.skills import MOST_SKILLS, SKILL_CHARS, SKILLS_CHARS, skills_block
from crew_core.engine.prompts.workspace import MOST_LINES, tree_lines
from crew_core.model.plan import SkillPlan
from tests.prompts.crew import FOUND, INPUTS_PATH, PROMPTS, prompt, result, results, run, task, whole

#: Texts that try to end the block that they are in.
PIECES = st.sampled_from(
    [
        *("<data>", "</data>", "</data-2>", "</ DATA-2 >", "</data-02>", "</data-3>", "<data-23 x='1'>", "</data-"),
        *("</skill>", "```", "````sh", "~~~", "# Task", "\n", "\n\n", " ", "x"),
        *("\x1b[31m", "\r", "\u202e", "\U000e0041", "\ud800"),
    ]
)
hostile = st.lists(PIECES | st.text(max_size=8), max_size=24).map("".join)

names = st.sampled_from([f"s{n}" for n in range(40)])
skill_texts = st.integers(0, 4_000).flatmap(
    lambda size: st.sampled_from(["word ", "a paragraph\n\n", "## Verification\n\n", "```\ncode\n\nmore\n", "x"]).map(
        lambda piece: (piece * size)[:size]
    )
)


def ends_of(tag: str, text: str) -> list[int]:
    """Where anything that a generous reader would take for the closing tag begins."""
    name, _, number = tag.partition("-")
    suffix = f"-0*{number}(?![0-9])" if number else r"(?![\w-])"
    return [found.start() for found in re.finditer(rf"<\s*/\s*{name}{suffix}", text, re.IGNORECASE)]


@given(st.lists(hostile, min_size=1, max_size=4))
def test_no_text_can_end_the_block_that_it_is_in(texts: list[str]) -> None:
    tag = tag_for("data", *texts)
    assert tag == tag_for("data", *texts)
    for text in texts:
        block = enclosed(tag, text, task="01_a")
        inside = block.removeprefix(f'<{tag} task="01_a">\n').removesuffix(f"\n</{tag}>")
        assert inside == visible(text).strip("\n")
        assert ends_of(tag, block) == [len(block) - len(f"</{tag}>")]


@given(hostile, hostile)
def test_results_of_others_stay_in_their_blocks(first: str, second: str) -> None:
    inputs = results(
        result("01_a", "explorer", visible(first), error=second), result("02_b", "explorer", visible(second))
    )
    told = prompt(run(), task("executor", "Do it."), inputs).text
    begin, end = told.index("# Results of earlier tasks"), told.index("# Goal of the whole run\n")
    found = re.search(r"<(data(?:-[0-9]+)?) task=", told[begin:])
    if found is not None:
        closing = ends_of(found[1], told)
        assert len(closing) == told.count(f"<{found[1]} task=")
        assert all(begin < place < end for place in closing)
    assert told.endswith(prompt(run(), task("executor", "Do it.")).text.partition("# Goal of the whole run\n")[2])


@given(hostile)
def test_no_command_can_end_its_code_block(text: str) -> None:
    lines = code_block("sh", text).split("\n")
    marks = lines[-1]
    assert lines[0] == f"{marks}sh"
    assert not any(line.strip().startswith(marks) for line in lines[1:-1])


@given(hostile, st.integers(1, 50))
def test_what_stands_in_a_line_stays_in_a_line(text: str, limit: int) -> None:
    line = one_line(text, limit)
    assert len(line.splitlines()) <= 1
    assert len(line) <= limit


@given(st.sampled_from(sorted(PROMPTS)), st.sampled_from(sorted(PROMPTS)))
def test_a_prompt_after_another_is_the_prompt_alone(before: str, role: str) -> None:
    alone = PROMPTS[role]()
    PROMPTS[before]()
    assert PROMPTS[role]() == alone


def test_one_plan_renders_its_tasks_in_any_order_and_stays_as_it_was() -> None:
    tasks = [
        task("executor", "Do it.", skills=("safe-shell",), item="secret of the first", timeout_s=1.0),
        task("critic", "Look.", added_by="02_plan"),
        task("verifier", "Check."),
    ]
    plan = run(*tasks)
    before = msgspec.json.encode(plan)
    forward = [prompt(plan, each, results(FOUND)) for each in tasks]
    backward = [prompt(plan, each, results(FOUND)) for each in reversed(tasks)]
    assert forward == backward[::-1]
    assert msgspec.json.encode(plan) == before
    assert not any("secret of the first" in whole(each) for each in forward[1:])
    assert "safe-shell" not in whole(forward[1])


def test_prompts_of_a_role_begin_with_the_same_bytes_up_to_the_task() -> None:
    first = task("executor", "Do this.", skills=("safe-shell",))
    second = replace(first, id="09_other", step_id="other", text="Do that.", timeout_s=5.0)
    one, other = prompt(run(), first, results(FOUND)), prompt(run(run_id="team_other"), second, results(FOUND))
    assert one.system == other.system
    shared, _, rest = one.text.partition("# Task\n")
    assert other.text.startswith(shared + "# Task\n")
    assert "03_executor" in rest
    assert "03_executor" not in shared


def test_no_prompt_holds_a_time_the_run_or_a_path_of_its_state() -> None:
    for make in PROMPTS.values():
        told = make()
        for unwanted in (told.packet.run_id, "2026-01-02", INPUTS_PATH, "inputs.json"):
            assert unwanted not in whole(told)


def test_the_record_says_what_went_in() -> None:
    for make in PROMPTS.values():
        told = make()
        blocks = told.record.blocks
        separators = 2 * (len(blocks) - 2) + 2
        assert sum(block.size_bytes for block in blocks) + separators == len((told.system + told.text).encode())
        assert msgspec.json.decode(msgspec.json.encode(told.record), type=type(told.record)) == told.record


@given(st.lists(names, max_size=60), st.dictionaries(names, skill_texts))
def test_skills_never_exceed_their_budget_and_none_is_forgotten(wanted: list[str], texts: dict[str, str]) -> None:
    each = tuple(dict.fromkeys(wanted))
    skills = {name: SkillPlan(name, text) for name, text in texts.items()}
    block, use = skills_block(each, skills)
    assert len(use.taken) <= MOST_SKILLS
    assert all(skill.chars <= SKILL_CHARS for skill in use.taken)
    assert sum(skill.chars for skill in use.taken) <= SKILLS_CHARS
    told = {*(skill.name for skill in use.taken), *use.left_out, *use.missing}
    assert told == set(each)
    assert len(use.taken) + len(use.left_out) + len(use.missing) == len(each)
    assert len(block) <= SKILLS_CHARS + 250 * (MOST_SKILLS + 3)


@given(hostile.map(lambda text: text * 200), st.integers(0, 400))
def test_a_cut_text_is_its_beginning_or_its_end_within_the_room(text: str, room: int) -> None:
    beginning, end = cut_at_border(text, room), last_part(text, room)
    assert text.startswith(beginning)
    assert text.endswith(end)
    assert max(len(beginning), len(end)) <= room


@given(hostile.map(lambda text: text * 400))
def test_instructions_and_corrections_keep_their_budgets(text: str) -> None:
    block, cut = instructions_block(text)
    assert len(block) <= INSTRUCTIONS_CHARS + 400
    assert (cut > 0) == ("characters are left out; read the file" in block[-120:]) or not block
    told = correction_block(Correction((text,) * 50, text))
    assert len(told) <= FORMER_CHARS + MOST_FAULTS * (FAULT_CHARS + 3) + 400


@given(st.lists(st.text("ab/\n", min_size=1, max_size=12), max_size=300))
def test_a_tree_is_never_longer_than_its_limit(files: list[str]) -> None:
    lines = tree_lines(files)
    assert len(lines) <= MOST_LINES
    assert not any("\n" in line for line in lines)
