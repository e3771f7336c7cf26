"""A model server for tests: scripted answers in the vendors' wire formats, on loopback, with a bill for each.

What it does is written in the prompt: ``[[scn:NAME key=value …]]``, the last such marker counts (``scenarios.py`` has
the names). It keeps no state but the count of failures: how far a scenario has come it sees in the conversation. So the
real programs, which all speak to it in their own ways, are driven by the same words and need no network.
"""

from tests.model_server.billing import Bill, total
from tests.model_server.server import ModelServer, Served

__all__ = ["Bill", "ModelServer", "Served", "total"]
