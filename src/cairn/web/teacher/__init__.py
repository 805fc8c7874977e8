"""What does a teacher see and do? The classes, the grid of a class, scoring, and what is planned."""
