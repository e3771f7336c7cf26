"""Stand-ins for the seams of the program: file system, clock, process table."""
