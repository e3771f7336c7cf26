"""The built-in agent as a process: orders in, events as JSON lines out, words of the person on stdin meanwhile.

``python -P -m crew_core.agents.builtin_program ORDERS.json``, started in the directory that it works in. It asks a
model at any OpenAI-compatible endpoint. Of ours it imports next to nothing and of the standard library little, later
rather than sooner: whoever waits for its first event waits for its imports. ``docs/builtin-agent.md`` is its manual.
"""
