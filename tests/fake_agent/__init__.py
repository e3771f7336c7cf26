"""A scripted agent that can do anything that a bad agent does; docs/writing-adapters.md has its whole vocabulary.

Standard library only: it stands in for a program that knows nothing of crew-tui.
"""
