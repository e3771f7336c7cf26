"""Each block of a prompt by itself: what is told, when, and when not."""

from __future__ import annotations

import re

import pytest
from msgspec.structs import replace

from crew_core.engine.answers import ListedItems, PlannedTasks, items_of, plan_of, verdict_of
from crew_core.engine.foreign_text import code_block, code_span
from crew_core.engine.prompts import Correction, WorkspaceFacts, roles_for_plans
from crew_core.engine.prompts.contract import duration
from crew_core.engine.prompts.workspace import MOST_ENTRIES, MOST_LINES, tree_lines
from crew_core.model.plan import ChecksPlan, Limits, RolePlan, SkillPlan, Wants
from crew_core.model.status import Access, Verdict
from tests.prompts.crew import (
    CWD,
    FOUND,
    GOAL,
    INPUTS_PATH,
    PLANNED,
    PROMPTS,
    agent,
    prompt,
    result,
    results,
    run,
    task,
)


def blocks(text: str) -> list[str]:
    """The fenced JSON blocks of a prompt."""
    return re.findall(r"```json\n(.*?)\n```", text, re.DOTALL)


def test_who_reads_only_is_told_so_and_who_writes_is_not() -> None:
    reading = prompt(run(), task("explorer", "Look.")).system
    writing = prompt(run(), task("executor", "Do it.")).system
    assert "You read only." in reading
    assert "You read only." not in writing
    assert "No other task of a crew writes in it meanwhile." in writing


def test_a_writer_that_is_not_alone_is_not_told_that_it_is() -> None:
    told = prompt(run(limits=Limits(writers_per_directory=2)), task("executor", "Do it.")).system
    assert "No other task" not in told
    assert "Other tasks may write in it at the same time" in told


def test_refused_checks_come_with_the_reason_and_allowed_ones_with_their_limit() -> None:
    refused = prompt(run(checks=ChecksPlan(refused="the project\nis not trusted")), task("verifier", "Check.")).system
    allowed = prompt(run(checks=ChecksPlan(timeout_s=600)), task("verifier", "Check.")).system
    assert "the project is not trusted" in refused
    assert "You may run" not in refused
    assert "each for at most 10 min" in allowed


@pytest.mark.parametrize(
    ("tools", "runs"),
    [((), True), (("read", "Bash(git log:*)"), True), (("read", "grep"), False), (("run_shell_command",), True)],
)
def test_checks_and_crews_are_spoken_of_only_where_commands_can_be_run(tools: tuple[str, ...], runs: bool) -> None:
    plan = run(agents={"critic": agent("critic", tools=tools)})
    told = prompt(plan, task("critic", "Look.")).system
    assert ("own checks" in told) is runs
    assert ("crew that you start" in told) is runs
    assert ("No tool of yours runs commands" in told) is not runs


@pytest.mark.parametrize(("access", "runs"), [(Access.READ, False), (Access.WRITE, True)])
def test_a_program_whose_readers_get_no_commands_is_not_told_to_run_checks(access: Access, runs: bool) -> None:
    critic = replace(agent("critic"), program="claude", access=access)
    told = prompt(run(agents={"critic": critic}), task("critic", "Look.")).system
    assert ("own checks" in told) is runs
    assert ("No tool of yours runs commands" in told) is not runs


@pytest.mark.parametrize(
    ("depth", "words"),
    [(0, "ends with your process."), (1, "its agents can start none."), (2, "it would be refused.")],
)
def test_the_depth_says_whether_a_crew_may_be_started(depth: int, words: str) -> None:
    assert words in prompt(run(depth=depth, max_depth=3), task("executor", "Do it.")).system


def test_the_goal_is_said_once_and_replaced_in_one_pass() -> None:
    for text in ("Plan this: {goal}", "{goal}", "Look around."):
        assert prompt(run(), task("planner", text)).text.count(GOAL) == 1
    tricky = prompt(run(goal="say {goal} and \\1 twice"), task("planner", "Do: {goal}."))
    assert tricky.packet.text == "Do: say {goal} and \\1 twice."
    assert "Do: say {goal} and \\1 twice." in tricky.text


def test_the_packet_has_what_is_enforced() -> None:
    of = task("reviewer", "Review {goal}", wants=Wants.LIST, max_items=5, item="one part")
    checks = ChecksPlan(refused="no project", timeout_s=7.0)
    packet = prompt(run(checks=checks), of, correction=Correction(("a", "b"), "former")).packet
    assert (packet.text, packet.goal, packet.cwd) == (f"Review {GOAL}", GOAL, CWD)
    assert (packet.access, packet.inputs_path, packet.item) == (Access.READ, INPUTS_PATH, "one part")
    assert (packet.wants, packet.max_items, packet.roles) == (Wants.LIST, 5, ())
    assert (packet.checks_refused, packet.check_timeout_s, packet.correction) == ("no project", 7.0, "a\nb")


def test_a_planner_may_name_only_roles_whose_agent_is_there() -> None:
    plan = run(
        roles=(RolePlan("executor", "executor"), RolePlan("ghost", "nobody"), RolePlan("seer", "critic", "sees"))
    )
    told = roles_for_plans(plan)
    assert [(role.name, role.access, role.description) for role in told] == [
        ("executor", Access.WRITE, ""),
        ("seer", Access.READ, "sees"),
    ]
    assert prompt(plan, task("planner", "Plan.", wants=Wants.PLAN)).packet.roles == told


def test_the_examples_for_planners_are_plans_that_are_accepted() -> None:
    told = PROMPTS["planner"]().text
    roles = [role.name for role in run().roles]
    phases, graph = (plan_of(f"```json\n{block}\n```", roles, 12) for block in blocks(told))
    assert isinstance(phases, PlannedTasks)
    assert isinstance(graph, PlannedTasks)
    assert [len(task.depends_on) for task in phases.tasks] == [0, 0, 2]
    assert [len(task.depends_on) for task in graph.tasks] == [0, 1]


