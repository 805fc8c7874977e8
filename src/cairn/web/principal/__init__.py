"""What does a school leader see? What needs a look this week, each number with the names behind it."""
