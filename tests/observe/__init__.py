"""Reading: watchers, readers and the store thread."""
