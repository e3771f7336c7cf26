"""What git knows of a working directory. Starts git, changes nothing."""
