"""Runs that pi-crew 0.2.6 wrote, read-only: its files as our slices, with verdicts from evidence.

Nothing here writes, and nothing outside the named tree is read. What pi-crew records and what lies beside it need
not agree: the record is shown as it is, with what speaks against it.
"""
