"""One file per role: what it looks at, in which order, and what it says about it."""
