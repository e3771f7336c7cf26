"""One adapter per agent program, each a sans-IO session: bytes in, normalized events out. Nothing here does I/O."""
