"""Killing coordinators and supervisors at every durable operation, and holding the outcome against what was told."""
