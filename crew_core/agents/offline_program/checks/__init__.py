"""The project's own checks: finding them, running them under a limit, reading what they say."""
