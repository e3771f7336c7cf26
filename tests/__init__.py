"""Tests of crew-tui; folders mirror the code."""
