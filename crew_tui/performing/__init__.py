"""What actions do. Each part has a table from actions to functions of the dashboard."""
