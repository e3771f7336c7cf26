"""How a shell asks the program for run ids and tasks: by its own documented `--json`, cut apart with grep."""

from __future__ import annotations

#: One id a line, newest first. A person who wants an older one types it.
RUN_IDS = """crew-tui list --all --limit 100 --json 2>/dev/null | grep -o '"runId":"[^"]*"' | cut -d '"' -f 4"""

#: One step a line, of the run that is named behind it.
TASK_STEPS = """crew-tui status "$1" --json 2>/dev/null | grep -o '"stepId":"[^"]*"' | cut -d '"' -f 4"""

#: What `RUN` may be besides an id.
LAST = "last"
