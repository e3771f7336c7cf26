"""The dashboard in a real terminal."""
