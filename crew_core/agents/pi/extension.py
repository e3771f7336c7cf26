"""The extension that makes pi ask before it uses a tool; pi itself has no permissions."""

from __future__ import annotations

import msgspec

from crew_core.agents.pi.tools import READING

NAME = "pi-permissions.ts"

#: How its requests are told from those of a person's own extensions.
TITLE = "crew-permission"

#: The answer that lets a tool run; any other is the reason why not.
ALLOWED = "allowed"

_SOURCE = """\
// Asks the host before each tool that does more than read. An unanswered request blocks the tool.
const reading = new Set(%(reading)s);

export default function (pi: any) {
  pi.on("tool_call", async (event: any, ctx: any) => {
    if (reading.has(event.toolName)) return undefined;
    const wanted = JSON.stringify({ tool: event.toolName, id: event.toolCallId, input: event.input });
    const said = await ctx.ui.input(%(title)s, wanted);
    if (said === %(allowed)s) return undefined;
    return { block: true, reason: said || "nobody allowed this" };
  });
}
"""


def source() -> bytes:
    """TypeScript, as pi loads it."""
    words = {"reading": list(READING), "title": TITLE, "allowed": ALLOWED}
    return (_SOURCE % {name: msgspec.json.encode(value).decode() for name, value in words.items()}).encode()
