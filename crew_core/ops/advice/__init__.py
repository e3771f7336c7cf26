"""Which team suits a goal: a table of rules about words and repositories, no model."""
