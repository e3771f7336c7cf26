"""The offline agent as a process: a task packet in, events as JSON lines out, honest work with real tools between.

``python -P -m crew_core.agents.offline_program PACKET.json``, started in the directory that it looks at. It edits
nothing, asks no network and uses no model. ``docs/offline-agent.md`` says what each role does.
"""
