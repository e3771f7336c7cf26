"""What a run needs of the machine, the project and the terminal: each file looks at one part of it."""
