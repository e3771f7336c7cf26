"""Screens as pictures for people: SVG, PNG, and a sheet of many. `python -m tests.pictures` makes them."""
