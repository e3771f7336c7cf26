"""Screens as text grids."""
