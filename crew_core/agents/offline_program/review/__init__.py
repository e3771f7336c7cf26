"""Rules over a change or a tree, as tables; a finding has a place, a rule, a severity and a reason."""
