"""What a person can do, one function each; every action of dashboard and command line goes through these."""
