"""Bytes on disk: what survives, what is refused, and what a failing disk leads to."""
