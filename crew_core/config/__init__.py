"""What a person has set, and which projects they trust. Importing this package loads nothing that can wait."""
