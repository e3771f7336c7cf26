"""The offline agent: its adapter as a session, and each role as a real process in real repositories."""
