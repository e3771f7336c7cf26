"""Files that people write, right and wrong."""
