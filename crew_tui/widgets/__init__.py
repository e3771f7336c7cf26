"""What paints lines. Nothing here knows a run or a task."""
