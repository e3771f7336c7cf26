"""One adapter per agent program, each a sans-IO session: bytes in, normalized events out. Only the agents of our own,
``builtin_program`` and ``offline_program``, do I/O: they are processes of themselves."""
