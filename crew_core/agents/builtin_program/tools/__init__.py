"""What the model can do: one file per tool, each a ``TOOL``; which of them an agent gets says ``catalogue``."""
