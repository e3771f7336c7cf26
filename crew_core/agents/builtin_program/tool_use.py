"""One call of a tool: understood, allowed, run and told."""

from __future__ import annotations

import time
from collections.abc import Mapping

from crew_core.agents.builtin_program.attention import Interrupted
from crew_core.agents.builtin_program.completion import Call
from crew_core.agents.builtin_program.conversation import arguments_of
from crew_core.agents.builtin_program.failure import Ended, ToolFailed
from crew_core.agents.builtin_program.permissions import Permissions
from crew_core.agents.builtin_program.stream import Stream
from crew_core.agents.builtin_program.tools.catalogue import Grant
from crew_core.agents.builtin_program.tools.tool import Arguments, Bench, Done


class ToolUse:
    """Whatever goes wrong in a tool is told to the model, which may do something else."""

    def __init__(self, grants: Mapping[str, Grant], bench: Bench, permissions: Permissions, stream: Stream) -> None:
        self._grants = grants
        self._bench = bench
        self._permissions = permissions
        self._stream = stream
        self._calls = 0
        #: The last call whose tool was begun: one that waits for a person is not.
        self.begun: Call | None = None

    def carry_out(self, call: Call) -> str:
        """What the model is told. Raises as ``Attention.wait`` does; the end of the call is told even then."""
        self._calls += 1
        mark = f"c{self._calls}"
        arguments = arguments_of(call)
        grant = self._grants.get(call.tool)
        gist = grant.tool.gist(arguments or {}) if grant else ""
        name = call.tool or "(no name)"
        self._stream.tool_start(mark, name, gist or call.arguments[:200], arguments or {})
        began = time.monotonic()
        done = Done("interrupted", failed=True)
        try:
            done = self._done(grant, call, arguments, mark)
        except ToolFailed as error:
            done = Done(f"error: {error}", failed=True)
        except OSError as error:
            done = Done(f"error: {error.strerror or error}", failed=True)
        except (Interrupted, Ended):
            raise
        except Exception as error:
            done = Done(f"error: {type(error).__name__}: {error}", failed=True)
        finally:
            took_ms = round((time.monotonic() - began) * 1000)
            self._stream.tool_end(mark, name, done.text, failed=done.failed, duration_ms=took_ms)
        return done.text

    def _done(self, grant: Grant | None, call: Call, arguments: Arguments | None, mark: str) -> Done:
        if grant is None:
            raise ToolFailed(f"there is no tool {call.tool!r}; there is: {', '.join(self._grants) or 'none'}")
        if arguments is None:
            raise ToolFailed("the arguments are no JSON object")
        grant.check(arguments)
        self._permissions.check(grant.tool, arguments)
        bench = self._bench._replace(output=lambda text: self._stream.tool_output(mark, text))
        self.begun = call
        return grant.tool.run(bench, arguments)
