"""A limit of tokens holds within a turn, by what the program itself keeps on disk."""

from __future__ import annotations

import sys
from pathlib import Path

from crew_core.model.plan import ProgramSettings
from crew_core.model.status import StopCode
from crew_core.model.transcript import Kind
from crew_core.model.usage import Usage
from tests.worker.real_attempt import RealAttempt

#: An agent of the protocol, in one endless turn: each response is recorded when its tool has ended, as opencode does.
AGENT = """\
import json, os, select, sys, time
def send(**message): print(json.dumps(message | {"jsonrpc": "2.0"}), flush=True)
def call(number, status):
    update = {"sessionUpdate": "tool_call", "toolCallId": f"c{number}", "title": "x", "status": status}
    send(method="session/update", params={"sessionId": "abcdefgh-1", "update": update})
home = os.environ["GEMINI_CLI_HOME"] + "/.gemini/tmp/w/chats"
os.makedirs(home)
record = open(home + "/session-2026-abcdefgh.jsonl", "a")
for line in sys.stdin:
    asked = json.loads(line)
    modes = {"currentModeId": "default", "availableModes": [{"id": "default"}, {"id": "yolo"}]}
    if asked["method"] != "session/prompt":
        if "id" in asked:
            send(id=asked["id"], result={"protocolVersion": 1, "sessionId": "abcdefgh-1", "modes": modes})
        continue
    for number in range(COUNT):
        call(number, "in_progress")
        call(number, "completed")
        time.sleep(0.01)
        row = {"id": str(number), "type": "gemini", "tokens": {"input": 90, "output": 10}}
        record.write(json.dumps(row) + chr(10))
        record.flush()
        # The next response takes longer than it takes to read of the last one; a cancelled turn ends.
        if number + 1 < COUNT and select.select([0], [], [], 0.5)[0]:
            break
    send(id=asked["id"], result={"stopReason": "cancelled" if number + 1 < COUNT else "end_turn"})
"""


def attempt(tmp_path: Path, count: int, **fields: object) -> RealAttempt:
    script = tmp_path / "agent.py"
    script.write_text(AGENT.replace("COUNT", str(count)))
    settings = ProgramSettings(command=(sys.executable, "-S", str(script)))
    return RealAttempt.make(tmp_path, "", program="gemini", settings=settings, state_dir=str(tmp_path / "s"), **fields)


def test_it_is_stopped_at_the_response_that_reaches_the_limit(tmp_path: Path) -> None:
    result = attempt(tmp_path, 100, limited=True, max_tokens=250).start().wait()
    assert result.stop is not None
    assert result.stop.code is StopCode.BUDGET_EXHAUSTED
    assert result.usage == Usage(input=270, output=30, reasoning=0, cache_read=0)


def test_what_is_recorded_at_its_very_end_counts(tmp_path: Path) -> None:
    trial = attempt(tmp_path, 1).start()
    assert trial.wait().usage == Usage(input=90, output=10, reasoning=0, cache_read=0)
    assert [event.usage for event in trial.of_kind(Kind.USAGE)] == [trial.result().usage]
