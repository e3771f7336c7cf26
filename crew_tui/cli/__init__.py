"""The command line: one file for each command, all of them thin over `crew_core.ops` and `crew_core.observe`."""
