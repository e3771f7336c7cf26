"""Runs of pi-crew: read as they are, judged by their evidence, however damaged."""
