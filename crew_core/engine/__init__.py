"""The coordinator: one process per run, the only writer of its state. Knows no agent program and no screen."""
