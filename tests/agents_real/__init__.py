"""One conformance suite for the real agent programs: a real supervisor each, and the loopback model server."""
