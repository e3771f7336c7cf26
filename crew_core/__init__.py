"""Everything a crew is and does, without a screen.

The parts are layers, each importing only those below it: ops, engine and worker, agents, workspace, observe,
resources, config, store, model. Nothing here imports crew_tui or textual.
"""
