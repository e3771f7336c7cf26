"""The supervisor of one attempt: starts the agent, keeps its output, ends its tree, reports what it saw.

Synchronous and small: no asyncio, no pydantic, no psutil. Knows adapters, never a vendor; nothing of the engine.
"""
