"""What can be done from the command line? Thin calls of actions, readers and reports, with progress bars and plain errors."""
