"""What programs of the Agent Client Protocol record of their own work, told response by response."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crew_core.agents.protocol import LinesRecord, Place, TableRecord
from crew_core.agents.registry import abilities
from crew_core.model.plan import ProgramSettings
from crew_core.model.transcript import Kind
from crew_core.model.usage import Usage
from tests.agents.dialogue import Dialogue
from tests.agents.test_acp import at_work, costs, methods, says, turn_ends, update


def gemini(name: str, whole: int, output: int, cached: int = 0, thoughts: int = 0) -> dict[str, Any]:
    tokens = {"input": whole, "output": output, "cached": cached, "thoughts": thoughts, "tool": 0}
    return {"id": name, "type": "gemini", "content": "", "tokens": tokens, "model": "g-2"}


def opencode(name: str, read: int, output: int, cost: float = 0.0) -> dict[str, Any]:
    cache = {"read": 7, "write": 1}
    tokens = {"total": 0, "input": read, "output": output, "reasoning": 2, "cache": cache}
    return {"id": name, "step": {"type": "step-finish", "tokens": tokens, "cost": cost}, "model": "o-1"}


def claude(name: str, read: int, output: int) -> dict[str, Any]:
    used = {"input_tokens": read, "output_tokens": output, "cache_read_input_tokens": 5}
    return {"type": "assistant", "message": {"id": name, "model": "c-3", "usage": used}}


def codex(sum_so_far: int, whole: int, output: int, cached: int = 0) -> dict[str, Any]:
    last = {"input_tokens": whole, "cached_input_tokens": cached, "output_tokens": output, "reasoning_output_tokens": 1}
    info = {"total_token_usage": {"total_tokens": sum_so_far}, "last_token_usage": last}
    return {"type": "event_msg", "payload": {"type": "token_count", "info": info}}


def qwen(name: str, whole: int, output: int, cached: int = 0) -> dict[str, Any]:
    used = {"promptTokenCount": whole, "totalTokenCount": whole + output, "cachedContentTokenCount": cached}
    return {"uuid": name, "type": "assistant", "model": "q-1", "usageMetadata": used | {"thoughtsTokenCount": 0}}


def copilot(name: str, whole: int, output: int, read: int = 0, written: int = 0) -> dict[str, Any]:
    used = {"model": "p-1", "inputTokens": whole, "outputTokens": output, "reasoningTokens": 0}
    used |= {"cacheReadTokens": read, "cacheWriteTokens": written}
    return {"id": name, "type": "session.usage_record", "data": {"usage": used}}


def broke(message: str) -> dict[str, Any]:
    return {"id": "e", "type": "session.error", "data": {"errorType": "query", "message": message}}


def record(dialogue: Dialogue, *rows: dict[str, Any] | bytes) -> Dialogue:
    """The program adds them, and a second passes."""
    dialogue.record += [row if isinstance(row, bytes) else json.dumps(row).encode() for row in rows]
    return dialogue.react(dialogue.session.tick(0.0))


def told(dialogue: Dialogue) -> list[Usage | None]:
    return [event.usage for event in dialogue.of_kind(Kind.USAGE)]


def calls(dialogue: Dialogue, number: int = 1, status: str = "in_progress") -> Dialogue:
    return update(dialogue, "tool_call", toolCallId=f"c{number}", title="x", kind="execute", status=status)


def test_gemini_tells_each_response_before_the_turn_ends() -> None:
    dialogue = record(at_work("gemini"), gemini("a", 30, 4, cached=10, thoughts=2), {"$set": {"tokens": 1}})
    assert told(dialogue) == [Usage(input=20, output=6, reasoning=2, cache_read=10)]
    assert dialogue.of_kind(Kind.USAGE)[0].data == {"model": "g-2"}
    turn_ends(says(dialogue), _meta={"quota": {"token_count": {"input_tokens": 30, "output_tokens": 6}}})
    assert dialogue.end().usage == Usage(input=20, output=6, reasoning=2, cache_read=10)


def test_what_a_turn_used_beyond_its_recorded_responses_is_told_at_its_end() -> None:
    dialogue = record(at_work("gemini"), gemini("a", 30, 4, cached=10))
    turn_ends(says(dialogue), _meta={"quota": {"token_count": {"input_tokens": 50, "output_tokens": 5}}})
    assert told(dialogue)[1:] == [Usage(input=20, output=1)]


def test_opencode_has_its_tokens_and_its_cost_by_response() -> None:
    dialogue = record(calls(at_work("opencode")), opencode("a", 30, 4, 0.25), opencode("b", 3, 4, 0.5))
    last = {"usage": {"inputTokens": 3, "outputTokens": 4, "totalTokens": 7}}
    whole = turn_ends(costs(says(dialogue), 0.75), **last).end().usage
    assert whole == Usage(input=33, output=12, reasoning=4, cache_read=14, cache_write=2, cost=0.75)
    assert len(told(dialogue)) == 2


def test_a_cost_of_nothing_is_an_unknown_one() -> None:
    assert record(at_work("opencode"), opencode("a", 30, 4)).of_kind(Kind.USAGE)[0].usage == Usage(
        input=30, output=6, reasoning=2, cache_read=7, cache_write=1
    )


def test_claude_writes_a_line_for_each_part_of_a_message_and_each_says_what_the_whole_used_so_far() -> None:
    dialogue = record(at_work("acp:claude"), claude("a", 30, 1), claude("a", 30, 4), claude("b", 5, 1))
    turn_ends(costs(says(dialogue), 0.5))
    assert dialogue.end().usage == Usage(input=35, output=5, cache_read=10, cost=0.5)


def test_codex_repeats_a_response_when_only_its_limits_are_new() -> None:
    dialogue = record(at_work("acp:codex"), codex(34, 30, 4, cached=10), codex(34, 30, 4, cached=10))
    record(dialogue, {"type": "event_msg", "payload": {"type": "token_count", "info": None}}, codex(39, 4, 1))
    assert told(dialogue) == [
        Usage(input=20, output=4, reasoning=1, cache_read=10),
        Usage(input=4, output=1, reasoning=1, cache_read=0),
    ]


def test_qwen_records_each_response_and_what_it_does_besides() -> None:
    dialogue = record(at_work("acp:qwen"), qwen("a", 30, 4, cached=10), qwen("b", 5, 1) | {"type": "system"})
    assert told(dialogue) == [Usage(input=20, output=4, reasoning=0, cache_read=10)]


def test_copilot_records_each_response() -> None:
    dialogue = record(at_work("acp:copilot"), copilot("a", 30, 4, read=10, written=5))
    assert told(dialogue) == [Usage(input=15, output=4, reasoning=0, cache_read=10, cache_write=5)]


def test_an_error_that_is_only_recorded_is_a_failure() -> None:
    """To the protocol it is an answer, of a turn that ended well."""
    dialogue = says(at_work("acp:copilot"), "Error: 400 no such model")
    dialogue.record.append(json.dumps(broke("400 no such model")).encode())
    finish = turn_ends(dialogue).end()
    assert (finish.answer_seen, finish.program_error) == (False, "400 no such model")


def test_an_error_that_is_recorded_after_the_end_is_a_failure_all_the_same() -> None:
    dialogue = at_work("acp:copilot")
    consult = dialogue.session.tick(0.0).consult
    assert consult is not None
    turn_ends(says(dialogue, "Error: 400"))
    # It is read once more before the end.
    finish = dialogue.react(consult.take([json.dumps(broke("400")).encode()])).end()
    assert (finish.answer_seen, finish.program_error) == (False, "400")


def test_an_error_that_a_response_came_after_is_none() -> None:
    dialogue = record(at_work("acp:copilot"), broke("500"), copilot("a", 3, 1))
    assert turn_ends(says(dialogue)).end().program_error is None


def test_a_turn_with_nothing_recorded_is_told_as_before() -> None:
    counts = {"_meta": {"quota": {"token_count": {"input_tokens": 7, "output_tokens": 1}}}}
    assert turn_ends(says(at_work("gemini")), **counts).end().usage == Usage(input=7, output=1)


def test_what_is_recorded_last_counts_before_the_turn_is_settled() -> None:
    dialogue = says(at_work("gemini"))
    dialogue.record.append(json.dumps(gemini("a", 9, 1)).encode())
    turn_ends(dialogue)
    assert dialogue.done
    assert told(dialogue) == [Usage(input=9, output=1, reasoning=0, cache_read=0)]


def test_the_past_of_a_session_is_not_this_attempts() -> None:
    dialogue = at_work("gemini", before=[json.dumps(gemini("old", 1000, 10)).encode()])
    assert methods(dialogue)[-1] == "session/prompt"
    record(dialogue, gemini("old", 1000, 10), gemini("new", 5, 1))
    assert told(dialogue) == [Usage(input=5, output=1, reasoning=0, cache_read=0)]


ROWS = st.lists(
    st.one_of(
        st.builds(gemini, st.sampled_from("abcd"), st.integers(0, 99), st.integers(0, 99)),
        st.just(b'{"type": "gemini", "tokens": '),
        st.just(b'"tokens"'),
        st.just({"type": "gemini", "id": "z", "tokens": {"input": True, "output": -1}}),
    ),
    max_size=12,
)


@given(ROWS, st.data())
def test_however_often_a_response_is_recorded_its_largest_numbers_count_once(
    rows: list[Any], data: st.DataObject
) -> None:
    dialogue = at_work("gemini")
    for row in rows:
        record(dialogue, row)
        if data.draw(st.booleans()):
            record(dialogue, row)
    most: dict[str, int] = {}
    for row in rows:
        if isinstance(row, dict) and row["id"] != "z":
            most[row["id"]] = max(row["tokens"]["output"], most.get(row["id"], 0))
    assert sum(usage.output or 0 for usage in told(dialogue) if usage is not None) == sum(most.values())


def test_a_limit_that_cannot_be_kept_within_the_turn_ends_it() -> None:
    dialogue = record(record(record(calls(at_work("gemini", max_tokens=50), status="completed"))))
    assert methods(dialogue)[-1] == "session/cancel"
    finish = turn_ends(dialogue, "cancelled").end()
    assert str(finish.program_error).startswith("the limit of tokens cannot be kept: gemini does not record")


@pytest.mark.parametrize(
    "fields", [{}, {"max_tokens": 50, "settings": ProgramSettings(limit_by_turn=True)}], ids=["no limit", "accepted"]
)
def test_without_a_limit_it_is_only_told(fields: dict[str, Any]) -> None:
    dialogue = calls(at_work("gemini", **fields), status="completed")
    for _ in range(9):
        record(dialogue)
    assert "session/cancel" not in methods(dialogue)
    (notice,) = dialogue.of_kind(Kind.NOTICE)
    assert notice.text.startswith("gemini does not record where expected")


def test_a_program_that_records_is_not_suspected() -> None:
    dialogue = record(calls(at_work("gemini", max_tokens=50), status="completed"), gemini("a", 1, 1))
    for _ in range(9):
        record(dialogue)
    calls(dialogue, 2)
    assert "session/cancel" not in methods(dialogue)


#: Program → its record: the path, where a run has it, where a person has it, and the variable that says otherwise.
RECORDS = {
    "gemini": (".gemini/tmp/*/chats/session-*-abcdefgh.jsonl", "/state", "~", "GEMINI_CLI_HOME"),
    "opencode": ("opencode/opencode.db", "/state/data", "~/.local/share", "XDG_DATA_HOME"),
    "acp:claude": ("projects/*/abcdefgh-1.jsonl", "/state", "~/.claude", "CLAUDE_CONFIG_DIR"),
    "acp:codex": ("sessions/*/*/*/rollout-*-abcdefgh-1.jsonl", "/state", "~/.codex", "CODEX_HOME"),
    "acp:qwen": ("projects/*/chats/abcdefgh-1.jsonl", "/state", "~/.qwen", "QWEN_HOME"),
    "acp:copilot": ("session-state/abcdefgh-1/events.jsonl", "/state", "~/.copilot", "COPILOT_HOME"),
}


def record_of(program: str, **settings: Any) -> Place:
    chosen = ProgramSettings(**settings)
    dialogue = at_work(program, state_dir="/state", settings=chosen, session={"sessionId": "abcdefgh-1"})
    consult = dialogue.session.tick(0.0).consult
    assert consult is not None
    match consult.record:
        case LinesRecord(files=place):
            return place
        case TableRecord(file=place, arguments=arguments):
            assert arguments == ("abcdefgh-1",)
            return place


@pytest.mark.parametrize("program", RECORDS)
def test_the_record_lies_where_the_program_has_its_state(program: str) -> None:
    path, runs, usual, variable = RECORDS[program]
    assert record_of(program) == Place(path, runs)
    assert record_of(program, share_login=True) == Place(path, usual, variable)
    for shared in (False, True):
        assert record_of(program, share_login=shared, env={variable: "/mine"}) == Place(path, "/mine")


def test_agents_that_record_nothing_known_tell_by_turn() -> None:
    assert abilities("acp:mine").usage_by_turn
    assert not abilities("acp:codex").usage_by_turn
    assert not abilities("acp:claude").usage_by_turn
    assert not abilities("gemini").usage_by_turn
