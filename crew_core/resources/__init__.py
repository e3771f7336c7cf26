"""Teams, workflows and agents: Markdown files with front matter, in pi-crew's format. Reads files; starts nothing."""
