"""From files to immutable slices: watchers, readers, the bus. Reads only; nothing here writes under a run."""
