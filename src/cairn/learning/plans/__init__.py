"""What is planned, in which order, by which week? Targets of a course by default, adjusted per class."""
