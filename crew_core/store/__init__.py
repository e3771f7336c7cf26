"""Bytes on disk: durable writes, locks, the journal, snapshots, maildirs, artifacts, the machine-wide store.

Knows how things are kept, never what they mean: no reducer, no scheduling, no process of ours is started
here.
"""
