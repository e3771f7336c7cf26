"""What the dashboard is accepted by: the whole of it, over real files or scripted slices, one file for each promise."""
