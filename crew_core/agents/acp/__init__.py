"""The Agent Client Protocol (https://agentclientprotocol.com), version 1: one attempt with any agent that speaks it.

What is the same for all of them is here once: the life of a session, its updates, permissions, settings. What differs
from program to program is one small file each: ``gemini``, ``opencode``, and ``named`` for ``acp:NAME``.
What Codex shares with them lies in ``agents/turn_by_turn.py``.
"""
