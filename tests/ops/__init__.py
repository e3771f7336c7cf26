"""What a person can do, with real files and real coordinators."""
