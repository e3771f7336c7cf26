"""The layers hold, on paper and at run time."""
