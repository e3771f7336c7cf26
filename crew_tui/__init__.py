"""The terminal side: screens, panes, widgets, keys and the command line.

Of crew_core only ops, observe, config and model are imported from here.
"""

__version__ = "0.1.0"
