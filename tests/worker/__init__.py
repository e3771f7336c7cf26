"""Real supervisors over scripted agents."""
