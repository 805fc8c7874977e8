"""What does a data manager set up? Ways in for people."""