def test_the_example_for_lists_is_a_list() -> None:
    (block,) = blocks(PROMPTS["explorer"]().text)
    assert items_of(f"```json\n{block}\n```", 8) == ListedItems(("…",))


def test_the_lines_for_verdicts_are_verdicts() -> None:
    lines = re.findall(r"^    (VERDICT: .*)$", PROMPTS["verifier"]().text, re.MULTILINE)
    assert [stated.verdict for line in lines if (stated := verdict_of(line))] == list(Verdict)


def test_a_result_that_was_cut_says_where_all_of_it_is() -> None:
    told = prompt(run(), task("executor", "Do it."), results(result("01_a", "explorer", "x" * 500), budget=100)).text
    assert (
        "428 of its 500 bytes are left out in the middle. All of it is in `/runs/one/artifacts/results/01_a.txt`."
        in told
    )


def test_a_result_that_is_whole_names_no_file_of_the_run() -> None:
    assert "/runs/" not in prompt(run(), task("executor", "Do it."), results(FOUND, PLANNED)).text


def test_a_task_that_left_nothing_says_so_and_a_failed_one_says_why() -> None:
    skipped, failed = result("01_a", "explorer", "", "skipped"), result("02_b", "explorer", "half", "failed", "boom")
    told = prompt(run(), task("executor", "Do it."), results(skipped, failed)).text
    assert "## 01_a (explorer): skipped\n\nIt left no result." in told
    assert 'kind="error">\nboom\n' in told
    assert '<data task="02_b">\nhalf\n' in told


def test_skills_keep_their_order_and_say_which_are_not_there() -> None:
    many = {f"s{n}": SkillPlan(f"s{n}", "word " * 280) for n in range(6)}
    of = task("executor", "Do it.", skills=("s3", "absent", "s1", "s3", "s0", "s2", "s4", "s5"))
    told = prompt(run(skills=many), of)
    assert (
        re.findall(r'<skill name="(\w+)"', told.text) == ["s3", "s1", "s0", "s2", "s4"][: len(told.record.skills.taken)]
    )
    assert told.record.skills.missing == ("absent",)
    assert told.record.skills.left_out[-1] == "s5"
    assert "Named, but not there: absent." in told.text
    assert "Left out for want of room: " in told.text


def test_a_planned_task_has_the_skills_of_its_role_and_a_step_only_its_own() -> None:
    assert "read-first" in prompt(run(), task("critic", "Look.", added_by="02_plan")).text
    assert "# Skills" not in prompt(run(), task("critic", "Look.")).text
    assert "# Skills" not in prompt(run(), task("critic", "Look.", added_by="02_plan", item="one")).text


def test_a_skill_that_is_too_long_ends_before_its_part_about_checking() -> None:
    text = "Do this.\n\n" + "More of it. " * 90 + "\n\n## Verification\n\n" + "Check it. " * 90
    told = prompt(run(skills={"s": SkillPlan("s", text)}), task("executor", "Do it.", skills=("s",))).text
    assert "## Verification" not in told
    assert "characters of it are left out.)" in told


def test_what_runs_after_the_answer_is_told_and_cannot_leave_its_block() -> None:
    of = task("executor", "Do it.")
    assert "these commands are run" not in prompt(run(), of).text
    told = PROMPTS["executor"]().text
    assert "```sh\nmake test\nmake lint\n```" in told
    assert code_block("sh", "cat <<'E'\n````\nE").startswith("`````sh\n")
    assert code_span("a`b``c") == "```a`b``c```"
    assert code_span("`") == "`` ` ``"


def test_a_time_limit_is_told_where_there_is_one() -> None:
    assert "The task is ended after 90 s." in prompt(run(), task("executor", "Do it.", timeout_s=90.0)).text
    assert "The task is ended" not in prompt(run(), task("executor", "Do it.")).text
    assert [duration(s) for s in (0.5, 90, 600, 7200)] == ["0.5 s", "90 s", "10 min", "2 h"]


def test_the_tree_of_files_is_short_sorted_and_counts_what_it_hides() -> None:
    deep = tuple(f"src/{a}/{b}/{c}/file.py" for a in range(30) for b in range(9) for c in range(9))
    lines = tree_lines(("README.md", *deep))
    assert len(lines) <= MOST_LINES
    assert lines == tree_lines((*reversed(deep), "README.md"))
    assert lines[0] == "src/"
    assert "  … 19 more" in lines
    assert len(tree_lines(tuple(f"{n}/x" for n in range(500)))) == 2 * (MOST_ENTRIES - 1) + 1


def test_names_of_files_stay_on_their_line_in_their_block() -> None:
    told = prompt(run(), task("explorer", "Look."), workspace=WorkspaceFacts(("</files>", "a\nb\x1b[2J")))
    assert "<files-2>\n</\n  files>\na b\n</files-2>" in told.text


def test_a_correction_lists_what_was_wrong_and_has_the_end_of_the_answer() -> None:
    former = "beginning\n" + "middle\n" * 2_000 + "the end"
    told = prompt(run(), task("planner", "Plan."), correction=Correction(("$.tasks is\nempty", "more"), former)).text
    assert "- $.tasks is empty\n- more" in told
    assert "the end\n</data>" in told
    assert "beginning" not in told


def test_an_agent_without_a_prompt_of_its_own_is_told_the_rules() -> None:
    agents = {"executor": replace(agent("executor"), system_prompt="")}
    assert prompt(run(agents=agents), task("executor", "Do it.")).system.startswith("# Rules\n")
