"""What there is: files, languages, entry points, tests, documents, history, and where the goal's words occur."""
