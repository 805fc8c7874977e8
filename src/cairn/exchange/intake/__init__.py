"""How does a file come in without losing or doubling anything? Runs, staging, problems, the guard, quarantine."""
