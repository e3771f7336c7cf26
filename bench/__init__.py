"""Measures of speed and effort, as ratios against a baseline taken in the same run. `python -m bench`."""
