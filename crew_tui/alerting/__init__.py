"""How alerts reach a person: toast, bell, desktop notification, terminal title. What an alert is, `observe` says."""
