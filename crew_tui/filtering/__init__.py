"""The language in which a person says which rows are to be seen: `status:failed age:<1h text`.

`query` has its records and how they are written, `parsing` reads a text, `matching` makes a predicate of it,
`suggesting` completes words. What can be asked of runs, tasks, events and letters stands in one `of_` module each.
"""
